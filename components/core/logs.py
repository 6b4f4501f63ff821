"""The log on standard error: one line of JSON an event, or plain text for people.

A line has the time (UTC, ISO 8601), level, logger and message, the id of the request or failure that it belongs to, and
what the event adds in `extra`, such as endpoint, seconds and outcome. Audio, transcripts and secrets never stand in it.
"""

import json
import logging
import sys
import threading
import time
from threading import Lock

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from components.core.request_id import current_id, id_of
from components.core.settings import Settings

logger = logging.getLogger(__name__)

_lock = Lock()


def set_up(settings: Settings) -> None:
    """Has this process write its log as the settings say; a second time only for libraries that came meanwhile."""
    formatter = _json() if settings.log_format == "json" else _Text()
    root = logging.getLogger()
    with _lock:
        if not any(isinstance(handler, _StandardError) for handler in root.handlers):
            root.addHandler(_StandardError())
            root.setLevel(logging.WARNING)
            logging.getLogger("components").setLevel(settings.log_level)
            if threading.excepthook is threading.__excepthook__:
                threading.excepthook = _note_end_of_thread
        _format_all(formatter)


def _format_all(formatter: logging.Formatter) -> None:
    # Streamlit's loggers have handlers of their own, made together with the logger.
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    for handler in (handler for known in loggers for handler in known.handlers):
        if isinstance(handler, _StandardError) or getattr(handler, "stream", None) is sys.stderr:
            handler.setFormatter(formatter)
            # One that is there already is not added again.
            handler.addFilter(_add_id)


class _StandardError(logging.Handler):
    """Writes to what standard error is at the time: somebody may have put another stream in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - so does every handler: a log must not end what it tells of
            self.handleError(record)


def _add_id(record: logging.LogRecord) -> bool:
    if not hasattr(record, "request_id"):
        error = record.exc_info[1] if record.exc_info else None
        found = id_of(error) if error else current_id()
        if found:
            record.request_id = found
    return True


def _json() -> logging.Formatter:
    names = {"levelname": "level", "name": "logger", "exc_info": "traceback"}
    return JsonFormatter("{levelname}{name}{message}", style="{", timestamp="time", rename_fields=names)


class _Text(logging.Formatter):
    """A line as people read it; what the event adds stands at its end. A traceback has lines of its own."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        added = {name: value for name, value in vars(record).items() if name not in _OWN}
        # A name with a line break in it must not look like a line of the log.
        line = super().formatMessage(record).replace("\n", "\\n").replace("\r", "\\r")
        return " ".join(
            [line, *(f"{name}={json.dumps(value, default=str)}" for name, value in added.items())]
        )


_OWN = {*RESERVED_ATTRS, "message", "asctime"}


def _note_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "a thread"
    if ended.exc_value:
        logger.critical("%s ended", name, exc_info=ended.exc_value)
