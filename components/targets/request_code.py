"""One request as code that runs as copied: Python with boto3, and a command line with the AWS CLI."""

import json
import re
import shlex
from pathlib import PurePath

from components.targets.target import Target
from components.whisper.contract import JSON, RAW_AUDIO
from components.whisper.parameters import Parameters, Value


def wav_name(clip_name: str) -> str:
    """The file name under which the code expects a clip's WAV: "my talk.mp3" gives "my-talk.wav"."""
    stem = re.sub(r"[^\w.-]+", "-", PurePath(clip_name).stem).strip("-.")
    return f"{stem or 'audio'}.wav"


def python_code(target: Target, endpoint_name: str, parameters: Parameters, file_name: str) -> str:
    """A Python program that sends the WAV file `file_name` from its folder and prints the texts."""
    unsigned = ["from botocore import UNSIGNED", "from botocore.config import Config"]
    return "\n".join(
        [
            "import json",
            "",
            "import boto3",
            *(unsigned if target.endpoint_url else []),
            "",
            *_python_client(target),
            f'with open({_quoted(file_name)}, "rb") as file:',
            "    audio = file.read()",
            *_python_body(parameters),
            "answer = runtime.invoke_endpoint(",
            f"    EndpointName={_quoted(endpoint_name)},",
            f"    ContentType={_quoted(_content_type(parameters))},",
            f"    Accept={_quoted(JSON)},",
            f"    Body={'body' if parameters else 'audio'},",
            ")",
            'for text in json.loads(answer["Body"].read())["text"]:',
            "    print(text)",
        ]
    )


def cli_command(target: Target, endpoint_name: str, parameters: Parameters, file_name: str) -> str:
    """The same for a POSIX shell with the AWS CLI: the reply goes to `reply.json` and to the screen."""
    body = "request.json" if parameters else file_name
    options = [
        ("endpoint-name", endpoint_name),
        ("content-type", _content_type(parameters)),
        ("accept", JSON),
        ("body", f"fileb://{body}"),
        ("region", target.region),
        ("profile", target.profile),
        ("endpoint-url", target.endpoint_url),
    ]
    lines = [f"  --{name} {shlex.quote(value)}" for name, value in options if value]
    if target.endpoint_url:
        lines.append("  --no-sign-request")
    command = " \\\n".join(["aws sagemaker-runtime invoke-endpoint", *lines, "  reply.json"])
    return "\n".join([*_cli_body(parameters, file_name), f"{command} \\\n  && cat reply.json"])


def _content_type(parameters: Parameters) -> str:
    return JSON if parameters else RAW_AUDIO


def _python_client(target: Target) -> list[str]:
    session = f"boto3.Session(profile_name={_quoted(target.profile)})" if target.profile else "boto3"
    arguments = ['"sagemaker-runtime"', f"region_name={_quoted(target.region)}"]
    if target.endpoint_url:
        arguments.append(f"endpoint_url={_quoted(target.endpoint_url)}")
        arguments.append("config=Config(signature_version=UNSIGNED)")
    return [f"runtime = {session}.client(", *(f"    {argument}," for argument in arguments), ")"]


def _python_body(parameters: Parameters) -> list[str]:
    if not parameters:
        return []
    entries = [f"    {_quoted(name)}: {_literal(value)}," for name, value in parameters.items()]
    return ["body = json.dumps({", '    "audio_input": audio.hex(),', *entries, "})"]


def _literal(value: Value) -> str:
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _cli_body(parameters: Parameters, file_name: str) -> list[str]:
    if not parameters:
        return []
    rest = '", ' + json.dumps(dict(parameters))[1:]
    return [
        "{",
        """  printf '{"audio_input": "'""",
        f"  od -An -v -tx1 {shlex.quote(file_name)} | tr -d ' \\n'",
        f"  printf '%s' {shlex.quote(rest)}",
        "} > request.json",
    ]
