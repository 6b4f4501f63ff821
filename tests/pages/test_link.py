import pytest
from streamlit.testing.v1 import AppTest

from components.targets.target import Target
from tests.pages.driver import choose, open_playground, run, set_number, widget


def address(app: AppTest) -> dict[str, str]:
    return {name: str(value) for name, value in dict(app.query_params).items()}


def notes(app: AppTest) -> str:
    return " ".join(box.value for box in app.container(key="link_notes").warning).replace("\\", "")


BASE = {"target": "local", "endpoint": "whisper-base"}


def test_a_link_sets_the_widgets(portal: Target) -> None:
    link = {
        "language": "haitian creole",
        "task": "translate",
        "num_beams": "4",
        "top_p": "0.35",
        "do_sample": "true",
    }
    app = open_playground(**BASE, **link)
    assert app.selectbox(key="language").value == "haitian creole"
    assert widget(app, "task").value == "translate"
    assert app.slider(key="num_beams").value == 4
    assert app.slider(key="top_p").value == 0.35
    assert widget(app, "do_sample").value == "true"
    assert address(app) == BASE | link
    assert notes(app) == ""


def test_the_address_follows_the_widgets(playground: AppTest) -> None:
    assert address(playground) == BASE
    set_number(playground, "temperature", 0.5)
    choose(playground, "early_stopping", "false")
    assert address(playground) == BASE | {"temperature": "0.5", "early_stopping": "false"}
    playground.button(key="reset").click()
    assert address(run(playground)) == BASE


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize(
    ("name", "text", "note"),
    [
        ("language", "klingon", "is ignored"),
        ("language", "", "is ignored"),
        ("task", "TRANSLATE", "is ignored"),
        ("do_sample", "True", "is ignored"),
        ("num_beams", "five", "is ignored"),
        ("num_beams", "2.5", "is ignored"),
        ("temperature", "nan", "is ignored"),
        ("temperature", "inf", "is ignored"),
        ("max_length", "9" * 5000, "is ignored"),
        ("num_beams", "99", "10 is the nearest possible"),
        ("num_beams", "-1", "1 is the nearest possible"),
        ("temperature", "1e300", "2.0 is the nearest possible"),
        ("top_p", "1.01", "1.0 is the nearest possible"),
    ],
)
def test_a_wrong_value_is_ignored_or_brought_into_range_with_a_note(name: str, text: str, note: str) -> None:
    app = open_playground(**{name: text})
    assert name in notes(app)
    assert note in notes(app)
    if "ignored" in note:
        assert name not in address(app)
    else:
        assert address(app)[name] == note.split(maxsplit=1)[0]


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize("wish", [{"endpoint": "gone *now*"}, {"target": "mars-1"}])
def test_a_place_that_does_not_exist_is_noted(wish: dict[str, str]) -> None:
    app = open_playground(**wish)
    assert f"{next(iter(wish.values()))}, which is not here" in notes(app)
    assert address(app) == BASE


@pytest.mark.usefixtures("portal")
def test_unknown_names_are_dropped() -> None:
    assert address(open_playground(utm_source="mail", set_num_beams="true")) == BASE


@pytest.mark.usefixtures("portal")
def test_notes_go_with_the_first_change() -> None:
    app = open_playground(num_beams="99")
    assert notes(run(app))
    app.slider(key="num_beams").set_value(3)
    assert notes(run(app)) == ""


def test_going_back_to_an_older_address_sets_its_values(playground: AppTest) -> None:
    set_number(playground, "num_beams", 4)
    set_number(playground, "top_k", 9)
    playground.query_params.clear()
    for name, value in (BASE | {"num_beams": "2"}).items():
        playground.query_params[name] = value
    run(playground)
    assert playground.slider(key="num_beams").value == 2
    assert not playground.toggle(key="set_top_k").value


@pytest.mark.parametrize(("seconds_for_the_browser", "beams"), [(1000.0, 5), (0.0, 3)])
def test_a_click_that_comes_with_the_address_before_the_last_one_undoes_nothing(
    playground: AppTest, monkeypatch: pytest.MonkeyPatch, seconds_for_the_browser: float, beams: int
) -> None:
    monkeypatch.setattr("components.widgets.common.link._LATE", seconds_for_the_browser)
    for value in (3, 4):
        set_number(playground, "num_beams", value)
    playground.query_params["num_beams"] = "3"
    playground.slider(key="num_beams").set_value(5)
    run(playground)
    assert playground.slider(key="num_beams").value == beams
    assert address(playground) == BASE | {"num_beams": str(beams)}


def test_the_navigations_bare_address_changes_nothing(playground: AppTest) -> None:
    set_number(playground, "num_beams", 4)
    playground.query_params.clear()
    run(playground)
    assert playground.slider(key="num_beams").value == 4
    assert address(playground) == BASE | {"num_beams": "4"}
