"""Endpoints come and go in this process, with the real weights of whisper-tiny.en."""

import time
import weakref
from collections.abc import Callable
from threading import Event

import pytest

from components.core import resources
from components.core.errors import PortalError
from components.core.settings import Settings
from components.local_endpoint.control_plane import ControlPlane
from components.local_endpoint.endpoint_lifecycle import EndpointLifecycle
from components.local_endpoint.engine import WhisperEngine, load_engine
from components.local_endpoint.engine_pool import EnginePool
from components.local_endpoint.faults import AwsFault, NotInServiceError
from components.local_endpoint.loading_progress import LoadingProgress, Report
from components.local_endpoint.registry import Endpoint, EndpointStatus, Registry, ResourceKind
from components.whisper.models import WhisperModel

Load = Callable[[WhisperModel, Report], WhisperEngine]


def really(model: WhisperModel, report: Report) -> WhisperEngine:
    return load_engine(model, Settings(), report)


class House:
    """A registry and its lifecycle, with what they loaded."""

    def __init__(self, load: Load = really) -> None:
        self.loaded: list[weakref.ref[WhisperEngine]] = []
        self._load = load
        registry = Registry()
        self.endpoints = registry.endpoints
        self.lifecycle = EndpointLifecycle(self.endpoints, EnginePool(self._loading))
        self.control_plane = ControlPlane(registry, self.lifecycle)

    def _loading(self, model: WhisperModel, report: Report) -> WhisperEngine:
        engine = self._load(model, report)
        self.loaded.append(weakref.ref(engine))
        return engine

    def create(self, name: str, model_id: str | None = "whisper-tiny.en") -> None:
        container = {} if model_id is None else {"Environment": {"MODEL_ID": model_id}}
        self.lifecycle.create(
            Endpoint(ResourceKind.ENDPOINT, name, {}, container=container, variant={"VariantName": "v"})
        )

    def settled(self, name: str) -> Endpoint:
        self.wait_until(lambda: self.endpoints.get(name).status is not EndpointStatus.CREATING)
        return self.endpoints.get(name)

    @staticmethod
    def wait_until(true: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not true():
            assert time.monotonic() < end
            time.sleep(0.01)


def test_progress_is_a_tag_while_loading() -> None:
    loading, go_on = Event(), Event()

    def slowly(model: WhisperModel, report: Report) -> WhisperEngine:
        report(LoadingProgress("fetching model.bin: 42%", 0.429))
        loading.set()
        assert go_on.wait(60)
        return really(model, report)

    house = House(slowly)
    house.create("one")
    assert loading.wait(60)
    endpoint = {"ResourceArn": "arn:aws:sagemaker:local:000000000000:endpoint/one"}
    progress = {"Key": "whisper-portal:progress", "Value": "fetching model.bin: 42%"}
    percent = {"Key": "whisper-portal:percent", "Value": "42"}
    assert house.control_plane.call("ListTags", endpoint) == {"Tags": [progress, percent]}
    go_on.set()
    assert house.settled("one").status is EndpointStatus.IN_SERVICE
    assert house.control_plane.call("ListTags", endpoint) == {"Tags": []}


def test_two_endpoints_share_one_engine_which_goes_with_the_last() -> None:
    house = House()
    house.create("one")
    house.create("two")
    assert [house.settled(name).status for name in ("one", "two")] == 2 * [EndpointStatus.IN_SERVICE]
    [engine] = house.loaded
    house.lifecycle.delete("one")
    with house.lifecycle.serving("two") as serving:
        assert serving[0] is engine()
        house.lifecycle.delete("two")
        del serving
        assert engine() is not None
    house.wait_until(lambda: engine() is None)
    assert house.endpoints.all() == []


def test_deleting_while_creating_ends_the_loading_at_its_next_report() -> None:
    loading, go_on = Event(), Event()
    reached: list[str] = []

    def slowly(model: WhisperModel, report: Report) -> WhisperEngine:
        report(LoadingProgress("waiting"))
        loading.set()
        assert go_on.wait(60)
        report(LoadingProgress("going on"))
        reached.append("the weights")
        return really(model, report)

    house = House(slowly)
    house.create("one")
    assert loading.wait(60)
    assert house.endpoints.get("one").progress == LoadingProgress("waiting")
    house.lifecycle.delete("one")
    assert house.endpoints.get("one").status is EndpointStatus.DELETING
    with pytest.raises(AwsFault, match="already existing"):
        house.create("one")
    go_on.set()
    house.wait_until(lambda: house.endpoints.all() == [])
    assert reached == []


def test_deleting_at_the_end_of_creating_leaves_nothing_behind() -> None:
    loaded, go_on = Event(), Event()

    def then_wait(model: WhisperModel, report: Report) -> WhisperEngine:
        engine = really(model, report)
        loaded.set()
        assert go_on.wait(60)
        return engine

    house = House(then_wait)
    house.create("one")
    assert loaded.wait(60)
    house.lifecycle.delete("one")
    go_on.set()
    house.wait_until(lambda: house.endpoints.all() == [])
    house.wait_until(lambda: house.loaded[0]() is None)


def test_an_endpoint_serves_only_in_service() -> None:
    house = House()
    with pytest.raises(NotInServiceError), house.lifecycle.serving("one"):
        pass
    house.create("one", "no-such-model")
    house.settled("one")
    with pytest.raises(NotInServiceError), house.lifecycle.serving("one"):
        pass


@pytest.mark.parametrize("model_id", ["whisper-gigantic", "", None])
def test_a_wrong_model_id_fails_with_what_to_do(model_id: str | None) -> None:
    house = House()
    house.create("one", model_id)
    endpoint = house.settled("one")
    assert endpoint.status is EndpointStatus.FAILED
    assert endpoint.failure_reason
    assert "MODEL_ID set to one of whisper-tiny, whisper-tiny.en, whisper-base" in endpoint.failure_reason
    house.lifecycle.delete("one")
    assert house.endpoints.all() == []


def test_what_the_loading_says_is_the_failure_reason() -> None:
    def fail(*_: object) -> WhisperEngine:
        raise PortalError("model.bin is damaged.", "Remove it.")

    house = House(fail)
    house.create("one")
    endpoint = house.settled("one")
    assert (endpoint.status, endpoint.failure_reason) == (
        EndpointStatus.FAILED,
        "model.bin is damaged. Remove it.",
    )
    assert endpoint.progress is None


def test_an_unexpected_failure_is_logged_and_fails_the_endpoint(caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> WhisperEngine:
        raise MemoryError("not enough")

    house = House(fail)
    house.create("one")
    assert house.settled("one").failure_reason == (
        "The weights could not be loaded. The log of the embedded endpoint says why."
    )
    assert "MemoryError: not enough" in caplog.text


def test_loading_is_tried_again_after_a_failure() -> None:
    attempts: list[str] = []

    def fail_once(model: WhisperModel, report: Report) -> WhisperEngine:
        attempts.append(model.name)
        if len(attempts) == 1:
            raise PortalError("No network.", "Connect.")
        return really(model, report)

    house = House(fail_once)
    house.create("one")
    assert house.settled("one").status is EndpointStatus.FAILED
    house.create("two")
    assert house.settled("two").status is EndpointStatus.IN_SERVICE


def test_without_memory_nothing_is_loaded_and_the_reason_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "available_memory", lambda: 200_000_000)
    house = House()
    house.create("one")
    endpoint = house.settled("one")
    assert endpoint.status is EndpointStatus.FAILED
    assert endpoint.failure_reason
    assert endpoint.failure_reason.startswith(
        "Loading the model takes 0.4 GB of memory, but only 0.2 GB are available. Close other programs"
    )
    assert house.loaded == []
