"""The rows of a manifest: CSV or JSONL, UTF-8 or UTF-16, each row for itself as good as it is."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any, Literal

from components.evaluation.datasets.files import Files, unreadable

TABLES, LINES = (".csv", ".tsv"), (".jsonl", ".ndjson")
MOST_MANIFEST_BYTES = 20_000_000
"""A hundred thousand utterances of 30 s have less."""

NOT_UTF8 = "is not UTF-8"
_UNCLOSED = "unexpected end of data"
"""What Python's csv says of it."""
_MOST_BREAKS = 20
"""Lines of one text; nobody writes more of what is said in 30 s."""

Row = tuple[str, Mapping[str, str] | str]
"""Where it stands, and its cells by lower-case heading, or what is wrong with it."""
_Read = Callable[[Iterable[str]], Any]
"""A csv.reader over these lines, which takes no more of them than it needs."""


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
    source = io.StringIO(text, newline="")
    heading = source.readline()
    delimiter = max(",;\t", key=heading.count)
    # In .tsv, quotation marks are characters like any other (so in Common Voice).
    quoting: Literal[0, 3] = csv.QUOTE_NONE if name.lower().endswith(".tsv") else csv.QUOTE_MINIMAL
    read = partial(csv.reader, delimiter=delimiter, quoting=quoting, strict=True)
    try:
        columns = next(read([heading]), [])
    except csv.Error as error:
        raise unreadable(name, f"has no heading that can be read: {error}") from error
    return Manifest(name, tuple(columns), _rows(source, columns, read, delimiter))


def _rows(source: io.StringIO, columns: list[str], read: _Read, delimiter: str) -> Iterator[Row]:
    names, number = [column.strip().lower() for column in columns], 1
    while line := source.readline():
        number += 1
        where, behind = f"row {number}", source.tell()
        reader = read(chain([line], _following(source, delimiter, len(columns))))
        try:
            cells: list[str] = next(reader, [])
        except csv.Error as error:
            source.seek(behind)
            yield where, _in_words(error)
            continue
        number += reader.line_num - 1
        if any(cells[len(columns) :]):
            yield where, "has more cells than the heading; text with commas stands in quotation marks"
        elif not _is_text(cells):
            yield where, NOT_UTF8
        elif any(cells):
            yield where, dict(zip(names, cells, strict=False))


def _following(source: io.StringIO, delimiter: str, width: int) -> Iterator[str]:
    """The lines that a text with line breaks may go on with.

    A line that looks like a row of its own ends them: a quotation mark was never closed, and would swallow all rows
    after it.
    """
    for line in islice(iter(source.readline, ""), _MOST_BREAKS):
        if line.count(delimiter) + 1 >= width:
            return
        yield line


def _in_words(error: csv.Error) -> str:
    if _UNCLOSED in str(error):
        return "has a quotation mark that is never closed"
    if "expected after" in str(error):
        return "has text behind a quotation mark that closes; one within a text is written twice"
    return f"can't be read: {error}"


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
