"""The choice of a data set as a user meets it: what is offered, what comes of it, and what is said of its faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.elements.lib import policies
from streamlit.testing.v1 import AppTest

from components.evaluation.datasets.dataset import Dataset
from components.evaluation.datasets.librispeech import SETS
from components.widgets.common.work import work_registry
from components.widgets.compare.dataset_choice import FOLDER, SMALL, UPLOAD
from tests.evaluation.datasets.made_files import WAV, Files, ids, make_folder, make_zip
from tests.evaluation.datasets.openslr_server import NAME, Server, described, make_archive, serving
from tests.pages.driver import error, is_shown, run, shown, wait_until, widget

LIBRISPEECH = f"LibriSpeech {NAME}"
ARCHIVE = make_archive()
GOOD: Files = {"m.csv": "file,text\na.wav,one\nb.wav,two\n", "a.wav": WAV, "b.wav": WAV}


def script() -> None:
    import streamlit as st  # noqa: PLC0415 - the function is run as a script of its own

    from components.widgets.compare.dataset_choice import choose_dataset  # noqa: PLC0415

    st.session_state["chosen"] = choose_dataset()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    for name in ("PORTAL_LIBRISPEECH_DIR", "PORTAL_DATASETS_DIR", "PORTAL_OPENSLR_URL"):
        monkeypatch.delenv(name, raising=False)
    work_registry.clear()
    return tmp_path / "data"


@pytest.fixture
def app() -> AppTest:
    return run(AppTest.from_function(script, default_timeout=60))


def choose(app: AppTest, kind: str) -> AppTest:
    app.radio(key="compare_dataset_kind").set_value(kind)
    return run(app)


def upload(app: AppTest, data: bytes, name: str = "mine.zip") -> AppTest:
    choose(app, UPLOAD).file_uploader(key="compare_dataset_upload").upload(name, data)
    return run(app)


def set_to(app: AppTest, key: str, value: object) -> AppTest:
    widget(app, f"compare_dataset_{key}").set_value(value)
    return run(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=f"compare_dataset_download_{key}").click()
    return run(app)


def chosen(app: AppTest) -> Dataset:
    dataset = app.session_state["chosen"]
    assert isinstance(dataset, Dataset)
    return dataset


def test_the_small_set_comes_first_and_is_heard_whole(app: AppTest) -> None:
    assert app.radio(key="compare_dataset_kind").options == [
        SMALL,
        *(f"LibriSpeech {name}" for name in SETS),
        UPLOAD,
    ]
    assert chosen(app).selection == "all 20 utterances"
    assert "**Small set**: all 20 utterances. Synthetic speech" in shown(app, "compare_dataset_about")


def test_a_part_of_it(app: AppTest) -> None:
    set_to(app, "part", "First")
    assert chosen(set_to(app, "count", 3)).selection == "the first 3 of 20 utterances"
    set_to(app, "part", "Random sample")
    assert chosen(set_to(app, "seed", 5)).selection == "a random sample of 3 of 20 utterances (seed 5)"


def test_of_a_large_set_a_sample_is_proposed(app: AppTest) -> None:
    rows = "file,text\n" + "".join(f"{n}.wav,word\n" for n in range(300))
    upload(app, make_zip({"m.csv": rows, **{f"{n}.wav": WAV for n in range(300)}}))
    assert chosen(app).selection == "a random sample of 200 of 300 utterances (seed 0)"
    assert chosen(choose(app, SMALL)).selection == "all 20 utterances"


def test_an_upload_says_what_it_takes_and_is_used(app: AppTest) -> None:
    choose(app, UPLOAD)
    assert app.session_state["chosen"] is None
    assert any("`file` and `text`" in caption.value for caption in app.caption)
    assert any("counts as a failed request" in caption.value for caption in app.caption)
    assert ids(chosen(upload(app, make_zip(GOOD)))) == ["a.wav", "b.wav"]
    assert not is_shown(app, "compare_dataset_findings")


def test_an_upload_stays_while_something_else_is_looked_at(app: AppTest) -> None:
    first = upload(app, make_zip(GOOD)).session_state["chosen"]
    assert ids(chosen(choose(choose(app, SMALL), UPLOAD))) == ids(first)


def test_another_upload_takes_its_place(app: AppTest) -> None:
    upload(app, make_zip(GOOD))
    assert (
        chosen(upload(app, make_zip({**GOOD, "m.csv": "file,text\nb.wav,two\n"}), "next.zip")).name
        == "next.zip"
    )


def test_faults_are_counted_and_named(app: AppTest) -> None:
    rows = "file,text\na.wav,one\n../b.wav,two\n<i>.wav,three\n"
    upload(app, make_zip({**GOOD, "m.csv": rows}))
    assert "2 entries of this data set can't be used" in shown(app, "compare_dataset_about")
    listed = app.get_by_key("compare_dataset_findings").markdown[0].value
    assert listed.count("\n") == 1
    assert "m\\.csv\\, row 4\\: \\<i\\>\\.wav is not there" in listed


def test_an_upload_that_cannot_be_used_says_why(app: AppTest) -> None:
    upload(app, b"hello")
    assert app.session_state["chosen"] is None
    assert "mine.zip is not a zip that can be read." in error(app, "compare_dataset_error")


def test_the_language_is_asked_for_where_the_set_does_not_say_it(app: AppTest) -> None:
    upload(app, make_zip(GOOD))
    assert {u.language for u in chosen(app).utterances} == {"english"}
    assert {u.language for u in chosen(set_to(app, "language", "french")).utterances} == {"french"}
    says = "file,text,language\na.wav,one,de\n"
    upload(app, make_zip({**GOOD, "m.csv": says}))
    assert [u.language for u in chosen(app).utterances] == ["german"]
    assert not is_shown(app, "compare_dataset_language")


def test_english_is_the_default_of_the_choice_itself(app: AppTest) -> None:
    upload(app, make_zip(GOOD))
    choice = app.selectbox(key="compare_dataset_language")
    assert choice.options[choice.proto.default] == "English"
    assert not choice.proto.set_value


def test_a_chosen_language_stays_and_is_what_the_texts_are_opened_with(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)
    upload(app, make_zip(GOOD))
    set_to(app, "language", "french")
    upload(app, make_zip({**GOOD, "m.csv": "file,text\nb.wav,two\n"}), "next.zip")
    assert [u.language for u in chosen(app).utterances] == ["french"]
    choice = app.selectbox(key="compare_dataset_language")
    # What a browser shows that missed the choice.
    assert choice.options[choice.proto.default] == "French"
    choose(app, SMALL)
    assert not is_shown(app, "compare_dataset_language")
    choose(app, UPLOAD)
    assert widget(app, "compare_dataset_language").value == "french"
    assert [u.language for u in chosen(app).utterances] == ["french"]
    # Streamlit would warn of a default beside a state that was set.
    assert not policies._shown_default_value_warning


def test_the_portals_own_folder_is_offered_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(tmp_path / "sets" / "calls", GOOD)
    make_folder(tmp_path / "sets", {"more.zip": make_zip(GOOD), "note.txt": "", ".hidden/m.csv": ""})
    monkeypatch.setenv("PORTAL_DATASETS_DIR", str(tmp_path / "sets"))
    app = choose(run(AppTest.from_function(script, default_timeout=60)), FOLDER)
    assert app.session_state["chosen"] is None
    assert widget(app, "compare_dataset_folder").options == ["calls", "more.zip"]
    assert chosen(set_to(app, "folder", "calls")).name == "calls"
    assert chosen(set_to(app, "folder", "more.zip")).name == "more.zip"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATASETS_DIR", str(tmp_path / "gone"))
    app = choose(run(AppTest.from_function(script, default_timeout=60)), FOLDER)
    assert "No such file or directory" in app.error[0].value


def test_librispeech_is_taken_from_where_it_lies(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: Files = {f"{NAME}/1/2/1-2.trans.txt": "1-2-0 ONE\n", f"{NAME}/1/2/1-2-0.flac": WAV}
    monkeypatch.setenv("PORTAL_LIBRISPEECH_DIR", str(make_folder(tmp_path / "LibriSpeech", files)))
    assert chosen(choose(app, LIBRISPEECH)).name == "LibriSpeech test-other/1/2"
    assert "CC BY 4.0" in shown(app, "compare_dataset_about")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("components.evaluation.datasets.partial_download._CHUNK", 1)
    with serving(Server(ARCHIVE)) as server:
        monkeypatch.setenv("PORTAL_OPENSLR_URL", server.url)
        yield server


def test_the_offer_says_what_is_downloaded(app: AppTest, server: Server) -> None:
    choose(app, LIBRISPEECH)
    offer = shown(app, "compare_dataset_download")
    assert "2939 utterances, 329 MB from 127.0.0.1, CC BY 4.0" in offer
    assert app.session_state["chosen"] is None


def test_a_download_goes_on_without_the_page(
    app: AppTest, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SETS, NAME, described(ARCHIVE))
    press(choose(app, LIBRISPEECH), "start")
    wait_until(app, lambda app: "downloading" in shown(app, "compare_dataset_download"))
    reloaded = choose(run(AppTest.from_function(script, default_timeout=60)), LIBRISPEECH)
    wait_until(reloaded, lambda app: app.get("progress")[0].proto.value == 99)
    assert reloaded.get("progress")[0].proto.text.startswith("0 of 0 MB, ")
    server.go_on.set()
    wait_until(reloaded, lambda app: app.session_state["chosen"] is not None)
    assert ids(chosen(reloaded)) == ["1-2-0000", "1-2-0001"]


def test_a_download_is_cancelled_and_taken_up_again(
    app: AppTest, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SETS, NAME, described(ARCHIVE))
    press(press(choose(app, LIBRISPEECH), "start"), "cancel")
    server.go_on.set()
    wait_until(app, lambda app: is_shown(app, "compare_dataset_download_start"))
    assert "What had come is kept." in shown(app, "compare_dataset_download")
    press(app, "start")
    wait_until(app, lambda app: app.session_state["chosen"] is not None)


def test_a_download_that_fails_says_why_and_can_be_tried_again(
    app: AppTest, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SETS, NAME, described(ARCHIVE))
    server.go_on.set()
    server.status = 503
    press(choose(app, LIBRISPEECH), "start")
    wait_until(app, lambda app: is_shown(app, "compare_dataset_download_error"))
    assert "the server answers 503" in error(app, "compare_dataset_download_error")
    server.status = 200
    press(app, "start")
    wait_until(app, lambda app: app.session_state["chosen"] is not None)
