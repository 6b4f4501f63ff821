"""What `wer` and `latency` check before they measure: endpoints, parameters, data."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from components.cli import evaluate, requested_endpoints, targets
from components.core.errors import EndpointUnreachableError, PortalError
from components.core.settings import Settings
from components.deployment.endpoints import EndpointSummary
from components.evaluation.datasets import openslr_download
from components.evaluation.runs.run_store import RunStore
from components.targets.target import Target
from tests.cli.account import SPEECH, URL, Account, Measure, Shell, endpoint


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ([], (2, "has no endpoint one. Name one that it has: none.")),
        ([endpoint("three")], (2, "Name one that it has: three.")),
        (
            [endpoint("one", status="Failed", failure_reason="no memory")],
            (1, "one failed to start: no memory."),
        ),
        ([endpoint("one", status="Deleting")], (1, "one is Deleting and answers no requests.")),
    ],
)
def test_an_endpoint_that_does_not_answer_is_reported_before_anything_is_measured(
    measure: Measure,
    dataset: str,
    account: Account,
    listing: list[EndpointSummary],
    expected: tuple[int, str],
) -> None:
    account.listings = [listing]
    code, out, err = measure("wer", "--dataset", dataset, "--json", endpoints=["one"])
    assert (code, out, account.sent) == (expected[0], "", [])
    assert expected[1] in err
    assert "Run " not in err


def test_an_endpoint_that_starts_is_waited_for(measure: Measure, dataset: str, account: Account) -> None:
    starting = endpoint("one", status="Creating", progress="loading the model")
    account.listings = [[starting], [starting], [endpoint("one")]]
    code, _, err = measure("wer", "--dataset", dataset, endpoints=["one"])
    assert code == 0
    assert err.count("one is starting: loading the model") == 1


def test_a_models_name_with_a_dot_means_the_endpoint_without(
    measure: Measure, dataset: str, account: Account
) -> None:
    account.listings = [[endpoint("whisper-tiny-en", "whisper-tiny.en")]]
    code, out, _ = measure("wer", "--dataset", dataset, "--json", endpoints=["whisper-tiny.en"])
    assert code == 0
    assert json.loads(out)["systems"][0]["endpoint"] == "whisper-tiny.en"


def test_parameters_that_a_model_refuses_are_reported_at_once(
    measure: Measure, dataset: str, account: Account
) -> None:
    options = ("--language", "french", "--task", "transcribe")
    code, _, err = measure("wer", "--dataset", dataset, *options)
    assert (code, account.sent) == (2, [])
    assert "whisper-tiny.en knows English only" in err
    _, _, err = measure("wer", "--dataset", dataset, "--top-k", "5", endpoints=["one"])
    assert "top_k has no effect unless do_sample is true." in err


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("wer", "--dataset", "/no/such"), "There is no folder and no zip at /no/such."),
        (("wer", "--dataset", "test-other"), "Give --download to fetch it"),
        (("latency", "--audio", "/no/such.wav"), "/no/such.wav can't be read: No such file or directory."),
        (("latency", "--audio", __file__), "is not an audio file that can be read"),
        (
            ("latency", "--audio", str(SPEECH / "hello_world.wav"), "--warm-up", "-1"),
            "-1 warm-up requests: it must be from 0 to 100.",
        ),
    ],
)
def test_what_can_not_be_heard_is_reported(
    measure: Measure, account: Account, argv: tuple[str, ...], expected: str
) -> None:
    code, out, err = measure(*argv)
    assert (code, out, account.sent) == (2, "", [])
    assert expected in err


def test_settings_and_stores_that_do_not_work_are_reported(
    measure: Measure, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", "/proc/nothing")
    code, out, err = measure("wer", "--dataset", dataset)
    assert (code, out) == (1, "")
    assert "PORTAL_DATA_DIR" in err
    monkeypatch.setenv("PORTAL_QUEUE_SIZE", "x")
    code, _, err = measure("wer", "--dataset", dataset)
    assert code == 2
    assert "PORTAL_QUEUE_SIZE" in err


def test_a_target_that_can_not_be_reached_is_reported(
    measure: Measure, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_target: Target) -> list[EndpointSummary]:
        raise EndpointUnreachableError("It can't be reached.", "Check the network.")

    monkeypatch.setattr(requested_endpoints, "list_endpoints", unreachable)
    code, _, err = measure("wer", "--dataset", dataset)
    assert (code, err) == (1, "It can't be reached. Check the network.\n")


@pytest.mark.parametrize("url", ["nowhere", "http://", "http://[1", "http://my host"])
def test_what_is_no_url_is_refused(shell: Shell, url: str) -> None:
    code, _, err = shell("wer", "--dataset", "small", "--endpoint", "one", "--endpoint-url", url)
    assert code == 2
    assert f"{url!r} is no address of endpoints" in err


def test_a_clip_whose_name_is_not_utf8_is_measured(
    measure: Measure, tmp_path: Path, account: Account
) -> None:
    clip = tmp_path / "caf\udce9.wav"
    clip.write_bytes((SPEECH / "hello_world.wav").read_bytes())
    account.answer = lambda _name, clip: f" {clip}"
    code, _, _ = measure("latency", "--audio", str(clip), "--requests", "1", "--warm-up", "0")
    assert code == 0
    assert {name for _, name, _ in account.sent} == {"caf\\udce9.wav"}


def test_without_aws_and_without_the_embedded_endpoint_there_is_nothing_to_measure(
    account: Account, store: RunStore, dataset: str, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    monkeypatch.setattr(targets, "aws", lambda _settings: None)
    monkeypatch.setenv("PORTAL_EMBEDDED_ENDPOINT", "0")
    code, _, err = shell("wer", "--dataset", dataset, "--endpoint", "one")
    assert code == 2
    assert "no AWS credentials, and PORTAL_EMBEDDED_ENDPOINT" in err
    code, _, err = shell("wer", "--dataset", dataset, "--endpoint", "one", "--region", "eu-west-1")
    assert code == 2
    assert "leave both out for an endpoint on this computer" in err


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (["whisper-tiny.en", "whisper-base"], "whisper-tiny.en"),
        (["mine", "whisper-small-en"], "whisper-small.en"),
    ],
)
@pytest.mark.usefixtures("account")
def test_an_endpoint_of_its_own_begins_with_the_first_model_that_is_asked_for(
    asked: list[str], first: str, dataset: str, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    started = []

    @contextmanager
    def embedded(settings: Settings, _log: object) -> Iterator[str]:
        started.append(settings.embedded_model)
        yield URL

    monkeypatch.setattr(targets, "aws", lambda _settings: None)
    monkeypatch.setattr(targets, "_embedded", embedded)
    monkeypatch.setattr(targets, "deploy", lambda *_: None)
    shell("wer", "--dataset", dataset, *[part for name in asked for part in ("--endpoint", name)])
    assert started == [first]


def test_with_aws_credentials_it_is_aws(
    account: Account, dataset: str, store: RunStore, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    chosen = []

    def aws(settings: Any) -> Target:
        chosen.append((settings.aws_region, settings.aws_profile))
        return Target("AWS eu-west-1", "eu-west-1")

    monkeypatch.setattr(targets, "aws", aws)
    place = ("--region", "eu-west-1", "--profile", "mine")
    assert shell("wer", "--dataset", dataset, "--endpoint", "one", *place)[0] == 0
    assert chosen == [("eu-west-1", "mine")]
    assert store.runs()[0].systems[0].target == "AWS eu-west-1"


class Download:
    """A download that is over when it has been looked at twice."""

    def __init__(self, folder: Path, error: PortalError | None = None) -> None:
        self.looks = 0
        self.path = None if error else folder
        self.error = error
        self.step, self.done, self.total = "downloading", 173_000_000, 346_000_000

    @property
    def is_running(self) -> bool:
        self.looks += 1
        return self.looks <= 2

    def cancel(self) -> None: ...

    def wait(self, _seconds: float | None = None) -> None: ...


def test_a_set_of_librispeech_is_downloaded_where_that_is_asked_for(
    measure: Measure, dataset: str, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openslr_download, "Download", lambda _name, _settings: Download(Path(dataset)))
    code, _, err = measure("wer", "--dataset", "test-clean", "--download")
    # Two utterances and one to warm up, for each endpoint.
    assert (code, len(account.sent)) == (0, 6)
    assert err.startswith("LibriSpeech test-clean: downloading, 173 of 346 MB\n")


def test_a_download_that_fails_is_reported(
    measure: Measure, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = PortalError("OpenSLR can't be reached.", "Check the network.")
    monkeypatch.setattr(openslr_download, "Download", lambda _name, _settings: Download(Path(), error))
    code, out, err = measure("wer", "--dataset", "test-other", "--download")
    assert (code, out, account.sent) == (1, "", [])
    assert err.endswith("OpenSLR can't be reached. Check the network.\n")


def test_that_runs_cant_be_kept_is_reported_before_anything_is_started(
    measure: Measure, dataset: str, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "file"))

    def started(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(evaluate, "chosen_target", started)
    code, out, err = measure("wer", "--dataset", dataset)
    assert (code, out, account.sent) == (1, "", [])
    assert "can't be read or written" in err
    assert "PORTAL_DATA_DIR" in err
