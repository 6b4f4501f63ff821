import io

from components.cli.console import Console
from components.cli.evaluate_progress import ProgressLine
from components.evaluation.runs.records import RunKind
from components.evaluation.runs.run_store import RunStore
from tests.evaluation.conftest import Begin, heard


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Unread(io.StringIO):
    def flush(self) -> None:
        raise BrokenPipeError


def test_a_terminals_line_is_rewritten() -> None:
    terminal = Terminal()
    console = Console(terminal)
    console.tell("begun")
    console.say("1 of 2")
    console.say("2 of 2" + "x" * 1000)
    console.tell("done")
    begun, rewritten, done, rest = terminal.getvalue().replace("done\n", "\ndone\n").split("\n")
    assert (begun, done, rest) == ("begun", "done", "")
    assert rewritten.startswith("\r\x1b[2K1 of 2\r\x1b[2K2 of 2x")
    # No longer than the terminal is wide: what breaks into a second line can't be rewritten.
    assert rewritten.endswith("x\r\x1b[2K")
    assert len(rewritten) < 300


def test_a_log_gets_a_line_now_and_then() -> None:
    log = io.StringIO()
    console = Console(log)
    console.say("1 of 3")
    console.say("2 of 3")
    console.tell("a finding")
    console.say("3 of 3")
    assert log.getvalue() == "1 of 3\na finding\n3 of 3\n"


def test_a_log_that_nobody_reads_stops_nothing() -> None:
    log = Unread()
    console = Console(log)
    console.tell("begun")
    console.say("1 of 2")
    assert log.getvalue() == "begun\n1 of 2\n"


def test_how_far_a_run_is_and_what_it_looks_like(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat", "a dog"])
    log = io.StringIO()
    line = ProgressLine(Console(log), run, store.items(run.id))
    line.note([])
    assert log.getvalue() == ""
    line.note([heard(0, 0, "the cat"), heard(0, 1, "the dog"), heard(1, 0, "cat")])
    told = log.getvalue()
    assert told.startswith("3 of 4 requests; whisper-base")
    assert told.endswith("whisper-base: WER 25.00 %; whisper-tiny-en: WER 50.00 %\n")


def test_the_time_left_is_told_once_it_can_be(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat", "a dog"])
    terminal = Terminal()
    line = ProgressLine(Console(terminal), run, store.items(run.id))
    line.note([heard(0, 0, "the cat")])
    line.note([heard(0, 1, "the dog")])
    assert "2 of 4 requests; 0:00 min left; whisper-base: WER" in terminal.getvalue()


def test_a_latency_run_tells_its_means(store: RunStore, begin: Begin) -> None:
    run = begin([""], kind=RunKind.LATENCY)
    log = io.StringIO()
    ProgressLine(Console(log), run, store.items(run.id)).note(
        [heard(0, 0, "Hi.", 1.0), heard(0, 0, "Hi.", 2.0), heard(0, 0, "Hi.", 9.0, warm_up=True)]
    )
    assert log.getvalue().endswith("; whisper-base: mean 1.500 s\n")
