"""The code that the portal shows is run here as somebody would who copied it."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from components.audio.decoding import Clip, read_clip
from components.endpoint_client import EndpointClient
from components.targets.request_code import cli_command, python_code, wav_name
from components.targets.target import Target, this_computer
from components.whisper.contract import encode_request
from components.whisper.parameters import Parameters
from tests.pages.driver import speech

AWS = Target("AWS eu-west-1", "eu-west-1", profile="it's mine")
MANY: Parameters = {"language": "haitian creole", "task": "translate", "do_sample": True, "top_p": 0.35}


@pytest.fixture
def target(endpoint_url: str) -> Target:
    return this_computer(endpoint_url)


@pytest.fixture
def clip() -> Clip:
    return read_clip(speech("es/hola_mundo.wav"), "my clip.wav")


def run(folder: Path, *command: str, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {
            "language": "spanish",
            "task": "translate",
            "num_beams": 3,
            "num_return_sequences": 2,
            "do_sample": False,
        },
    ],
)
def test_the_python_code_gives_what_the_portal_got(
    target: Target, clip: Clip, tmp_path: Path, parameters: Parameters
) -> None:
    (tmp_path / "my clip.wav").write_bytes(clip.wav())
    code = python_code(target, "whisper-base", parameters, "my clip.wav")
    shown = run(tmp_path, sys.executable, "-c", code)
    transcript = EndpointClient(target, "whisper-base").transcribe(clip, parameters)
    assert shown.splitlines() == list(transcript.texts)


AWS_STAND_IN = """#!/bin/sh
printf '%s\\n' "$@" > arguments
for last; do :; done
echo '{"text": [" Yes."]}' > "$last"
"""


def run_cli(folder: Path, command: str) -> list[str]:
    """Runs a command with a program in the place of the AWS CLI that notes its arguments."""
    stand_in = folder / "bin" / "aws"
    stand_in.parent.mkdir()
    stand_in.write_text(AWS_STAND_IN)
    stand_in.chmod(0o755)
    shown = run(folder, "sh", "-c", command, PATH=f"{stand_in.parent}:{os.environ['PATH']}")
    assert json.loads(shown) == {"text": [" Yes."]}
    return (folder / "arguments").read_text().splitlines()


def options(arguments: list[str]) -> dict[str, str]:
    return {name: value for name, value in pairwise(arguments) if name.startswith("--")}


@pytest.mark.parametrize("parameters", [{}, {"num_beams": 5}, MANY], ids=["none", "one", "many"])
def test_the_shell_command_sends_the_very_bytes(clip: Clip, tmp_path: Path, parameters: Parameters) -> None:
    local = this_computer("http://127.0.0.1:8080")
    (tmp_path / "my clip.wav").write_bytes(clip.wav())
    arguments = run_cli(tmp_path, cli_command(local, "whisper-base", parameters, "my clip.wav"))
    request, given = encode_request(clip.wav(), parameters), options(arguments)
    assert arguments[:2] == ["sagemaker-runtime", "invoke-endpoint"]
    assert (tmp_path / given["--body"].removeprefix("fileb://")).read_bytes() == request.body
    assert given["--content-type"] == request.content_type
    assert given["--endpoint-url"] == "http://127.0.0.1:8080"
    assert "--no-sign-request" in arguments


def test_for_aws_region_and_profile_are_named_and_the_request_is_signed(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(clip.wav())
    arguments = run_cli(tmp_path, cli_command(AWS, "mine", MANY, "a.wav"))
    assert options(arguments)["--region"] == "eu-west-1"
    assert options(arguments)["--profile"] == "it's mine"
    assert not {"--endpoint-url", "--no-sign-request"} & set(arguments)
    code = python_code(AWS, "mine", MANY, "a.wav")
    compile(code, "shown", "exec")
    assert 'profile_name="it\'s mine"' in code
    assert not {"UNSIGNED", "endpoint_url"} & set(code.replace("=", " ").split())


@pytest.mark.parametrize(
    ("clip_name", "expected"),
    [
        ("english.flac", "english.wav"),
        ("my talk (2).mp3", "my-talk-2.wav"),
        ("日本語.m4a", "日本語.wav"),
        ("../../etc/pass wd", "pass-wd.wav"),
        ("'; rm -rf *.mp3", "rm--rf.wav"),
        ("...", "audio.wav"),
    ],
)
def test_the_files_name_is_safe_in_a_shell_and_a_path(clip_name: str, expected: str) -> None:
    assert wav_name(clip_name) == expected
