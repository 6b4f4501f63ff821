"""Secrets that turn up in messages, made unreadable before anybody sees them: in logs, errors, and so in files."""

import logging
import os
import re
from collections.abc import Iterator

HIDDEN = "***"

_FORMATTER = logging.Formatter()
_SHORTEST = 8
"""Characters. What is shorter stands in many a text by chance, and protects nothing."""
_SECRET_VARIABLE = re.compile(r"(SECRET|TOKEN|PASSWORD|CREDENTIAL|_KEY)$", re.IGNORECASE)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # user:password@host, as in the address of a mirror, a proxy or a TURN server; token@host behind a scheme.
        r"(?<![^\s/:\"'(<])()[^\s/:@\"']{1,200}:[^\s/:@\"']{1,200}(?=@\w)",
        r"(\w://)[^\s/@\"']+(?=@)",
        # What signs a request: in an address, a header or a form.
        r"(\b(?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|Credential|AWSAccessKeyId)=)[^\s&,\"'<>]+",
        r"(\bAuthorization[\"']?\s*[:=]\s*[\"']?(?:Basic |Bearer |AWS4-HMAC-SHA256 )?)[^\s\"',]+",
        # What its name gives away, in JSON, in Python, and where it is assigned.
        r"([\"'](?:credential|password|\w*secret\w*|\w*token)[\"']\s*:\s*[\"'])[^\"']+",
        r"(\b(?:credential|password|\w*secret\w*|\w*token)=[\"']?)[^\s&,\"']+",
        # Keys of AWS and tokens of the Hugging Face hub, wherever they stand.
        r"()\b(?-i:AKIA|ASIA)(?-i:[A-Z0-9]){16}\b",
        r"()\bhf_[A-Za-z0-9]{30,}\b",
    )
)


def redacted(text: str) -> str:
    """The text without all that looks like a secret, and without the values of variables that are named like one."""
    for secret in _of_the_environment():
        text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def redact_logs() -> None:
    """From now on no record of any logger of this process carries a secret, whoever writes it and wherever it goes."""
    make = logging.getLogRecordFactory()

    def make_redacted(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make(*args, **kwargs)
        _redact_message(record)
        _redact_traceback(record)
        return record

    logging.setLogRecordFactory(make_redacted)


def _redact_message(record: logging.LogRecord) -> None:
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        return  # text and arguments that don't fit: logging itself tells so when the record is written
    # Left alone where nothing is hidden: some formatters look at the arguments.
    if (safe := redacted(message)) != message:
        record.msg, record.args = safe, ()


def _redact_traceback(record: logging.LogRecord) -> None:
    if not record.exc_info:
        return
    traceback = _FORMATTER.formatException(record.exc_info)
    if (safe := redacted(traceback)) != traceback:
        # Every formatter takes the text where it stands; none may make another from the exception.
        record.exc_info, record.exc_text = None, safe


def _of_the_environment() -> Iterator[str]:
    for name, value in os.environ.items():
        if _SECRET_VARIABLE.search(name) and len(value) >= _SHORTEST:
            yield value
