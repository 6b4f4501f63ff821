"""A set of LibriSpeech that is not on this computer: what it is, its download, and how far that is."""

from urllib.parse import urlsplit

import streamlit as st

from components.core.formatting import duration, megabytes
from components.core.settings import Settings
from components.evaluation.datasets.librispeech import LICENCE, SETS
from components.evaluation.datasets.openslr_download import Download, start_download
from components.widgets.common.elements import plain
from components.widgets.common.error_view import show_error
from components.widgets.common.work import work_registry


def show_download(name: str, download: Download | None, settings: Settings, *, is_running: bool) -> None:
    """Draws the offer, or how far the download is; the page goes on by itself when that has ended."""
    with st.container(border=True, key="compare_dataset_download", gap="small"):
        if download and is_running:
            st.fragment(_watch, run_every=1.0)(download)
        else:
            _offer(name, download, settings)


def _offer(name: str, download: Download | None, settings: Settings) -> None:
    archive = SETS[name]
    st.markdown(f"**LibriSpeech {name}** is not on this computer.")
    source = plain(urlsplit(settings.openslr_url).hostname or "PORTAL_OPENSLR_URL")
    st.caption(
        f"{archive.utterances} utterances, {megabytes(archive.size)} from {source}, {LICENCE}. It is kept in the "
        "portal's data folder."
    )
    if download and download.is_cancelled:
        st.caption("The download was cancelled. What had come is kept.")
    elif download and download.error:
        show_error(download.error, key="compare_dataset_download_error")
    st.button(
        "Go on with the download" if download else "Download",
        key="compare_dataset_download_start",
        icon=":material/download:",
        on_click=_start,
        args=(name, settings),
    )


def _start(name: str, settings: Settings) -> None:
    start_download(work_registry(), name, settings)


def _watch(download: Download) -> None:
    if not download.is_running:
        st.rerun()
    st.markdown(f"**LibriSpeech {download.name}**: {download.step} …")
    done, left = f"{download.done / 1e6:.0f} of {megabytes(download.total)}", download.left
    text = done if left is None else f"{done}, {duration(left)} left"
    st.progress(min(1.0, download.done / download.total), text=text)
    st.button(
        "Cancel",
        key="compare_dataset_download_cancel",
        icon=":material/close:",
        on_click=download.cancel,
        disabled=download.is_cancelled,
    )
