"""What is wrong with a manifest is named, row by row, and the rest is used."""

import pytest

from components.evaluation.datasets import dataset, manifest_rows
from components.evaluation.datasets.dataset import DatasetError
from tests.evaluation.datasets.made_files import WAV, Files, ids, zipped
from tests.evaluation.datasets.test_manifest import AUDIO, opened


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        ("c.wav,1,one,en", "c.wav is not there, or can't be used"),
        ("../a.wav,1,one,en", "../a.wav lies outside of the data set"),
        (r"..\a.wav,1,one,en", r"..\a.wav lies outside of the data set"),
        ("/etc/passwd,1,one,en", "/etc/passwd is an absolute path"),
        (r"C:\a.wav,1,one,en", r"C:\a.wav is an absolute path"),
        (",1,one,en", "no audio file is named"),
        (".,1,one,en", ". is not there, or can't be used"),
        ("a.wav,1,,en", "a.wav has an empty reference"),
        ("a.wav,1,... -,en", "a.wav has an empty reference"),
        ("a.wav,1,one,Klingon", "Klingon is not a language that Whisper knows (a.wav)"),
        ("a.wav,good,one,en", "the id good was there before"),
        (f"a.wav,1,{'word ' * 1001},en", "the reference of a.wav is longer than 5000 characters"),
        ("a\x1b[31m.wav,1,one,en", r"a\x1b[31m.wav is not there, or can't be used"),
        (f"{'n' * 500}.wav,1,one,en", f"{'n' * 120}… is not there, or can't be used"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: str, finding: str) -> None:
    dataset = opened("m.csv", f"file,id,text,language\nb.wav,good,fine,en\n{row}\n")
    assert ids(dataset) == ["good"]
    assert dataset.findings == (f"m.csv, row 3: {finding}.",)


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        ("a.wav,one, two", "has more cells than the heading; text with commas stands in quotation marks"),
        (f"a.wav,{'x' * 140_000}", "can't be read: field larger than field limit (131072)"),
        (
            'a.wav,"one" two',
            "has text behind a quotation mark that closes; one within a text is written twice",
        ),
        ('a.wav,"one and left', "has a quotation mark that is never closed"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: str, finding: str) -> None:
    dataset = opened("m.csv", f"file,text\n{row}\nb.wav,fine\n")
    assert (ids(dataset), dataset.findings) == (["b.wav"], (f"m.csv, row 2 {finding}.",))


def test_a_quotation_mark_that_is_never_closed_swallows_no_other_row() -> None:
    rows = 'a.wav,"one and left\nb.wav,two\nc.wav,"three, too"\n'
    dataset = zipped({"m.csv": f"file,text\n{rows}", "a.wav": WAV, "b.wav": WAV, "c.wav": WAV})
    assert [(u.id, u.reference) for u in dataset.utterances] == [("b.wav", "two"), ("c.wav", "three, too")]
    assert dataset.findings == ("m.csv, row 2 has a quotation mark that is never closed.",)


def test_a_manifest_that_lies_too_deep_is_named() -> None:
    with pytest.raises(DatasetError, match=r"no manifest in its uppermost folder \(there is data/m\.csv\)"):
        zipped({"data/m.csv": "file,text\na.wav,one\n", "sound/a.wav": WAV})


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ('{"file": "a.wav", ', "line 1 is not JSON"),
        ("[" * 100_000, "line 1 is not JSON"),
        ('{"file": 1' + "0" * 5000 + "}", "line 1 is not JSON"),
        ('["a.wav", "one"]', "line 1 is not a JSON object"),
        ('{"file": {"path": "a.wav"}, "text": "one"}', "line 1: no audio file is named"),
        ('{"file": "a.wav", "text": ["one"]}', "line 1: a.wav has an empty reference"),
    ],
)
def test_a_line_of_json_that_cannot_be_used_is_named(line: str, finding: str) -> None:
    dataset = opened("m.jsonl", line + '\n{"file": "b.wav", "text": "fine"}\n')
    assert ids(dataset) == ["b.wav"]
    assert [text.replace(", line", " line") for text in dataset.findings] == [f"m.jsonl {finding}."]


def test_many_faults_are_counted_and_not_all_told() -> None:
    dataset = opened("m.csv", "file,text\na.wav,fine\n" + "".join(f"{n}.wav,x\n" for n in range(1000)))
    assert dataset.faults == 1000
    assert len(dataset.findings) == 201
    assert dataset.findings[-1] == "And 800 more."


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({}, "mine.zip has no manifest."),
        ({"readme.txt": "hello"}, "mine.zip has no manifest."),
        (
            {"one/m.csv": "file,text\na.wav,x\n", "two/m.csv": "file,text\n"},
            "mine.zip has no manifest in its",
        ),
        ({"m.csv": ""}, "m.csv has no columns: one for the audio file or for the text is missing."),
        ({"m.csv": "a.wav,hello\n"}, "m.csv has only the columns a.wav, hello: one for"),
        ({"m.jsonl": '{"file": "a.wav", "words": "x"}'}, "m.jsonl has only the columns file, words: one for"),
        ({"m.csv": "file,txt\n", "n.tsv": "a\tb\n"}, "m.csv has only the columns file, txt: one for "),
        ({"m.csv": "file,text\n"}, "mine.zip holds no utterance that can be used."),
        (
            {"m.csv": "file,text\n", "n.csv": "file,text\n"},
            "mine.zip has more than one manifest: m.csv, n.csv.",
        ),
    ],
)
def test_a_set_without_a_manifest_that_fits(files: Files, what: str) -> None:
    with pytest.raises(DatasetError) as caught:
        zipped({**files, **AUDIO})
    assert caught.value.what.startswith(what)
    assert caught.value.advice


def test_of_many_tables_that_are_no_manifests_only_some_are_told() -> None:
    tables = {f"{number}.csv": "speaker,age\n" for number in range(50)}
    with pytest.raises(DatasetError) as caught:
        zipped({**tables, **AUDIO})
    assert caught.value.what.count("has only the columns speaker, age") == 3


def test_rows_beyond_all_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "MOST_FILES", 3)
    rows = [f"a.wav,fine,{number}\n" for number in range(4)]
    assert len(ids(opened("m.csv", "file,text,id\n" + "".join(rows[:3])))) == 3
    with pytest.raises(DatasetError, match=r"mine\.zip names more than 3 utterances\."):
        opened("m.csv", "file,text,id\n" + "".join(rows))


def test_a_manifest_beyond_all_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_rows, "MOST_MANIFEST_BYTES", 1_000_000)
    with pytest.raises(DatasetError, match=r"m\.csv is larger than 1 MB"):
        opened("m.csv", "file,text\n" + "x" * 1_000_000)
