"""Several files on their way: a table with the progress and the result of each, their transcripts, one zip of all."""

from functools import partial

import streamlit as st
from streamlit.column_config import NumberColumn, ProgressColumn, TextColumn

from components.core.formatting import timestamp
from components.endpoint_client.batch import Batch, BatchItem
from components.transcript.export import zipped
from components.transcript.gaps import describe_end
from components.widgets.common.announcement import announce, comes_first
from components.widgets.common.elements import button, download, plain
from components.widgets.endpoints.queued_client import show_queue_position
from components.widgets.playground.long_audio.another_try import offer_another_try, offer_without_loops
from components.widgets.playground.long_audio.outcome import show_ended

_COLUMNS = {
    "file": TextColumn("File", width=140),
    "progress": ProgressColumn("Progress", format="percent", width=100),
    "status": TextColumn("Status", width=84),
    "length": TextColumn("Length", width=64),
    "words": NumberColumn("Words", width=64),
}
_SHOWN = "batch_shown"
_DONE = "done"


def show_batch(batch: Batch) -> None:
    """Draws the table; once all is done, the choice of one transcript and the zip as well."""
    with st.container(key="transcript_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Transcripts", anchor=False, width="content")
    if batch.is_running:
        with st.container(key="batch_progress", gap="small"):
            _watch(batch)
        return
    _show_table(batch)
    _show_missing(batch)
    if any(entry.is_worth_another_try for entry in batch.entries):
        offer_another_try(batch)
    if any(entry.has_loops for entry in batch.entries):
        offer_without_loops(batch)
    heard = [entry for entry in batch.entries if entry.job and entry.job.transcript.segments]
    if not heard:
        st.info("Nothing was heard in any of these files.", icon=":material/volume_off:")
        return
    transcripts = [entry.job.transcript for entry in heard if entry.job]
    archive = partial(zipped, transcripts, _missing(batch))
    download("All as zip", archive, "transcripts.zip", "application/zip", key="batch_zip")
    position = st.selectbox(
        "Transcript of", range(len(heard)), format_func=lambda number: heard[number].name, key=_SHOWN
    )
    if job := heard[position].job:
        show_ended(job, can_try_again=False)


@st.fragment(run_every=1.0)
def _watch(batch: Batch) -> None:
    if not batch.is_running:
        st.rerun()
    begun = sum(not entry.is_waiting for entry in batch.entries)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{len(batch.entries)} files", width="stretch")
        button("Cancel", batch.cancel, key="batch_cancel", icon="close", disabled=batch.is_cancelled)
    show_queue_position(batch.client)
    _show_table(batch)
    _show_missing(batch)
    announce(f"File {begun} of {len(batch.entries)}", shows_transcript=comes_first(f"{batch.id} begins"))


def _show_missing(batch: Batch) -> None:
    # Below the table, since a cell shows a sentence only as far as it is wide.
    if found := _missing(batch):
        with st.container(key="batch_missing", gap="xsmall"):
            for line in found:
                st.caption(f":material/error: {plain(line)}")


def _show_table(batch: Batch) -> None:
    st.dataframe(
        [_row(batch, entry) for entry in batch.entries],
        hide_index=True,
        height="content",
        column_config=_COLUMNS,
        key=f"batch_table_{batch.is_running}",
        placeholder="",
        alt="The files with their progress and results",
    )


def _row(batch: Batch, entry: BatchItem) -> dict[str, object]:
    job, seconds = entry.job, entry.request.recording.seconds if entry.request else None
    ended = job.transcript if job and not job.is_running else None
    status = _status(batch, entry)
    share = min(1.0, job.heard_until / seconds) if job and seconds else 0.0
    return {
        "file": entry.name,
        "progress": 1.0 if status == _DONE else share,
        "status": status,
        "length": timestamp(seconds) if seconds else None,
        "words": ended.words if ended else None,
    }


def _missing(batch: Batch) -> list[str]:
    """For each file that is not there, or not whole, a line on what is missing and why."""
    lacking = (
        entry
        for entry in batch.entries
        if not _is_to_come(batch, entry) and not (entry.job and (entry.job.is_running or entry.job.is_whole))
    )
    return [
        " ".join(filter(None, (f"{entry.name}: {_status(batch, entry)}.", _why(entry)))) for entry in lacking
    ]


def _why(entry: BatchItem) -> str:
    if entry.error:
        return str(entry.error)
    if entry.job is None:
        return ""
    transcript = entry.job.transcript
    rest = (gap.sentence for gap in describe_end(transcript))
    return " ".join(dict.fromkeys([*(gap.error or "" for gap in transcript.gaps), *rest]))


def _is_to_come(batch: Batch, entry: BatchItem) -> bool:
    return entry.is_waiting and batch.is_running and not batch.is_cancelled


def _status(batch: Batch, entry: BatchItem) -> str:
    if _is_to_come(batch, entry):
        return "waiting"
    if entry.error:
        return "failed"
    if entry.job is None:
        return "not sent"
    if entry.job.is_running:
        return "under way"
    return _DONE if entry.job.is_whole else "in part"
