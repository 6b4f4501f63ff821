"""Buttons that have what is missing or repeats itself transcribed again."""

from components.endpoint_client.batch import Batch
from components.endpoint_client.long_job import LongJob
from components.endpoint_client.long_request import AGAINST_LOOPS
from components.live.session import LiveSession
from components.widgets.common.elements import button
from components.widgets.playground.shown_work import go_on


def offer_without_loops(job: LongJob | Batch) -> None:
    """Draws the button that has what repeats itself transcribed once more."""
    parameters = ", ".join(f"{name} {value}" for name, value in AGAINST_LOOPS.items())
    what = f"Sends only the parts that repeat themselves once more, with {parameters}; what is no better is not taken."
    again = job.again_without_loops
    button("Try repetitions again", go_on, job, again, key="long_loops", icon="repeat", help=what)


def offer_another_try(job: LongJob | Batch | LiveSession) -> None:
    """Draws the button that has what is missing transcribed."""
    button("Transcribe what is missing", go_on, job, job.again, key="long_again", icon="refresh")
