"""The portal's settings: one typed class, filled from PORTAL_* environment variables."""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

LogFormat = Literal["json", "text"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def _log_format() -> LogFormat:
    return "text" if sys.stderr.isatty() else "json"


class Settings(BaseSettings):
    """What can be set from outside. Each field is read from the variable PORTAL_<FIELD IN CAPITALS>."""

    model_config = SettingsConfigDict(
        env_prefix="PORTAL_",
        frozen=True,
        env_ignore_empty=True,
        use_attribute_docstrings=True,
        # Some hold secrets, which an error must not quote.
        hide_input_in_errors=True,
    )

    embedded_endpoint: bool = True
    """Start the endpoint that runs Whisper on this computer; 0 leaves it out, for a portal for AWS alone."""

    embedded_port: int = Field(default=8080, ge=0, le=65535)
    """Port of the embedded endpoint on 127.0.0.1. Where it is taken, a free one is used; 0 always picks a free one."""

    embedded_model: str = "whisper-base"
    """The model that the embedded endpoint serves from its start, such as `whisper-tiny.en` on a small computer."""

    weights_dir: Path | None = None
    """Folder with a folder of weights for each model, such as `whisper-base/model.bin`; looked into first."""

    data_dir: Path = Path.home() / ".whisper-portal"
    """Where the portal keeps what it must not lose: runs, weights fetched from the hub, data sets from OpenSLR."""

    librispeech_dir: Path | None = None
    """Folder with LibriSpeech's `test-clean` or `test-other` in it, or with a `LibriSpeech` that holds them."""

    datasets_dir: Path | None = None
    """Folder with data sets of your own, folders and zips; the comparison page offers each of them to everybody."""

    openslr_url: str = "https://www.openslr.org/resources/12"
    """Where LibriSpeech's archives are fetched from; a mirror has `test-clean.tar.gz` at the same place.

    It may hold a name and a password, as in https://user:password@mirror."""

    threads: int = Field(default=0, ge=0)
    """Processor threads for transcriptions on this computer, and how many it works on at once; 0: one for each core."""

    queue_size: int = Field(default=16, ge=0)
    """How many requests may wait at the embedded endpoint; one more is answered with a ThrottlingException."""

    upload_memory: int = Field(default=2000, ge=1)
    """Megabytes of memory that the uploads of all visitors may take together; beyond that one is refused."""

    requests_at_once: int = Field(default=0, ge=0)
    """Requests of all sessions that an endpoint gets at once; 0: two for each core (`PORTAL_THREADS`) here, any
    number on AWS."""

    read_only: bool = False
    """Deploy, change and delete nothing: the portal then only tries out, and measures, what is there."""

    sagemaker_role_arn: str | None = None
    """Execution role for deployments; unset, that of SageMaker Studio, or one of the account's that the user picks."""

    ice_servers: str = ""
    """STUN and TURN servers of the live microphone: addresses with commas between, or a JSON list of RTCIceServer, as
    `[{"urls": "turn:turn.example.com", "username": "me", "credential": "secret"}]`."""

    kinesis_channel: str | None = None
    """Kinesis Video Streams signalling channel, in the portal's region, whose STUN and TURN servers the live microphone
    uses."""

    log_format: LogFormat = Field(default_factory=_log_format)
    """Of the log on standard error: `json`, one object a line, or `text`; unset, `text` on a terminal, else `json`."""

    log_level: Annotated[LogLevel, BeforeValidator(str.upper)] = "INFO"
    """The least level that the portal logs: `DEBUG`, `INFO`, `WARNING` or `ERROR`; requests that fail are a WARNING."""

    commit: str | None = None
    """Commit that the portal was built from, for the page About; unset, git is used where there is a checkout."""

    aws_profile: str | None = None
    """Profile of the AWS configuration to use; unset, boto3's usual order of credentials."""

    aws_region: str | None = None
    """AWS region of the endpoints; unset, that of the profile or of the environment."""


def current_settings() -> Settings:
    """The settings, reread only after a PORTAL_* variable has changed.

    Reading them takes 2 ms, and one run of a page asks for them about ten times.

    Raises:
        ValidationError: a setting is wrong; `in_words` tells which.
    """
    return _read(frozenset(item for item in os.environ.items() if item[0].upper().startswith("PORTAL_")))


@lru_cache(maxsize=1)
def _read(_variables: frozenset[tuple[str, str]]) -> Settings:
    return Settings()


def in_words(error: ValidationError) -> str:
    """What is wrong with which settings, in one line."""
    wrong = "; ".join(f"PORTAL_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
    return f"A setting is wrong: {wrong}. Correct or unset it."
