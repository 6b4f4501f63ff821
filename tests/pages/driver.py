"""What a user does on the pages, and what they then see."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from streamlit.testing.v1 import AppTest

from components.core.errors import EndpointError
from components.deployment.endpoints import EndpointSummary
from components.targets.target import Target
from components.whisper.models import find_model
from components.widgets.endpoints import known_targets
from tests.paths import ROOT

PLAYGROUND, DEPLOY, COMPARE = "pages/playground.py", "pages/deploy.py", "pages/compare.py"
SECONDS = 120
AWS = Target("AWS eu-west-1", "eu-west-1")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
Answer = list[EndpointSummary] | EndpointError
"""What listing the endpoints of AWS gives."""


def endpoint(
    name: str, status: str = "InService", created: datetime = NOW, **details: Any
) -> EndpointSummary:
    """An endpoint on AWS that serves whisper-base."""
    return EndpointSummary(name, status, created, find_model("whisper-base"), **details)


def speech(path: str) -> bytes:
    """A short clip with known words, such as "en/hello_world.wav"."""
    return (files("pytest_audioeval") / "samples" / "audio" / path).read_bytes()


def open_home() -> AppTest:
    return run(AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS))


def open_playground(**query: str) -> AppTest:
    """The playground as a browser sees it that opens that address anew."""
    return open_page(PLAYGROUND, **query)


def open_deploy(state: Mapping[str, object] | None = None, **query: str) -> AppTest:
    """The deploy page as a browser sees it that opens that address anew; `state` stands in its widgets already."""
    app = _at(DEPLOY, query)
    for key, value in (state or {}).items():
        app.session_state[key] = value
    return run(app)


def open_compare(view: str, **query: str) -> AppTest:
    """A view of the page Compare as a browser sees it that opens that address anew."""
    return open_page(COMPARE, view=view, **query)


def open_page(page: str, **query: str) -> AppTest:
    """Any page as a browser sees it that opens that address anew."""
    return run(_at(page, query))


def _at(page: str, query: dict[str, str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).switch_page(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app


def run(app: AppTest) -> AppTest:
    """Runs the page; nothing may ever raise on it."""
    app.run()
    assert not app.exception
    assert not failures(app)
    return app


def failures(app: AppTest) -> list[str]:
    """What the page says of failures that nobody foresaw."""
    titles = [error.proto.title.replace("\\", "") for error in app.error]
    return [title for title in titles if title == "Something went wrong in the portal."]


def widget(app: AppTest, key: str) -> Any:
    """The widget with that key, of whatever kind."""
    return app.get_by_key(key)


def elements(block: Any, *kinds: str) -> list[Any]:
    """All elements of these kinds in a block, or on the whole page."""
    return [element for kind in kinds for element in block.get(kind)]


def choose_source(app: AppTest, source: str) -> AppTest:
    widget(app, "source").set_value(source)
    return run(app)


def choose_sample(app: AppTest, sample: str = "english") -> AppTest:
    choose_source(app, "Samples").radio(key="sample").set_value(sample)
    return run(app)


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader(key="upload").upload(name, data)
    return run(app)


def set_number(app: AppTest, name: str, value: float) -> AppTest:
    app.toggle(key=f"set_{name}").set_value(True)
    run(app).slider(key=name).set_value(value)
    return run(app)


def choose(app: AppTest, name: str, value: str) -> AppTest:
    widget(app, name).set_value(value)
    return run(app)


def press_transcribe(app: AppTest) -> AppTest:
    """Presses the button; a clip has been answered when this returns."""
    app.button(key="transcribe").click()
    return wait_until(run(app), lambda app: not is_shown(app, "clip_progress"))


def transcript(app: AppTest) -> str:
    return str(app.container(key="transcript").code[0].value)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def shown(app: AppTest, key: str) -> str:
    """All that the container with that key says, with plain spaces, and without Markdown's escapes."""
    box = app.get_by_key(key)
    kinds = ("markdown", "caption", "info", "error", "warning", "success", "subheader")
    texts = [f"{getattr(e.proto, 'title', '')} {e.value}" for e in elements(box, *kinds)]
    return " ".join(texts).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def everything(app: AppTest) -> str:
    """All text in the page itself."""
    return " ".join(str(element.value) for element in elements(app.main, "markdown", "caption"))


def error(app: AppTest, key: str = "error") -> str:
    """What an error box says, without all that keeps its text from being taken as Markdown."""
    box = app.container(key=key).error[0]
    return re.sub(r"\\(.)", r"\1", f"{box.proto.title} {box.value}").replace("\N{WORD JOINER}", "")


def is_shown(app: AppTest, key: str) -> bool:
    try:
        app.get_by_key(key)
    except KeyError:
        return False
    return True


def wait_until(app: AppTest, condition: Callable[[AppTest], bool]) -> AppTest:
    """Runs the page anew until what is looked up in the background is on it."""
    end = time.monotonic() + SECONDS
    while not condition(app):
        assert time.monotonic() < end
        time.sleep(0.02)
        run(app)
    return app


def wait_in_service(target: Target, name: str) -> None:
    end = time.monotonic() + SECONDS
    while True:
        known_targets.endpoints_of.clear()
        endpoints = known_targets.endpoints_of(target)
        if isinstance(endpoints, tuple) and any(e.name == name and e.is_serving for e in endpoints):
            return
        assert time.monotonic() < end, endpoints
        time.sleep(0.2)
