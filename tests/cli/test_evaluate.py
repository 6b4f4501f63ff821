"""`wer` and `latency` with endpoints that answer as the test says; test_process.py has the real ones."""

import json
import os
import re
import signal
from threading import Event
from typing import Any

import pytest

from components.cli import requested_endpoints
from components.cli.evaluate import _summary
from components.core.errors import ModelFailedError
from components.deployment.endpoints import EndpointSummary
from components.evaluation.run_progress import RunProgress
from components.evaluation.runs.records import RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.targets.target import Target
from tests.cli.account import HEARD, SAID, Account, Measure
from tests.evaluation.conftest import Begin, heard


def test_the_object_has_every_figure(measure: Measure, dataset: str, store: RunStore) -> None:
    code, out, err = measure("wer", "--dataset", dataset, "--json", "--name", "mine")
    assert code == 0
    found = json.loads(out)
    first, second = found["systems"]
    assert (first["endpoint"], second["endpoint"]) == ("one", "two")
    # One of two words of the first utterance, none of four of the second.
    assert first["wer"] == pytest.approx(100 / 6)
    assert first["wer_low"] <= first["wer"] <= first["wer_high"]
    counted = ("substitutions", "deletions", "insertions", "reference_words", "failures", "utterances")
    assert [first[name] for name in counted] == [1, 0, 0, 6, 0, 2]
    assert (first["cer"], first["reference_characters"]) == (None, 0)
    assert found["probability_better"] == [
        {"endpoint": "one", "than": "two", "unit": "words", "probability": 0.5}
    ]
    (run,) = store.runs()
    assert (run.id, run.name, run.status) == (found["run"], "mine", RunStatus.DONE)
    assert run.id in err
    # As soon as something has come; the next lines would come ten seconds later.
    assert re.search(r"\d of 4 requests; .*one: WER \d", err)


def test_the_table(measure: Measure, dataset: str, account: Account) -> None:
    account.answer = lambda name, clip: SAID[clip] if name == "two" else HEARD[clip]
    code, out, _ = measure("wer", "--dataset", dataset)
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split("  ")[0] == "endpoint"
    assert lines[1].split()[:2] == ["one", "16.67"]
    assert lines[2].split()[:2] == ["two", "0.00"]
    # Both are equal where neither draw holds the first utterance: a quarter of the draws, which counts for half.
    assert "two makes fewer word errors than one with a probability of 8" in out
    assert "Normalizer" in out


def test_parameters_and_the_selection_reach_the_run(
    measure: Measure, dataset: str, account: Account, store: RunStore
) -> None:
    options = ("--num-beams", "3", "--first", "1", "--normalizer", "none", "--concurrency", "2")
    code, out, _ = measure("wer", "--dataset", dataset, "--json", *options)
    assert (code, json.loads(out)["systems"][0]["wer"]) == (0, 50.0)
    # Two at once: either may be the first. Each hears the clip once before that.
    sent = sorted(account.sent, key=lambda request: request[0])
    assert sent == [(name, "hello_world.wav", {"num_beams": 3}) for name in ("one", "one", "two", "two")]
    conditions = store.runs()[0].conditions
    assert (conditions.normalizer, conditions.concurrency, conditions.selection) == (
        "none",
        (2,),
        "the first of 2 utterances",
    )


def test_latency(measure: Measure, dataset: str, account: Account, store: RunStore) -> None:
    clip = f"{dataset}/hello_world.wav"
    options = ("--requests", "4", "--warm-up", "1", "--concurrency", "1,2")
    code, out, _ = measure("latency", "--audio", clip, *options, "--json")
    found = json.loads(out)["systems"]
    assert code == 0
    assert [(one["endpoint"], one["concurrency"]) for one in found] == [
        ("one", 1),
        ("one", 2),
        ("two", 1),
        ("two", 2),
    ]
    for name in ("mean", "p50", "p90", "p95", "p99", "min", "max"):
        assert found[0][name] == 0.5
    assert found[0]["throughput"] > 0
    assert (found[0]["errors"], found[0]["requests"]) == (0, 4)
    # Each worker warms up.
    assert len(account.sent) == 2 * ((4 + 1) + (4 + 2))
    code, out, _ = measure("latency", "--audio", clip, *options)
    assert out.splitlines()[1].split()[:3] == ["one", "1", "0.500"]


def test_failures_are_reported_and_good_answers_kept(
    measure: Measure, dataset: str, account: Account
) -> None:
    def answer(name: str, clip: str) -> str:
        if name == "two":
            raise ModelFailedError("It failed.", "Try again.")
        return SAID[clip]

    account.answer = answer
    code, out, _ = measure("wer", "--dataset", dataset, "--json")
    one, two = json.loads(out)["systems"]
    assert (code, one["wer"], one["failures"]) == (0, 0.0, 0)
    assert (two["wer"], two["wer_low"], two["wer_high"], two["failures"]) == (None, None, None, 2)
    assert json.loads(out)["probability_better"][0]["probability"] is None
    code, out, _ = measure("latency", "--audio", f"{dataset}/hello_world.wav", "--requests", "2", "--json")
    assert code == 0
    assert [(one["mean"], one["errors"]) for one in json.loads(out)["systems"]] == [(0.5, 0), (None, 2)]


