"""What went over the wire: the request as code to run oneself, and the reply as it came."""

import streamlit as st

from components.endpoint_client.clip_job import ClipJob
from components.targets.request_code import cli_command, python_code, wav_name
from components.transcript.result import Transcript
from components.widgets.common.elements import download, plain


def show_request(job: ClipJob, *, offers_wav: bool) -> None:
    """The request as code; `offers_wav` adds the file that it reads, where no transcript offers it already."""
    name = wav_name(job.clip.name)
    arguments = (job.client.target, job.client.endpoint_name, job.parameters, name)
    with st.expander("Request as code", icon=":material/code:", key="request"):
        st.caption(f"Sends **{plain(name)}** from the folder it runs in: download the WAV as sent.")
        if offers_wav:
            download("WAV as sent", job.clip.wav(), name, "audio/wav", key="download_request")
        python, command_line = st.tabs(["boto3", "AWS CLI"])
        python.code(python_code(*arguments), language="python")
        command_line.code(cli_command(*arguments), language="bash")


def show_reply(transcript: Transcript) -> None:
    """The reply's body, with what AWS said beside it."""
    with st.expander("Raw reply", icon=":material/data_object:", key="reply"):
        st.code(transcript.reply.decode(errors="replace"), language="json", wrap_lines=True)
        st.caption(f"Request id {plain(transcript.request_id or 'not given')} · retries {transcript.retries}")
