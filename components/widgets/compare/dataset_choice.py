"""Which data set accuracy is measured on, and how much of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from components.core.errors import PortalError
from components.core.settings import Settings
from components.evaluation.datasets.dataset import Dataset, bundled, open_dataset, open_zip
from components.evaluation.datasets.openslr import SETS, find
from components.evaluation.datasets.openslr_download import Download
from components.whisper.languages import LANGUAGE_CODES
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry
from components.widgets.compare.dataset_download import show_download
from components.widgets.compare.dataset_part import choose_part

SMALL, FOLDER, UPLOAD = "Small set", "This portal's data sets", "Upload"
LIBRISPEECH = {f"LibriSpeech {name}": name for name in SETS}
_FORMAT = (
    "A zip with audio files and one manifest: a CSV with the columns `file` and `text` (and `id` and `language` if you "
    "like), or JSONL with these keys. Common Voice and LibriSpeech's own layout work as they are. The zip stays in "
    "memory and is not unpacked to the disk. Audio is decoded when its turn comes: a file that can't be decoded, or "
    "lasts longer than 30 s, counts as a failed request and is listed with its reason."
)
_LANGUAGES = list(LANGUAGE_CODES)
_ENGLISH = "english"
"""Where neither the data set nor anybody here has said another language."""


@dataclass(frozen=True)
class _Opened:
    """What a choice gave; `token` tells one folder or file from the next, `language` is the one it was opened with."""

    token: str
    language: str
    open: Callable[[str], Dataset]
    result: Dataset | PortalError


def choose_dataset() -> Dataset | None:
    """Draws the choice; None as long as there is nothing that can be used. What was uploaded stays with its session."""
    settings = Settings()
    kinds = [SMALL, *LIBRISPEECH, *([FOLDER] if settings.datasets_dir else []), UPLOAD]
    kind = st.radio("Data set", kinds, key="compare_dataset_kind", persist_state="session")
    if kind in LIBRISPEECH:
        _librispeech(kind, settings)
    elif kind == FOLDER and settings.datasets_dir:
        _folder(settings.datasets_dir)
    elif kind == UPLOAD:
        _upload()
    else:
        _load(SMALL, "", lambda _: bundled())
    opened = _opened().get(kind)
    if opened is None:
        return None
    if isinstance(opened.result, Dataset) and opened.result.language_assumed:
        opened = _opened()[kind] = _in_language(opened, _choose_language(opened.language))
    if isinstance(opened.result, PortalError):
        show_error(opened.result, key="compare_dataset_error")
        return None
    chosen = choose_part(opened.result, (kind, opened.token))
    _describe(chosen)
    return chosen


def _librispeech(kind: str, settings: Settings) -> None:
    name = LIBRISPEECH[kind]
    # Asked first: if it ends in between, the folder is there.
    download = work_registry().find(Download, name)
    is_running = download is not None and download.is_running
    if path := find(name, settings):
        _load(kind, str(path), partial(open_dataset, path))
    else:
        _opened().pop(kind, None)
        show_download(name, download, settings, is_running=is_running)


def _folder(folder: Path) -> None:
    try:
        found = {path.name: path.stat().st_mtime_ns for path in sorted(folder.iterdir()) if _is_offered(path)}
    except OSError as error:
        st.error(f"{plain(str(folder))} can't be read: {error.strerror}.", icon=":material/error:")
        found = {}
    name = st.selectbox(
        "Folder or zip",
        list(found),
        key="compare_dataset_folder",
        index=None,
        placeholder="Choose one" if found else "There is none",
        persist_state="session",
    )
    if name in found:
        _load(FOLDER, f"{name} {found[name]}", partial(open_dataset, folder / name))
    else:
        _opened().pop(FOLDER, None)


def _is_offered(path: Path) -> bool:
    is_zip = path.suffix.lower() == ".zip" and path.is_file()
    return not path.name.startswith(".") and (path.is_dir() or is_zip)


def _upload() -> None:
    file = st.file_uploader(
        "Zip with audio and a manifest",
        type="zip",
        key="compare_dataset_upload",
        help=_FORMAT,
        on_change=_forget_cleared,
    )
    if file:
        _load(UPLOAD, file.file_id, partial(_open_zip, file.getvalue(), file.name))
    elif UPLOAD not in _opened():
        st.caption(_FORMAT)


def _open_zip(data: bytes, name: str, language: str) -> Dataset:
    return open_zip(data, name, language)


def _forget_cleared() -> None:
    if st.session_state.get("compare_dataset_upload") is None:
        _opened().pop(UPLOAD, None)


def _load(kind: str, token: str, open_it: Callable[[str], Dataset]) -> None:
    opened = _opened().get(kind)
    if opened is None or opened.token != token:
        language = st.session_state.get("compare_dataset_language") or _ENGLISH
        _opened()[kind] = _open(token, open_it, language)


def _open(token: str, open_it: Callable[[str], Dataset], language: str) -> _Opened:
    try:
        return _Opened(token, language, open_it, open_it(language))
    except PortalError as error:
        return _Opened(token, language, open_it, error)


def _opened() -> dict[str, _Opened]:
    opened: dict[str, _Opened] = st.session_state.setdefault("compare_dataset_opened", {})
    return opened


def _choose_language(language: str) -> str:
    # A browser that draws the choice anew, as after another upload, may miss what was chosen, and answers with the
    # default: this is therefore the language that counts already.
    return st.selectbox(
        "Language of the texts",
        _LANGUAGES,
        index=_LANGUAGES.index(language),
        key="compare_dataset_language",
        format_func=str.title,
        help="Of those whose language the data set doesn't say. It decides the normalizer, and whether words or "
        "characters are counted; what the model is told is the parameter `language`.",
        persist_state="session",
    )


def _in_language(opened: _Opened, language: str) -> _Opened:
    """The same, opened anew where that was with another language: what is scored is what the screen says."""
    return opened if opened.language == language else _open(opened.token, opened.open, language)


def _describe(chosen: Dataset) -> None:
    about = f" {plain(chosen.about)}." if chosen.about else ""
    with st.container(key="compare_dataset_about", gap="xsmall"):
        st.caption(f"**{plain(chosen.name)}**: {plain(chosen.selection)}.{about}")
        if not chosen.faults:
            return
        entries = "1 entry" if chosen.faults == 1 else f"{chosen.faults} entries"
        st.warning(f"{entries} of this data set can't be used; the others are.", icon=":material/warning:")
        with st.expander("Which, and why", key="compare_dataset_findings"):
            st.markdown("\n".join(f"- {plain(finding)}" for finding in chosen.findings))