def test_where_nothing_is_answered_the_exit_code_says_so(
    measure: Measure, dataset: str, account: Account
) -> None:
    def answer(_name: str, _clip: str) -> str:
        raise ModelFailedError("It failed.", "Try again.")

    account.answer = answer
    code, out, _ = measure("wer", "--dataset", dataset, "--json")
    assert (code, json.loads(out)["systems"][0]["wer"]) == (1, None)
    code, out, _ = measure("wer", "--dataset", dataset)
    assert "one: 2 x It failed. Try again.\ntwo: 2 x It failed. Try again.\n" in out
    code, out, _ = measure("latency", "--audio", f"{dataset}/hello_world.wav", "--requests", "1")
    assert code == 1
    assert "It failed." in out


def test_a_run_that_fails_in_the_middle_is_no_success(
    measure: Measure, dataset: str, account: Account
) -> None:
    def answer(_name: str, clip: str) -> str:
        return {"hello_world.wav": "Hello world."}[clip]

    account.answer = answer
    code, out, _ = measure("wer", "--dataset", dataset, "--json", endpoints=["one"])
    found = json.loads(out)
    assert (code, found["status"], found["systems"][0]["utterances"]) == (1, "failed", 1)


def test_where_nobody_reads_the_result_the_run_is_kept(
    measure: Measure, dataset: str, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as unread:
        monkeypatch.setattr("sys.stdout", unread)
        code, _, err = measure("wer", "--dataset", dataset, endpoints=["one"])
    assert code == 1
    assert err.endswith(
        "The result can't be written: Broken pipe. The run is kept: the page Compare shows it.\n"
    )
    assert store.runs()[0].status is RunStatus.DONE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_and_what_was_measured_is_printed(
    measure: Measure, dataset: str, account: Account, store: RunStore, number: signal.Signals
) -> None:
    def answer(_name: str, clip: str) -> str:
        # The first request warms the endpoint up; the second one is measured.
        if len(account.sent) > 1:
            os.kill(os.getpid(), number)
            # The answer comes once the main thread, to which the signal goes, has dealt with it.
            handler: Any = signal.getsignal(number)
            assert handler.__self__.cancelled.wait(20)
        return SAID[clip]

    account.answer = answer
    before = signal.getsignal(number)
    code, out, err = measure("wer", "--dataset", dataset, "--json", endpoints=["one"])
    found = json.loads(out)
    assert (code, found["status"], found["systems"][0]["utterances"]) == (130, "cancelled", 1)
    assert signal.getsignal(number) == before
    assert store.runs()[0].status is RunStatus.CANCELLED
    assert (
        err.count(
            "Cancelling: waiting for the requests on their way (Ctrl-C again does not wait for them).\n"
        )
        == 1
    )


def test_the_second_signal_waits_for_no_answer_and_loses_none(
    measure: Measure, dataset: str, account: Account, store: RunStore
) -> None:
    never = Event()

    def answer(_name: str, clip: str) -> str:
        if len(account.sent) > 2:
            while not store.count(store.runs()[0].id):
                never.wait(0.01)
            handler: Any = signal.getsignal(signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            assert handler.__self__.cancelled.wait(20)
            os.kill(os.getpid(), signal.SIGINT)
            never.wait(60)
        return SAID[clip]

    account.answer = answer
    code, out, _ = measure("wer", "--dataset", dataset, "--json", endpoints=["one"])
    found = json.loads(out)
    never.set()
    assert (code, found["status"], found["systems"][0]["utterances"]) == (130, "cancelled", 1)
    assert store.runs()[0].status is RunStatus.CANCELLED


def test_a_signal_before_the_run_ends_the_command(
    measure: Measure, dataset: str, monkeypatch: pytest.MonkeyPatch, store: RunStore
) -> None:
    def interrupted(_target: Target) -> list[EndpointSummary]:
        os.kill(os.getpid(), signal.SIGTERM)
        return []

    monkeypatch.setattr(requested_endpoints, "list_endpoints", interrupted)
    code, out, err = measure("wer", "--dataset", dataset)
    assert (code, out, err, store.runs()) == (130, "", "Cancelled.\n", [])


def test_another_run_that_would_disturb_is_named(
    measure: Measure, dataset: str, store: RunStore, begin: Begin
) -> None:
    begin()
    _, _, err = measure("wer", "--dataset", dataset, endpoints=["one"])
    assert "Take care: The run a run uses the same endpoint or computer" in err


def test_how_far_a_run_is_and_what_it_looks_like(store: RunStore, begin: Begin) -> None:
    run = begin(["the cat", "a dog"])
    progress = RunProgress(run, store.items(run.id))
    progress.note([heard(0, 0, "the cat")])
    assert list(_summary(run, progress)) == ["1 of 4 requests", "whisper-base: WER 0.00 %"]
    progress.note([heard(0, 1, "the dog"), heard(1, 0, "cat")])
    assert list(_summary(run, progress)) == [
        "3 of 4 requests",
        "0:00 left",
        "whisper-base: WER 25.00 %",
        "whisper-tiny-en: WER 50.00 %",
    ]


def test_the_progress_of_a_latency_run_has_its_means(store: RunStore, begin: Begin) -> None:
    run = begin([""], kind=RunKind.LATENCY)
    progress = RunProgress(run, store.items(run.id))
    progress.note([heard(0, 0, "Hi.", 1.0), heard(0, 0, "Hi.", 2.0), heard(0, 0, "Hi.", 9.0, warm_up=True)])
    assert list(_summary(run, progress))[1:] == ["whisper-base: mean 1.500 s"]
