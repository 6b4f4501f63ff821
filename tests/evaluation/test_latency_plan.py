from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from components.audio.decoding import Clip, read_clip
from components.deployment.endpoints import list_endpoints
from components.evaluation.latency_plan import LatencyPlan, Load
from components.evaluation.results.latency_figures import stages
from components.evaluation.run_jobs import carry_out
from components.evaluation.runs.records import RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import candidate
from components.targets.target import this_computer
from tests.evaluation.latency_driver import CLIP, OTHER_CLIP, FakeClient, measured, plan
from tests.pages.driver import speech


def test_one_worker_sends_the_next_request_when_it_has_the_reply() -> None:
    client = FakeClient("a")
    assert len(measured(plan(client))) == 2 + 12
    # Sent, answered, sent, answered: no two events of one kind follow one another.
    assert client.begun == list(range(1, 2 * 14, 2))
    assert client.ended == list(range(2, 2 * 14 + 1, 2))


@pytest.mark.parametrize("level", [1, 2, 4])
def test_as_many_workers_as_asked_are_busy_and_no_more(level: int) -> None:
    client = FakeClient("a", at_once=level)
    outcomes = measured(plan(client, concurrency=(level,)))
    assert client.most_at_once == level
    assert {m.concurrency for m in outcomes} == {level}
    assert sum(not m.warm_up for m in outcomes) == 12


def test_all_warm_up_requests_have_ended_before_the_first_one_that_counts() -> None:
    client = FakeClient("a", at_once=4)
    outcomes = measured(plan(client, concurrency=(4,), warm_up=3))
    assert [m.warm_up for m in outcomes] == [True] * 12 + [False] * 12
    assert client.ended[11] < client.begun[12]


def test_without_warm_up_every_request_counts() -> None:
    assert not any(m.warm_up for m in measured(plan(FakeClient("a"), warm_up=0)))


def test_system_by_system_clip_by_clip_and_step_by_step() -> None:
    clients = FakeClient("a"), FakeClient("b")
    outcomes = measured(plan(*clients, clips=(CLIP, OTHER_CLIP), concurrency=(1, 2), requests=2, warm_up=1))
    order = list(dict.fromkeys((m.system, m.item, m.concurrency, m.warm_up) for m in outcomes))
    assert order == [
        (system, item, step, warm_up)
        for system in (0, 1)
        for item in (0, 1)
        for step in (1, 2)
        for warm_up in (True, False)
    ]
    assert clients[1].clips == ["a.wav"] * 7 + ["b.wav"] * 7


def test_what_is_planned_is_what_is_sent(tmp_path: Path) -> None:
    asked = plan(FakeClient("a"), FakeClient("b"), clips=(CLIP, OTHER_CLIP), concurrency=(1, 3), requests=5)
    assert asked.begin(RunStore(tmp_path)).planned == asked.planned == 2 * 2 * (5 + 2 * 1 + 5 + 2 * 3)
    assert len(measured(asked)) == asked.planned


def test_the_run_tells_its_conditions(tmp_path: Path) -> None:
    parameters = {"num_beams": 5}
    asked = plan(FakeClient("a"), clips=(CLIP, OTHER_CLIP), parameters=parameters, concurrency=(1, 2))
    store = RunStore(tmp_path)
    run = asked.begin(store)
    assert (run.kind, run.name, run.status) == (
        RunKind.LATENCY,
        "2 clips, 12 requests, 1, 2 at once",
        RunStatus.RUNNING,
    )
    conditions = store.run(run.id).conditions
    assert conditions.parameters == parameters
    assert (conditions.requests, conditions.warm_up, conditions.concurrency) == (12, 2, (1, 2))
    assert conditions.dataset == "a.wav; b.wav"
    assert conditions.versions["python"]
    assert [(item.id, item.seconds) for item in store.items(run.id)] == [("a.wav", 1.0), ("b.wav", 2.0)]
    assert asked.seconds == {0: 1.0, 1: 2.0}


def test_equal_audio_has_an_equal_digest(tmp_path: Path) -> None:
    store, renamed = RunStore(tmp_path), Clip(CLIP.samples, "renamed.wav", "wav")
    digests = [
        plan(FakeClient("a"), clips=(clip,)).begin(store).conditions.digest
        for clip in (CLIP, renamed, OTHER_CLIP)
    ]
    assert digests[0] == digests[1] != digests[2]


def test_runs_are_told_apart_by_what_was_asked(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    assert plan(FakeClient("a"), requests=100).begin(store).name == "a.wav, 100 requests, 1 at once"
    assert plan(FakeClient("a"), requests=1).begin(store).name == "a.wav, 1 request, 1 at once"


def test_a_name_of_ones_own_is_kept(tmp_path: Path) -> None:
    assert plan(FakeClient("a"), name="Friday").begin(RunStore(tmp_path)).name == "Friday"


def test_the_embedded_endpoint_is_measured(endpoint_url: str, tmp_path: Path) -> None:
    target = this_computer(endpoint_url)
    (endpoint,) = [e for e in list_endpoints(target) if e.name == "whisper-base"]
    clip = read_clip(speech("en/quick_brown_fox.wav"), "fox.wav")
    asked = LatencyPlan((candidate(target, endpoint, None),), (clip,), {}, Load(4, 1, (1, 2)))
    store = RunStore(tmp_path)
    run = carry_out(asked, asked.begin(store), store, Event(), lambda _: None)
    assert (run.status, run.problem) == (RunStatus.DONE, None)
    kept = store.measurements(run.id)
    assert len(kept) == run.planned == 4 + 1 + 4 + 2
    assert all("quick brown fox" in (m.text or "") for m in kept)
    one, two = stages(run, store.items(run.id), kept)
    assert (one.requests, two.requests) == (4, 4)
    # One at a time, no request is sent before the last one is answered.
    alone = [m for m in kept if m.concurrency == 1]
    assert all(b.started >= a.started + a.seconds for a, b in pairwise(alone))
    for stage in (one, two):
        assert stage.spread
        assert stage.throughput
        assert 0 < stage.spread.min <= stage.spread.p50 <= stage.spread.max
        assert stage.cost_of_an_hour is None
