"""Tables as CSV files that are safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # the full-width ones count too
"""With one of these a spreadsheet takes a cell for a formula, and runs it (OWASP, "CSV Injection")."""


def csv_text(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A line for the header and one for each row.

    None is an empty cell. A text that a spreadsheet would run as a formula gets an apostrophe in front; numbers, also
    negative ones, stay numbers.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(map(_safe, header))
    writer.writerows(map(_safe, row) for row in rows)
    return file.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
