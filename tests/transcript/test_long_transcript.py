import csv
import io
import json
import re
from dataclasses import replace

import pytest

from components.transcript.export import FORMATS
from components.transcript.long_transcript import ChunkResult, LongTranscript

FIRST = ChunkResult(
    0.0, 10.0, ((0.5, 4.0), (5.0, 9.5)), text="One two three. Four five six.", request_seconds=1.0
)
GAP = ChunkResult(10.0, 20.0, ((10.5, 19.0),), error="It broke. Try again.", tries=3)
LAST = ChunkResult(20.0, 26.0, ((20.5, 25.0),), text="Seven eight.", request_seconds=0.5)


def transcript(*chunks: ChunkResult, unsent: str | None = None, **more: float) -> LongTranscript:
    since = 26.0 if unsent else None
    return LongTranscript("talk.mp3", "whisper-base", {"num_beams": 5}, 30.0, chunks, unsent, since, **more)


def test_it_has_its_sentences_in_order_with_their_times_and_the_gaps_between_them() -> None:
    found = transcript(FIRST, GAP, LAST)
    assert [(s.start, s.end, s.text) for s in found.segments] == [
        (0.5, 4.0, "One two three."),
        (5.0, 9.5, "Four five six."),
        (10.0, 20.0, ""),
        (20.5, 25.0, "Seven eight."),
    ]
    assert found.text == "One two three. Four five six.\n\nSeven eight."
    assert [gap.error for gap in found.gaps] == ["It broke. Try again."]
    assert found.request_seconds == 1.5


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (transcript(FIRST, LAST), True),
        (transcript(FIRST, GAP), False),
        (transcript(FIRST, unsent="The endpoint is gone."), False),
        (transcript(FIRST, length=60.0, promised=60.0), False),
        (transcript(FIRST, lost_seconds=0.4), False),
        # Another try of single chunks was cancelled: everything had been sent before.
        (LongTranscript("", "", {}, 30.0, (FIRST,), "It was cancelled."), True),
        (transcript(), True),
    ],
)
def test_it_is_whole_where_nothing_is_missing(found: LongTranscript, expected: bool) -> None:  # noqa: FBT001
    assert found.is_whole is expected


def test_what_two_chunks_share_stands_once_and_at_its_time() -> None:
    before = ChunkResult(0.0, 28.0, ((0.0, 28.0),), text="and then we went down to the old")
    after = ChunkResult(24.0, 40.0, ((24.0, 40.0),), 4.0, text="down to the old house by the sea.")
    found = transcript(before, after)
    assert found.text == "and then we went down to the old house by the sea."
    assert found.segments[0].end == found.segments[1].start == 26.0


def test_beside_a_gap_nothing_is_taken_for_doubled() -> None:
    failed = ChunkResult(0.0, 28.0, ((0.0, 28.0),), error="It broke.")
    after = ChunkResult(24.0, 40.0, ((24.0, 40.0),), 4.0, text="down to the old house.")
    assert transcript(failed, after).text == "down to the old house."
    assert transcript(failed, after).segments[1].start == 24.0


@pytest.mark.parametrize(
    ("fail", "gaps"),
    [
        ({0}, [(0.0, 24.0)]),
        ({1}, [(28.0, 48.0)]),
        ({1, 2}, [(28.0, 52.0), (52.0, 60.0)]),
        ({0, 1, 2}, [(0.0, 28.0), (28.0, 52.0), (52.0, 60.0)]),
    ],
)
def test_a_gap_does_not_cover_what_a_neighbour_has_heard(
    fail: set[int], gaps: list[tuple[float, float]]
) -> None:
    spans = [(0.0, 28.0), (24.0, 52.0), (48.0, 60.0)]
    chunks = [
        ChunkResult(*span, (span,), 4.0 if number else 0.0, error="It broke." if number in fail else None)
        for number, span in enumerate(spans)
    ]
    assert [(gap.start, gap.end) for gap in transcript(*chunks).gaps] == gaps


def test_while_a_chunk_is_missing_its_neighbours_share_nothing() -> None:
    before = ChunkResult(0.0, 28.0, ((0.0, 28.0),), text="and so it went on and on")
    after = ChunkResult(48.0, 60.0, ((48.0, 60.0),), 4.0, text="and so it went on and on")
    assert transcript(before, after).text == "and so it went on and on and so it went on and on"


def test_chinese_has_no_space_between_sentences_and_about_two_letters_a_word() -> None:
    before = ChunkResult(0.0, 28.0, ((0.0, 28.0),), text="你好。今天天气很好我们一起去公园")
    after = ChunkResult(24.0, 40.0, ((24.0, 40.0),), 4.0, text="我们一起去公园散步吧。")
    found = transcript(before, after)
    assert found.text == "你好。今天天气很好我们一起去公园散步吧。"
    assert found.words == 9


