from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event
from typing import cast

from components.audio.decoding import Clip
from components.core.errors import EndpointNotFoundError, ModelFailedError, PortalError, UnreadableAudioError
from components.deployment.endpoints import list_endpoints
from components.endpoint_client import EndpointClient
from components.evaluation.accuracy_plan import AccuracyPlan
from components.evaluation.datasets.dataset import Dataset, Utterance, bundled, first
from components.evaluation.results.scores import score
from components.evaluation.run_jobs import carry_out
from components.evaluation.runs.records import Run, RunKind, RunStatus
from components.evaluation.runs.run_store import RunStore
from components.evaluation.systems import Candidate, candidate
from components.targets.target import this_computer
from components.transcript.result import Transcript
from components.whisper.parameters import Parameters
from tests.evaluation.conftest import BASE, TINY, FakeClient, clip, fake_candidate

WARM_UP = 1
"""Requests to each system that are sent first and not kept."""

TEXTS = {"a": "the red car", "b": "a blue house", "c": "two trees"}


def dataset(*broken: str) -> Dataset:
    def reader(name: str) -> Callable[[], Clip]:
        def read() -> Clip:
            if name in broken:
                raise UnreadableAudioError(f"{name} is no audio.", "Leave it out.")
            return clip(name, 3.0)

        return read

    utterances = tuple(
        Utterance(name, text, "english", reader(name), lambda: 7) for name, text in TEXTS.items()
    )
    return Dataset("Things", utterances, ("d.wav is missing.",), "all 3 utterances")


def measured(plan: AccuracyPlan, store: RunStore, cancelled: Event | None = None) -> Run:
    return carry_out(plan, plan.begin(store), store, cancelled or Event(), lambda _: None)


def test_every_system_hears_every_utterance(store: RunStore) -> None:
    (base, _), (tiny, _) = (
        fake_candidate(BASE, {**TEXTS}),
        fake_candidate(TINY, {**TEXTS, "b": "a blue mouse"}),
    )
    run = measured(AccuracyPlan((base, tiny), dataset(), {"num_beams": 5}), store)
    assert (run.status, run.problem, run.planned, run.kind) == (RunStatus.DONE, None, 6, RunKind.ACCURACY)
    assert run.systems == (BASE, TINY)
    assert run.conditions.parameters == {"num_beams": 5}
    assert run.conditions.notes == ("d.wav is missing.",)
    assert run.conditions.versions["jiwer"]
    of_base, of_tiny = score(run, store.items(run.id), store.measurements(run.id))
    assert of_base.words
    assert of_tiny.words
    assert (of_base.words.counts.errors, of_tiny.words.counts.errors) == (0, 1)
    assert of_base.audio_seconds == 9.0


def test_utterance_by_utterance_so_that_a_stop_leaves_all_alike(store: RunStore) -> None:
    (base, heard_base), (tiny, heard_tiny) = fake_candidate(BASE, {**TEXTS}), fake_candidate(TINY, {**TEXTS})
    plan, cancelled = AccuracyPlan((base, tiny), dataset()), Event()
    run = plan.begin(store)

    def stop_after_two(batch: object) -> None:
        if batch and len(heard_tiny.asked) > WARM_UP:
            cancelled.set()

    ended = carry_out(plan, run, store, cancelled, stop_after_two)
    assert ended.status is RunStatus.CANCELLED
    in_order = [(item, system) for item in range(len(TEXTS)) for system in range(2)]
    assert [(m.item, m.system) for m in store.measurements(run.id)] == in_order[: store.count(run.id)]
    # All that was asked was kept, but for the warm-up.
    assert store.count(run.id) == len(heard_base.asked) + len(heard_tiny.asked) - 2 * WARM_UP


