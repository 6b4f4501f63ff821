"""Front page: what this is, where to go, what runs."""

import streamlit as st

from components.widgets.common.navigation import COLUMNS, PAGES, PLAYGROUND
from components.widgets.compare.run_summary import show_last_run
from components.widgets.endpoints.cached_lookups import await_answers
from components.widgets.endpoints.known_targets import known_targets
from components.widgets.endpoints.target_card import show_aws_hint, show_target
from components.widgets.page_setup import page

page(
    "Whisper Portal", "Turns speech into text with OpenAI's Whisper, on Amazon SageMaker or on this computer."
)

st.markdown(
    """
The portal sends audio to Whisper endpoints and shows what they hear, with every parameter within reach.\\
On AWS these are the endpoints that were deployed from SageMaker JumpStart in your account and region.\\
One more comes with the portal: it runs Whisper on this computer and answers just as one on SageMaker does.
"""
)

left, right = st.columns(COLUMNS, gap="medium")
with left:
    st.subheader("Where to go", anchor=False)
    for number, entry in enumerate(PAGES[1:], start=1):
        with st.container(border=True, gap="small"):
            st.markdown(f"{entry.icon} **{number}. {entry.title}**")
            st.markdown(entry.leads_to)
            if st.button(
                entry.opens,
                key=f"open_{entry.title.lower()}",
                # There is something to try at once, also where nobody has deployed anything.
                type="primary" if entry is PLAYGROUND else "secondary",
            ):
                st.switch_page(entry.script)

with right:
    st.subheader("What runs", anchor=False)
    known = known_targets()
    for target in known.all:
        show_target(target)
    show_aws_hint(known)
    show_last_run()
await_answers()
