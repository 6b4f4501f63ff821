"""No text from outside reaches a page as markup: names, transcripts, references, messages of AWS."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.audio.decoding import Clip, read_clip
from components.core.errors import AccessDeniedError, RequestRejectedError, ResourceLimitError
from components.deployment import deployment_jobs
from components.deployment.checks import Check, Verdict
from components.deployment.endpoints import EndpointSummary
from components.deployment.network import Networks, VpcResource
from components.deployment.pricing import Price
from components.deployment.removal import Removal
from components.deployment.roles import Roles
from components.endpoint_client.batch import Batch
from components.endpoint_client.long_job import LongJob
from components.evaluation.runs.records import Conditions, Item, Measurement, Run, RunKind, RunStatus, System
from components.evaluation.runs.run_store import RunStore
from components.widgets.playground.shown_work import find
from tests.evaluation.datasets.made_files import WAV, make_zip
from tests.pages.aws_answers import G5, AwsAnswers
from tests.pages.conftest import Wire
from tests.pages.deploy_driver import Says, deploy, on_g5, open_aws, press
from tests.pages.driver import (
    choose_source,
    endpoint,
    is_shown,
    open_compare,
    open_deploy,
    open_home,
    open_playground,
    press_transcribe,
    run,
    shown,
    speech,
    upload,
    wait_until,
    widget,
)
from tests.pages.markup import HOSTILE, markup, mentions

NETWORK = "group_network"
"""The part of the form that is folded away."""
LONG = Clip(
    np.concatenate([np.pad(read_clip(speech("en/quick_brown_fox.wav"), "").samples, 80_000)] * 3), "", ""
).wav()
"""Three sentences in some 40 s: more than a request takes."""


def clean(app: AppTest, at_least: int) -> AppTest:
    """The page shows the hostile text so many times, and each time as text."""
    assert mentions(app) >= at_least
    assert markup(app) == []
    return app


def hostile_endpoints() -> list[EndpointSummary]:
    """In service, starting and failed, with everything that AWS words itself."""
    refusal = AccessDeniedError(HOSTILE, HOSTILE, HOSTILE)
    return [
        on_g5(HOSTILE, scaling=None, hidden=refusal),
        on_g5(f"{HOSTILE} 2", "Creating", progress=HOSTILE, percent=3),
        on_g5(f"{HOSTILE} 3", "Failed", failure_reason=HOSTILE),
        on_g5(f"{HOSTILE} 4", HOSTILE),
    ]


def hostile_run(
    store: RunStore, kind: RunKind = RunKind.ACCURACY, *, status: RunStatus = RunStatus.DONE
) -> Run:
    """A run in which everything that comes from elsewhere is hostile."""
    systems = [
        System(f"{HOSTILE} {n}", HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE, 1.0, HOSTILE) for n in (1, 2)
    ]
    items = [Item(f"{HOSTILE} {n}", HOSTILE, "english", 2.0) for n in (1, 2)]
    conditions = Conditions(
        dataset=HOSTILE,
        selection=HOSTILE,
        digest=HOSTILE,
        languages=(HOSTILE,),
        requests=2,
        warm_up=0,
        notes=(HOSTILE,),
        versions={HOSTILE: HOSTILE},
    )
    run = store.begin(kind, HOSTILE, systems, items, conditions, 4)
    store.add(run.id, [Measurement(0, n, 1000.0, 0.5, (f" {HOSTILE}", HOSTILE)) for n in (0, 1)])
    store.add(run.id, [Measurement(1, 0, 1000.0, 0.5, (f" not {HOSTILE}",))])
    store.add(run.id, [Measurement(1, 1, 1000.0, 0.5, error="ModelFailedError", message=HOSTILE)])
    store.end(run.id, status, HOSTILE)
    return store.run(run.id)


def test_the_front_page(aws: Says, store: RunStore) -> None:
    aws(hostile_endpoints())
    hostile_run(store)
    clean(open_home(), 6)


def test_the_front_page_when_aws_refuses(aws: Says, store: RunStore) -> None:
    aws(AccessDeniedError(HOSTILE, HOSTILE, HOSTILE))
    clean(open_home(), 2)


def test_endpoints_on_the_deploy_page(
    account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = Removal(HOSTILE, [HOSTILE], [HOSTILE])
    monkeypatch.setattr(deployment_jobs, "remove", lambda *_: done)
    aws(hostile_endpoints())
    account.prices = {G5: Price(1.5, HOSTILE, is_exact=False)}
    app = clean(open_aws(), 8)
    clean(press(app, f"delete_{HOSTILE}"), 10)
    press(app, "confirm_delete")
    clean(wait_until(app, lambda app: "is deleted" in shown(app, "removal")), 10)


def test_a_deletion_that_fails(account: AwsAnswers, aws: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Removal:
        raise AccessDeniedError(HOSTILE, HOSTILE, HOSTILE)

    monkeypatch.setattr(deployment_jobs, "remove", refused)
    aws(hostile_endpoints())
    app = press(press(open_aws(), f"delete_{HOSTILE}"), "confirm_delete")
    clean(wait_until(app, lambda app: is_shown(app, f"removal_error_{HOSTILE}")), 10)


def test_the_form_of_the_deploy_page(account: AwsAnswers, aws: Says) -> None:
    aws([])
    account.prices = {G5: Price(1.5, HOSTILE)}
    account.roles = Roles(HOSTILE, (HOSTILE,), HOSTILE)
    account.checks = [Check(HOSTILE, verdict, HOSTILE, HOSTILE) for verdict in Verdict]
    account.network = Networks(
        (VpcResource(HOSTILE, HOSTILE, HOSTILE, HOSTILE),), (VpcResource(HOSTILE, "", HOSTILE, HOSTILE),)
    )
    state = {NETWORK: True, "endpoint_name": HOSTILE, "tags": HOSTILE}
    app = open_deploy(state, target="eu-west-1")
    clean(wait_until(app, lambda app: "…" not in shown(app, "form")), 6)


def test_look_ups_that_aws_refuses(account: AwsAnswers, aws: Says) -> None:
    refusal = AccessDeniedError(HOSTILE, HOSTILE, HOSTILE)
    account.types = account.network = account.invocations = refusal
    aws([on_g5("mine")])
    app = open_deploy({NETWORK: True}, target="eu-west-1")
    clean(wait_until(app, lambda app: "…" not in shown(app, "form")), 1)


def test_deployments(account: AwsAnswers, aws: Says) -> None:
    account.failure = ResourceLimitError(HOSTILE, HOSTILE, HOSTILE)
    account.deploying.set()
    app = wait_until(deploy(open_aws()), lambda app: is_shown(app, "failure_whisper-base"))
    clean(app, 2)


def test_a_transcript_and_its_request(playground: AppTest, wire: Wire) -> None:
    wire.reply = [f" {HOSTILE}", HOSTILE]
    upload(playground, f"{HOSTILE}.wav", speech("en/hello_world.wav"))
    clean(press_transcribe(playground), 3)


def test_a_request_that_fails(aws: Says, wire: Wire) -> None:
    aws([endpoint(HOSTILE)])
    app = open_playground(target="eu-west-1", endpoint=HOSTILE, num_beams=HOSTILE)
    upload(app, f"{HOSTILE}.wav", speech("en/hello_world.wav"))
    clean(app, 3)
    wire.error = RequestRejectedError(HOSTILE, HOSTILE, HOSTILE)
    clean(press_transcribe(app), 4)


def test_a_file_that_is_none(playground: AppTest) -> None:
    clean(upload(playground, f"{HOSTILE}.wav", HOSTILE.encode()), 1)


def test_long_audio(playground: AppTest, wire: Wire) -> None:
    # Twice the same, so that it also counts as made up.
    wire.reply = [f" {HOSTILE} {HOSTILE} {HOSTILE}"]
    upload(playground, f"{HOSTILE}.wav", LONG)
    app = press_transcribe(playground)
    work = find(app.query_params["job"])
    assert isinstance(work, LongJob)
    work.wait()
    clean(run(app), 4)


def test_several_files(playground: AppTest, wire: Wire) -> None:
    wire.reply = [f" {HOSTILE}"]
    choose_source(playground, "Several files")
    uploader = playground.file_uploader(key="several")
    uploader.upload(f"{HOSTILE}.wav", speech("en/hello_world.wav"))
    uploader.upload(f"{HOSTILE} 2.wav", HOSTILE.encode())
    clean(run(playground), 1)
    app = press_transcribe(playground)
    work = find(app.query_params["job"])
    assert isinstance(work, Batch)
    work.wait()
    clean(run(app), 4)


@pytest.mark.parametrize("kind", RunKind)
@pytest.mark.parametrize("status", [RunStatus.DONE, RunStatus.FAILED])
def test_a_run(store: RunStore, kind: RunKind, status: RunStatus) -> None:
    run = hostile_run(store, kind, status=status)
    clean(open_compare("Accuracy" if kind is RunKind.ACCURACY else "Latency", run=run.id), 10)


def test_the_history(store: RunStore) -> None:
    kept = hostile_run(store)
    hostile_run(store, RunKind.LATENCY)
    hostile_run(store, status=RunStatus.FAILED)
    app = clean(open_compare("History"), 6)
    for question in ("rename", "delete"):
        clean(press(app, f"compare_{question}_{kept.id}"), 7)
        press(app, "compare_keep")


def test_the_tradeoff_of_accuracy_and_latency(store: RunStore) -> None:
    hostile_run(store)
    hostile_run(store, RunKind.LATENCY)
    clean(open_compare("Trade-off"), 3)


def test_a_data_set(store: RunStore, aws: Says) -> None:
    aws([endpoint(HOSTILE), endpoint(f"{HOSTILE} 2", "Creating")])
    app = open_compare("Accuracy")
    widget(app, "compare_dataset_kind").set_value("Upload")
    run(app)
    name = HOSTILE.replace("/", "|")
    rows = "".join(f"{name}{n}.wav,{HOSTILE},{name}{n},english\n" for n in (1, 2, 3))
    data = make_zip({"m.csv": f"file,text,id,language\n{rows}", f"{name}1.wav": WAV, f"{name}2.wav": WAV})
    app.file_uploader(key="compare_dataset_upload").upload(f"{HOSTILE}.zip", data)
    clean(run(app), 3)


def test_a_link_that_names_what_is_not_there(playground: AppTest) -> None:
    app = open_playground(target=HOSTILE, endpoint=HOSTILE, source=HOSTILE, language=HOSTILE, job=HOSTILE)
    clean(app, 1)
    for page in (open_deploy(target=HOSTILE, model=HOSTILE), open_compare(HOSTILE, run=HOSTILE)):
        assert markup(page) == []
