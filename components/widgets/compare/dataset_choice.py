"""Which data set accuracy is measured on, and how much of it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from components.core.errors import PortalError
from components.core.settings import Settings, current_settings
from components.evaluation.datasets.dataset import Dataset, bundled, first, open_dataset, open_zip, sample
from components.evaluation.datasets.librispeech import SETS, find
from components.evaluation.datasets.openslr_download import Download
from components.whisper.languages import LANGUAGE_CODES
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry
from components.widgets.compare.dataset_download import show_download

SMALL, FOLDER, UPLOAD = "Small set", "This portal's data sets", "Upload"
LIBRISPEECH = {f"LibriSpeech {name}": name for name in SETS}
_FORMAT = (
    "A zip with audio files and one manifest: a CSV with the columns `file` and `text` (and `id` and `language` if you "
    "like), or JSONL with these keys. Common Voice and LibriSpeech's own layout work as they are. The zip stays in "
    "memory and is not unpacked to the disk. Audio is decoded when its turn comes: a file that can't be decoded, or "
    "lasts longer than 30 s, counts as a failed request and is listed with its reason."
)
_LANGUAGES = list(LANGUAGE_CODES)
_ALL, _FIRST, _SAMPLE = "All", "First", "Random sample"
_SANE_COUNT = 200
"""How many utterances are proposed of a larger set: minutes on a laptop, and some 3,500 words of LibriSpeech."""
_LARGEST_SEED = 2**31 - 1
_UPLOADED, _OPENED = "compare_dataset_uploaded", "compare_dataset_opened"

_Source = tuple[str, Callable[[str], Dataset]]
"""A token that identifies it among its kind, and what opens it, given the language of texts that state none."""


def choose_dataset() -> Dataset | None:
    """Draws the choice; None as long as there is nothing that can be used. What was uploaded stays with its session."""
    settings = current_settings()
    kinds = [SMALL, *LIBRISPEECH, *([FOLDER] if settings.datasets_dir else []), UPLOAD]
    kind = st.radio("Data set", kinds, key="compare_dataset_kind", persist_state="session")
    source: _Source | None = "", lambda _: bundled()
    if kind in LIBRISPEECH:
        source = _librispeech(LIBRISPEECH[kind], settings)
    elif kind == FOLDER and settings.datasets_dir:
        source = _folder(settings.datasets_dir)
    elif kind == UPLOAD:
        source = _upload()
    if source is None:
        # The next one may be found at the same path.
        st.session_state.get(_OPENED, {}).pop(kind, None)
        return None
    language = st.session_state.get("compare_dataset_language") or "english"
    opened = _open(kind, source, language)
    if isinstance(opened, Dataset) and opened.language_assumed:
        # What is scored is what the screen says.
        opened = _open(kind, source, _choose_language(language))
    if isinstance(opened, PortalError):
        show_error(opened, key="compare_dataset_error")
        return None
    chosen = _choose_part(opened, (kind, source[0]))
    _describe(chosen)
    return chosen


def _librispeech(name: str, settings: Settings) -> _Source | None:
    # Asked first: if it ends in between, the folder is there.
    download = work_registry().find(Download, name)
    is_running = download is not None and download.is_running
    if path := find(name, settings):
        return str(path), partial(open_dataset, path)
    show_download(name, download, settings, is_running=is_running)
    return None


def _folder(folder: Path) -> _Source | None:
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
    return (f"{name} {found[name]}", partial(open_dataset, folder / name)) if name in found else None


def _is_offered(path: Path) -> bool:
    is_zip = path.suffix.lower() == ".zip" and path.is_file()
    return not path.name.startswith(".") and (path.is_dir() or is_zip)


def _upload() -> _Source | None:
    file = st.file_uploader(
        "Zip with audio and a manifest",
        type="zip",
        key="compare_dataset_upload",
        help=_FORMAT,
        on_change=_forget_cleared,
    )
    if file:
        st.session_state[_UPLOADED] = file.file_id, partial(open_zip, file.getvalue(), file.name)
    # The widget starts empty when its view is opened again.
    uploaded: _Source | None = st.session_state.get(_UPLOADED)
    if uploaded is None:
        st.caption(_FORMAT)
    return uploaded


def _forget_cleared() -> None:
    if st.session_state.get("compare_dataset_upload") is None:
        st.session_state.pop(_UPLOADED, None)


def _open(kind: str, source: _Source, language: str) -> Dataset | PortalError:
    """The opened data set, or why it can't be opened; reopened only when the kind's source or language changes."""
    token, opener = source
    kept: dict[str, tuple[tuple[str, str], Dataset | PortalError]] = st.session_state.setdefault(_OPENED, {})
    if kind not in kept or kept[kind][0] != (token, language):
        try:
            kept[kind] = (token, language), opener(language)
        except PortalError as error:
            kept[kind] = (token, language), error
    return kept[kind][1]


def _choose_language(language: str) -> str:
    # A browser that redraws the choice, as after another upload, may miss what was chosen and answer with the default:
    # so the default is the language that already applies.
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


def _choose_part(whole: Dataset, token: tuple[str, str]) -> Dataset:
    """Draws the choice, which is reset for each data set; `token` identifies the data set."""
    size = len(whole.utterances)
    if st.session_state.get("compare_dataset_part_of") != (*token, size):
        st.session_state["compare_dataset_part_of"] = (*token, size)
        st.session_state["compare_dataset_part"] = _SAMPLE if size > _SANE_COUNT else _ALL
        st.session_state["compare_dataset_count"] = min(size, _SANE_COUNT)
    part = st.segmented_control(
        "Utterances",
        [_ALL, _FIRST, _SAMPLE],
        key="compare_dataset_part",
        required=True,
        width="stretch",
        persist_state="session",
    )
    if part == _ALL:
        return whole
    with st.container(horizontal=True, gap="small"):
        count = st.number_input("How many", 1, size, key="compare_dataset_count", persist_state="session")
        if part == _FIRST:
            return first(whole, count)
        seed = st.number_input(
            "Seed",
            0,
            _LARGEST_SEED,
            key="compare_dataset_seed",
            help="The same seed draws the same utterances, on any computer.",
            persist_state="session",
        )
        return sample(whole, count, seed)


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