def test_a_text_that_may_be_made_up_is_doubted() -> None:
    chunk = ChunkResult(0.0, 5.0, ((2.0, 2.1),), text="Thank you for watching.")
    assert transcript(chunk).segments[0].doubts == ("there is hardly any speech here",)


def test_as_text() -> None:
    assert FORMATS["txt"].write(transcript(FIRST)) == "One two three. Four five six.\n"
    assert FORMATS["txt"].write(transcript()) == ""
    assert FORMATS["txt"].write(transcript(FIRST, GAP, LAST, unsent="Gone.", length=3600.0)) == (
        "One two three. Four five six.\n\nSeven eight.\n\n"
        "[Not whole: nothing from 0:10 to 0:20; nothing from 0:26 to the end at 1:00:00.]\n"
    )
    cut_off = transcript(FIRST, length=90.0, promised=90.0)
    assert "[Not whole: the file ends at 0:30, but its header promises 1:30.]\n" in FORMATS["txt"].write(
        cut_off
    )


def test_further_parameters_of_a_chunk_stand_with_its_text() -> None:
    chunk = replace(FIRST, further={"no_repeat_ngram_size": 3})
    content = json.loads(FORMATS["json"].write(transcript(chunk)))
    assert [s["further_parameters"] for s in content["segments"]] == [{"no_repeat_ngram_size": 3}] * 2


def test_as_subtitles() -> None:
    written = FORMATS["srt"].write(transcript(FIRST, GAP, LAST))
    assert "00:00:00,500 --> 00:00:04,000\nOne two three.\n" in written
    assert "It broke" not in written
    assert "00:00:10,000 --> 00:00:17,000\n[not transcribed]\n" in written
    assert FORMATS["vtt"].write(transcript(FIRST)).startswith("WEBVTT\n\n00:00:00.500 --> ")


def test_subtitles_tell_what_is_missing_and_end_with_the_recording() -> None:
    broken_off = transcript(FIRST, unsent="Gone.", length=32.0)
    assert FORMATS["srt"].write(broken_off).endswith("00:00:26,000 --> 00:00:32,000\n[not transcribed]\n")
    written = FORMATS["vtt"].write(broken_off)
    assert written.startswith(
        "WEBVTT\n\nNOTE Not whole: nothing from 0:26 to the end at 0:32.\n\n00:00:00.500"
    )
    late = ChunkResult(28.0, 30.0, ((29.7, 29.9),), text="Bye.")
    assert "00:00:29,000 --> 00:00:30,000\nBye." in FORMATS["srt"].write(transcript(late))


def test_a_loop_in_one_chunk_moves_no_subtitle_of_the_next() -> None:
    loop = ChunkResult(0.0, 10.0, ((0.5, 9.5),), text="Thank you. " * 150)
    written = FORMATS["srt"].write(
        transcript(loop, replace(LAST, start=10.0, end=16.0, speech=((10.5, 15.0),)))
    )
    (begin,) = re.findall(r"00:00:(..,...) --> .*\nSeven", written)
    assert float(begin.replace(",", ".")) <= 11.5


def test_as_json_with_everything() -> None:
    content = json.loads(FORMATS["json"].write(transcript(FIRST, GAP, unsent="Gone.")))
    assert (content["audio"], content["endpoint"], content["parameters"]) == (
        "talk.mp3",
        "whisper-base",
        {"num_beams": 5},
    )
    assert (content["audio_seconds"], content["is_whole"], content["unsent"]) == (30.0, False, "Gone.")
    assert content["segments"][0] == {
        "start": 0.5,
        "end": 4.0,
        "text": "One two three.",
        "error": None,
        "doubts": [],
        "further_parameters": {},
    }
    assert (content["unsent_from"], content["promised_seconds"]) == (26.0, None)
    assert content["segments"][2]["error"] == "It broke. Try again."


def test_as_csv_that_a_spreadsheet_takes_for_no_formula() -> None:
    chunk = ChunkResult(0.0, 5.0, ((0.0, 5.0),), text="=1+1 is two.")
    header, row = csv.reader(io.StringIO(FORMATS["csv"].write(transcript(chunk)), newline=""))
    assert header == ["start", "end", "text", "error", "doubts"]
    assert row == ["0.0", "5.0", "'=1+1 is two.", "", ""]


def test_the_last_row_of_a_csv_is_what_was_not_sent() -> None:
    written = FORMATS["csv"].write(transcript(FIRST, unsent="Gone.", length=60.0))
    assert list(csv.reader(io.StringIO(written, newline="")))[-1] == ["26.0", "60.0", "", "Gone.", ""]
