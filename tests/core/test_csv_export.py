"""CSV files that a spreadsheet opens without running what is in them."""

import csv
from io import StringIO

import pytest

from components.core.csv_export import csv_text


def read_back(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "－1"])
def test_a_formula_becomes_text(text: str) -> None:
    assert read_back(csv_text(["a"], [[text]]))[1] == [f"'{text}"]


def test_a_header_is_as_dangerous_as_a_cell() -> None:
    assert read_back(csv_text(["=A1", "plain"], [])) == [["'=A1", "plain"]]


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert read_back(csv_text(["a", "b", "c"], [(-1.5, 0, None)]))[1] == ["-1.5", "0", ""]


def test_commas_quotes_and_lines_come_back_as_they_were() -> None:
    cells = ["a, b", 'he said "no"', "two\nlines", "in the middle = nothing"]
    assert read_back(csv_text(["a", "b", "c", "d"], [cells]))[1] == cells