def test_as_many_requests_as_asked_for_are_under_way_at_once(store: RunStore) -> None:
    together = Barrier(2)

    class Meeting(FakeClient):
        def transcribe(self, clip: Clip, parameters: Parameters | None = None) -> Transcript:
            # Each of the four, warm-up included, waits for another: one at a time none would ever be answered.
            together.wait(20)
            return super().transcribe(clip, parameters)

    base = Candidate(BASE, cast("EndpointClient", Meeting({**TEXTS})))
    run = measured(AccuracyPlan((base,), dataset(), concurrency=2), store)
    assert (run.status, store.count(run.id), run.conditions.concurrency) == (RunStatus.DONE, 3, (2,))
    assert {m.concurrency for m in store.measurements(run.id)} == {2}


def test_audio_that_cant_be_read_fails_for_that_utterance_alone(store: RunStore) -> None:
    base, client = fake_candidate(BASE, {**TEXTS})
    run = measured(AccuracyPlan((base,), dataset("b")), store)
    failures = [m for m in store.measurements(run.id) if m.error]
    assert [(m.item, m.error, m.message) for m in failures] == [
        (1, "UnreadableAudioError", "b is no audio. Leave it out.")
    ]
    assert client.asked[WARM_UP:] == ["a", "c"]
    assert run.status is RunStatus.DONE


def test_a_failed_request_is_kept_with_its_reason(store: RunStore) -> None:
    answers: dict[str, str | PortalError] = {**TEXTS, "a": ModelFailedError("It broke.", "Look.", "id-9")}
    base, _ = fake_candidate(BASE, answers)
    run = measured(AccuracyPlan((base,), dataset()), store)
    first_one = store.measurements(run.id)[0]
    assert (first_one.error, first_one.message, first_one.request_id) == (
        "ModelFailedError",
        "It broke. Look.",
        "id-9",
    )


def test_an_endpoint_that_is_gone_is_given_up_and_the_others_go_on(store: RunStore) -> None:
    gone: dict[str, str | PortalError] = dict.fromkeys(
        TEXTS, EndpointNotFoundError("No such endpoint.", "Deploy.")
    )
    (base, heard_base), (tiny, heard_tiny) = fake_candidate(BASE, {**TEXTS}), fake_candidate(TINY, gone)
    run = measured(AccuracyPlan((base, tiny), dataset()), store)
    assert heard_base.asked[WARM_UP:] == ["a", "b", "c"]
    assert heard_tiny.asked[WARM_UP:] == ["a"]
    assert "whisper-tiny-en was given up" in str(run.problem)


def test_what_is_not_sent_to_an_endpoint_that_is_gone_is_counted(store: RunStore) -> None:
    gone: dict[str, str | PortalError] = dict.fromkeys(TEXTS, EndpointNotFoundError("Gone.", "Deploy."))
    plan = AccuracyPlan((fake_candidate(TINY, gone)[0],), dataset())
    measured(plan, store)
    assert plan.skipped == 2


def test_a_failure_of_our_own_ends_the_run_with_what_it_had(store: RunStore) -> None:
    base, _ = fake_candidate(BASE, {"a": "the red car"})
    run = measured(AccuracyPlan((base,), dataset()), store)
    # The fake has no answer for b: a KeyError, which nobody expects.
    assert (run.status, run.problem) == (RunStatus.FAILED, "KeyError: the portal's log says more.")
    assert [m.text for m in store.measurements(run.id)] == ["the red car"]


def test_a_real_endpoint_on_the_data_set_of_the_repository(endpoint_url: str, tmp_path: Path) -> None:
    target, store = this_computer(endpoint_url), RunStore(tmp_path)
    (endpoint,) = [e for e in list_endpoints(target) if e.name == "whisper-base"]
    run = measured(AccuracyPlan((candidate(target, endpoint, None),), first(bundled(), 3)), store)
    (base,) = score(run, store.items(run.id), store.measurements(run.id))
    assert run.systems[0].model == "whisper-base"
    assert base.words
    assert base.words.value is not None
    assert base.words.value < 30
    assert base.real_time_factor
    assert base.failures == ()
