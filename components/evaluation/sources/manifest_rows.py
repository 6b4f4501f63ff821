"""The rows of a manifest: CSV or JSONL, UTF-8 or UTF-16, each row for itself as good as it is."""

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.evaluation.sources.files import Files, unreadable

TABLES, LINES = (".csv", ".tsv"), (".jsonl", ".ndjson")
MOST_MANIFEST_BYTES = 20_000_000
"""A hundred thousand utterances of 30 s have less."""

NOT_UTF8 = "is not UTF-8"

Row = tuple[str, Mapping[str, str] | str]
"""Where it stands, and its cells by lower-case heading, or what is wrong with it."""


@dataclass(frozen=True)
class Manifest:
    """The rows of one file, and the columns it begins with, as written."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Row]


def open_manifest(files: Files, name: str) -> Manifest:
    """Opens one file of a data set.

    Raises:
        DatasetError: it can't be read at all.
    """
    if files.sizes[name] > MOST_MANIFEST_BYTES:
        raise unreadable(name, f"is larger than {MOST_MANIFEST_BYTES // 1_000_000} MB")
    text = _decode(files.read(name), name)
    return _lines(name, text) if name.lower().endswith(LINES) else _table(name, text)


def _decode(data: bytes, name: str) -> str:
    """The text; what is not UTF-8 in it becomes surrogates, by which its row is known again."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-8-sig", "surrogateescape")
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise unreadable(name, "begins as UTF-16, but is not") from error


def _table(name: str, text: str) -> Manifest:
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    source = io.StringIO(text, newline="")
    if name.lower().endswith(
        ".tsv"
    ):  # quotation marks are characters like any other there (so in Common Voice)
        reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(source, delimiter=delimiter)
    try:
        columns = next(reader, [])
    except csv.Error as error:
        raise unreadable(name, f"has no heading that can be read: {error}") from error
    return Manifest(name, tuple(columns), _cells(reader, [column.strip().lower() for column in columns]))


def _cells(reader: Iterator[list[str]], columns: list[str]) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        where = f"row {number}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield where, f"can't be read: {error}"
            continue
        if not any(cells):
            continue
        if any(cells[len(columns) :]):
            yield where, "has more cells than the heading; text with commas stands in quotation marks"
        elif not _is_text(cells):
            yield where, NOT_UTF8
        else:
            yield where, dict(zip(columns, cells, strict=False))


def _lines(name: str, text: str) -> Manifest:
    columns = next((tuple(row) for _, row in _objects(text) if not isinstance(row, str)), ())
    return Manifest(name, columns, _objects(text))


def _objects(text: str) -> Iterator[Row]:
    # All lines at once would take many times the memory of the text.
    for number, line in enumerate(io.StringIO(text), 1):
        if line.strip():
            yield f"line {number}", _object(line)


def _object(line: str) -> Mapping[str, str] | str:
    """The values of one line of JSON, what is no text or number as "", or what is wrong with the line."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "is not JSON" if _is_text([line]) else NOT_UTF8
    if not isinstance(found, dict):
        return "is not a JSON object"
    cells = {
        key.strip().lower(): str(value) if isinstance(value, str | int | float) else ""
        for key, value in found.items()
    }
    return cells if _is_text([*cells, *cells.values()]) else NOT_UTF8


def _is_text(cells: Iterable[str]) -> bool:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return False
    return True
