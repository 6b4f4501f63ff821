"""What `transcribe` remarks on a transcript."""

from components.cli.transcript_output import remarks
from components.transcript.long_transcript import ChunkResult, LongTranscript
from components.whisper.parameters import Parameters

LOOP = ChunkResult(10.0, 20.0, ((10.5, 19.0),), text="and so on. " * 5)
GAP = ChunkResult(20.0, 30.0, ((20.5, 29.0),), error="It broke. Try again.")
WORDS = ChunkResult(30.0, 40.0, ((30.5, 39.0),), text="And then it was over.")


def remarked(
    *chunks: ChunkResult, parameters: Parameters | None = None, has_retried: bool = False, **more: float
) -> list[str]:
    unsent = "It was cancelled." if "unsent_from" in more else None
    found = LongTranscript("talk", "whisper-base", parameters or {}, 40.0, chunks, unsent, **more)
    return list(remarks(found, has_retried=has_retried))


def test_what_is_missing_is_named_with_its_time() -> None:
    assert remarked(WORDS, GAP, unsent_from=40.0, length=3661.0) == [
        "nothing from 0:20 to 0:30: It broke. Try again.",
        "nothing from 0:40 to the end at 1:01:01: It was cancelled.",
    ]
    assert remarked(WORDS, unsent_from=40.0) == ["nothing from 0:40 on: It was cancelled."]


def test_what_is_doubtful_has_a_beginning_and_an_end() -> None:
    doubt, offer = remarked(LOOP, WORDS)
    assert doubt.startswith("doubtful from 0:10 to 0:19: “and so on” comes 4 times in a row or more")
    assert offer == "--retry-loops sends what repeats itself once more, with parameters against that."


def test_loops_are_offered_another_try_where_that_is_something_new() -> None:
    assert (
        len(remarked(LOOP, has_retried=True))
        == len(remarked(LOOP, parameters={"no_repeat_ngram_size": 4}))
        == 1
    )


def test_of_a_plain_transcript_there_is_nothing_to_say() -> None:
    assert remarked(WORDS) == []
    assert remarked() == ["nobody speaks in it."]
