"""Manifests as people make them: CSV or JSONL, with these or those headings, in this or that encoding."""

import json

import pytest

from components.evaluation.datasets import entries
from components.evaluation.datasets.dataset import Dataset, DatasetError
from tests.evaluation.datasets.made_files import WAV, Files, ids, zipped

AUDIO: Files = {"a.wav": WAV, "b.wav": WAV}


def opened(name: str, contents: str | bytes, audio: Files = AUDIO) -> Dataset:
    return zipped({name: contents, **audio})


def texts(dataset: Dataset) -> list[str]:
    return [utterance.reference for utterance in dataset.utterances]


@pytest.mark.parametrize(
    "heading",
    [
        *("file,text", "Audio,Reference", "PATH,sentence", "file_name,transcription", "filename,transcript"),
        *("audio_path,Text", " file , text "),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_headings_and_delimiters(heading: str, delimiter: str) -> None:
    rows = f"{heading}\na.wav,one two\nb.wav,three\n".replace(",", delimiter)
    dataset = opened("manifest.csv", rows)
    assert (ids(dataset), texts(dataset), dataset.findings) == (["a.wav", "b.wav"], ["one two", "three"], ())


def test_ids_languages_quotes_and_blank_rows() -> None:
    rows = 'id,language,file,text\n1,French,a.wav,"Oui, ""merci"" bien"\n,,,\n\n2,zh-CN,b.wav,"two\nlines"\n'
    dataset = opened("my list.CSV", rows)
    assert ids(dataset) == ["1", "2"]
    assert [u.language for u in dataset.utterances] == ["french", "chinese"]
    assert texts(dataset) == ['Oui, "merci" bien', "two\nlines"]
    assert dataset.findings == ()


def test_common_voice() -> None:
    rows = (
        "client_id\tpath\tsentence_id\tsentence\tup_votes\tlocale\n"
        '1f\tcommon_voice_sv_1.mp3\t9\t"Hej" sade hon\t2\tsv-SE\n'
    )
    dataset = opened("sv/test.tsv", rows, {"sv/clips/common_voice_sv_1.mp3": WAV})
    assert texts(dataset) == ['"Hej" sade hon']
    assert dataset.utterances[0].language == "swedish"


@pytest.mark.parametrize("name", ["manifest.jsonl", "manifest.ndjson"])
def test_json_lines(name: str) -> None:
    rows = [
        {"Audio_FilePath": "a.wav", "text": "one", "duration": 1.5, "id": 7},
        {"audio": "b.wav", "sentence": "två"},
    ]
    dataset = opened(name, "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    assert (ids(dataset), texts(dataset)) == (["7", "b.wav"], ["one", "två"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings(encoding: str, end: str) -> None:
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    rows = f"{mark}file,text{end}a.wav,Grüße{end}b.wav,日本語{end}"
    assert texts(opened("manifest.csv", rows.encode(encoding))) == ["Grüße", "日本語"]


def test_a_row_in_another_encoding_is_named_and_the_others_are_used() -> None:
    rows = "file,text\na.wav,Grüße\n".encode() + "b.wav,Grüße\n".encode("latin-1")
    dataset = opened("manifest.csv", rows)
    assert texts(dataset) == ["Grüße"]
    assert dataset.findings == ("manifest.csv, row 3 is not UTF-8; save the manifest as UTF-8.",)
    lines = '{"file": "a.wav", "text": "é"}\n'.encode() + '{"file": "b.wav", "text": "é"}\n'.encode("latin-1")
    dataset = opened("m.jsonl", lines + b'{"file": "b.wav", "text": "\\ud800"}\n')
    assert texts(dataset) == ["é"]
    assert dataset.findings == (
        "m.jsonl, line 2 is not UTF-8; save the manifest as UTF-8.",
        "m.jsonl, line 3 is not UTF-8.",
    )


def test_broken_utf_16() -> None:
    with pytest.raises(DatasetError, match=r"manifest\.csv begins as UTF-16, but is not"):
        opened("manifest.csv", b"\xff\xfef\0i\0l")


@pytest.mark.parametrize("path", ["a.wav", "./a.wav", "speech/../a.wav", "one/a.wav", r"one\a.wav", "a.WAV"])
def test_where_a_manifest_looks_for_audio(path: str) -> None:
    files: Files = {
        "one/manifest.csv": f"file,text\n{path},one\nb.wav,two\n",
        "one/a.wav": WAV,
        "one/b.wav": WAV,
    }
    assert ids(zipped(files)) == ([path, "b.wav"] if path not in {"speech/../a.wav", "a.WAV"} else ["b.wav"])


def test_accents_may_be_written_either_way() -> None:
    assert len(opened("m.csv", "file,text\né.wav,one\n", {"e\u0301.wav": WAV}).utterances) == 1


@pytest.mark.parametrize(
    ("name", "expected"), [("Burmese", "myanmar"), ("mandarin", "chinese"), ("Castilian", "spanish")]
)
def test_languages_have_other_names_too(name: str, expected: str) -> None:
    dataset = opened("m.csv", f"file,text,language\na.wav,one,{name}\n")
    assert [utterance.language for utterance in dataset.utterances] == [expected]


def test_other_tables_do_not_matter() -> None:
    dataset = opened("m.csv", "file,text\na.wav,one\n", {**AUDIO, "speakers.csv": "speaker,age\n1,30\n"})
    assert (texts(dataset), dataset.findings) == (["one"], ())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(
            ("English", "english"),
            ("en", "english"),
            ("pt_BR", "portuguese"),
            ("haitian creole", "haitian creole"),
        ),
        *(("yue", "cantonese"), ("jv", "javanese"), ("", ""), ("klingon", None), ("e", None)),
    ],
)
def test_languages_by_name_and_code(text: str, name: str | None) -> None:
    assert entries.language_name(text) == name
