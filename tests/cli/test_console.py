import io
import re

from components.cli.console import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Unread(io.StringIO):
    def flush(self) -> None:
        raise BrokenPipeError


def lines(terminal: Terminal) -> list[str]:
    """What stays on the terminal, without colours: what is erased leaves no line."""
    text = re.sub(r"\x1b\[[0-9;?]*[mlh]", "", terminal.getvalue())
    # The bar's end: a line break, back up into its line, erased.
    text = re.sub(r"[^\n]*\n\r\x1b\[1A\x1b\[2K", "", text)
    return text.split("\n")


def test_a_terminal_shows_a_bar_that_leaves_nothing_behind() -> None:
    terminal = Terminal()
    console = Console(terminal)
    console.print("begun")
    console.progress("1 of [2]", 0.5)
    console.progress("2 of 2" + "x" * 1000, 1.0)
    shown = terminal.getvalue()
    assert "━" in shown
    assert "1 of [2]" in shown
    # No longer than the terminal is wide: a second line would stay.
    assert "x…" in shown
    assert shown.count("\n") == 1
    console.print("done")
    console.progress("starting")
    console.close()
    assert lines(terminal) == ["begun", "done", ""]


def test_a_log_gets_a_line_now_and_then_and_no_bar() -> None:
    log = io.StringIO()
    console = Console(log)
    console.progress("1 of 3", 1 / 3)
    console.progress("2 of 3", 2 / 3)
    console.print("a finding")
    console.progress("3 of 3", 1.0)
    console.close()
    assert log.getvalue() == "1 of 3\na finding\n3 of 3\n"


def test_a_log_that_nobody_reads_stops_nothing() -> None:
    log = Unread()
    console = Console(log)
    console.print("begun")
    console.progress("1 of 2")
    assert log.getvalue() == "begun\n1 of 2\n"
