"""The log of a process, as it stands on standard error."""

import json
import re
import subprocess
import sys

from tests.paths import ROOT

PROGRAM = """
import logging
from threading import Thread
from streamlit.logger import get_logger
from components.core.logs import set_up
from components.core.request_id import id_of, working_on
from components.core.settings import Settings

set_up(Settings())
set_up(Settings())
log = logging.getLogger("components.here")
log.debug("a detail")
log.info("read %s", "two\\nlines\\r", extra={"endpoint": "whisper\\nbase", "seconds": 0.5})
with working_on("id-7"):
    log.warning("within")
logging.getLogger("elsewhere").info("of no interest")
try:
    1 / 0
except ZeroDivisionError as error:
    log.exception("failed")
    get_logger("streamlit.error_util").error("Uncaught app execution", exc_info=error)
    print(id_of(error))
thread = Thread(target=lambda: [][0], name="worker")
thread.start()
thread.join()
"""


def logged(**settings: str) -> tuple[str, list[str]]:
    """What the program prints, and the lines of its log."""
    command = [sys.executable, "-c", PROGRAM]
    environment = {"PATH": "", "PYTHONPATH": str(ROOT), **settings}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip(), done.stderr.splitlines()


def test_every_event_is_one_line_of_json() -> None:
    failure, lines = logged()
    read, within, failed, uncaught, ended = map(json.loads, lines)
    assert read["message"] == "read two\nlines\r"
    assert (read["level"], read["logger"]) == ("INFO", "components.here")
    assert (read["endpoint"], read["seconds"]) == ("whisper\nbase", 0.5)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", read["time"])
    assert "request_id" not in read
    assert within["request_id"] == "id-7"
    assert ended["message"] == "worker ended"
    assert "IndexError" in ended["traceback"]
    assert failed["request_id"] == uncaught["request_id"] == failure
    assert "ZeroDivisionError" in failed["traceback"]
    assert uncaught["logger"] == "streamlit.error_util"


def test_text_is_for_people_and_only_a_traceback_has_lines_of_its_own() -> None:
    failure, lines = logged(PORTAL_LOG_FORMAT="text")
    assert re.fullmatch(
        r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO read two\\nlines\\r endpoint="whisper\\nbase" seconds=0\.5',
        lines[0],
    )
    assert lines[1].endswith(' WARNING within request_id="id-7"')
    assert lines[2].endswith(f' ERROR failed request_id="{failure}"')
    assert lines[3] == "Traceback (most recent call last):"


def test_the_level_can_be_set_in_any_case() -> None:
    _, lines = logged(PORTAL_LOG_LEVEL="debug")
    assert json.loads(lines[0])["message"] == "a detail"
    _, lines = logged(PORTAL_LOG_LEVEL="Error")
    assert json.loads(lines[0])["message"] == "failed"
