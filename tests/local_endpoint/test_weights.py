import hashlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from huggingface_hub import constants

from components import room
from components.catalog import MODELS, WhisperModel
from components.local_endpoint import hub as hub_module
from components.local_endpoint.hub import HubUnreachableError
from components.local_endpoint.progress import Progress, Report
from components.local_endpoint.verified_file import VerifiedFile, WeightsError
from components.local_endpoint.weight_pins import PINS, Pin
from components.local_endpoint.weights import find_weights
from components.room import NoRoomError
from components.settings import Settings
from tests.local_endpoint.conftest import Server, client

FILES = {"config.json": b'{"toy": true}', "model.bin": bytes(range(256)) * 40}
MODEL = WhisperModel("whisper-toy", 1, len(FILES["model.bin"]))
SUMS = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
REVISION = "0123456789abcdef0123456789abcdef01234567"
PACKAGED = {
    "model.bin": (("toy_weights_a", "data/model.part1"), ("toy_weights_b", "model.part2")),
    "config.json": (("toy_weights_a", "data/config.json"),),
}


@pytest.fixture(autouse=True)
def pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PINS, MODEL.name, Pin("toys/whisper", REVISION, SUMS, PACKAGED))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the model's folder in it, whole."""
    (tmp_path / "weights" / MODEL.name).mkdir(parents=True)
    for name, data in FILES.items():
        (tmp_path / "weights" / MODEL.name / name).write_bytes(data)
    return tmp_path / "weights"


def settings(tmp_path: Path, weights_dir: Path | None = None) -> Settings:
    return Settings(data_dir=tmp_path / "data", weights_dir=weights_dir)


def unheard(progress: Progress) -> None:
    assert progress.text.startswith("checking "), "nothing is fetched here"


def silent(_: Progress) -> None:
    pass


def found(settings: Settings, report: Report = silent) -> dict[str, bytes]:
    return {name: file.read() for name, file in find_weights(MODEL, settings, report).items()}


def test_a_whole_folder_is_taken(tmp_path: Path, folder: Path) -> None:
    assert found(settings(tmp_path, folder), unheard) == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_byte_in_a_folder_is_refused(tmp_path: Path, folder: Path, name: str) -> None:
    file = folder / MODEL.name / name
    file.write_bytes(bytes([FILES[name][0] ^ 1]) + FILES[name][1:])
    with pytest.raises(WeightsError) as caught:
        find_weights(MODEL, settings(tmp_path, folder), unheard)
    assert caught.value.what == f"{file}: not the expected file, its SHA-256 is wrong."
    assert "remove it" in caught.value.advice


def test_half_a_file_in_a_folder_is_refused(tmp_path: Path, folder: Path) -> None:
    file = folder / MODEL.name / "model.bin"
    file.write_bytes(FILES["model.bin"][:5000])
    with pytest.raises(WeightsError, match=r"model\.bin: not the expected file.*only half there"):
        find_weights(MODEL, settings(tmp_path, folder), unheard)


def test_a_missing_file_in_a_folder_is_named(tmp_path: Path, folder: Path) -> None:
    (folder / MODEL.name / "config.json").unlink()
    with pytest.raises(WeightsError, match=r"config\.json can't be read: No such file"):
        find_weights(MODEL, settings(tmp_path, folder), unheard)


def test_a_model_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsError,
        match=r"no weights for whisper-huge.*It can run: whisper-tiny, ",
    ):
        find_weights(WhisperModel("whisper-huge", 9, 18), settings(tmp_path), unheard)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two installed packages that carry the model, model.bin in two parts."""
    root = tmp_path / "site-packages"
    half = len(FILES["model.bin"]) // 2
    contents = {
        "toy_weights_a/data/model.part1": FILES["model.bin"][:half],
        "toy_weights_b/model.part2": FILES["model.bin"][half:],
        "toy_weights_a/data/config.json": FILES["config.json"],
        "toy_weights_a/__init__.py": b"",
        "toy_weights_b/__init__.py": b"",
    }
    for name, data in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    monkeypatch.syspath_prepend(root)
    return root


@pytest.mark.usefixtures("packages")
def test_packages_are_found_and_put_together(tmp_path: Path) -> None:
    assert found(settings(tmp_path), unheard) == FILES


@dataclass
class Hub:
    """A server in the hub's place; its first `damaged` answers to a download of model.bin have a wrong byte."""

    damaged: int = 0
    downloads: list[str] = field(default_factory=list)

    def contents(self, name: str) -> bytes:
        data = FILES[name]
        if name == "model.bin" and self.downloads.count(name) <= self.damaged:
            return b"\xff" + data[1:]
        return data


def handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.head()

        def do_GET(self) -> None:
            if self.head():
                name = self.path.rpartition("/")[2]
                hub.downloads.append(name)
                self.wfile.write(hub.contents(name))

        def head(self) -> bool:
            """Sends the head of the answer; false where there is no such file."""
            repository, _, name = self.path.partition(f"/resolve/{REVISION}/")
            known = repository == "/toys/whisper" and name in FILES
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(FILES[name])) if known else "0")
            if known:
                self.send_header("ETag", f'"{SUMS[name]}"')
                self.send_header("X-Repo-Commit", REVISION)
            self.end_headers()
            return known

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def point_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(hub)) as server:
        point_to(monkeypatch, server.server_port)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield hub
        server.shutdown()


def test_the_hub_is_asked_once_and_progress_is_told(tmp_path: Path, hub: Hub) -> None:
    told: list[Progress] = []
    assert found(settings(tmp_path), told.append) == FILES
    assert Progress("asking the Hugging Face hub …") in told
    assert Progress("fetching model.bin: 100% of 0 MB", 1.0) in told
    assert found(settings(tmp_path), told.append) == FILES
    assert sorted(hub.downloads) == sorted(FILES)


def test_a_damaged_download_is_fetched_again(tmp_path: Path, hub: Hub) -> None:
    hub.damaged = 1
    assert found(settings(tmp_path)) == FILES
    assert hub.downloads.count("model.bin") == 2


def test_a_download_that_stays_damaged_is_refused(tmp_path: Path, hub: Hub) -> None:
    hub.damaged = 100
    with pytest.raises(WeightsError, match=r"model\.bin: not the expected file, its SHA-256 is wrong"):
        find_weights(MODEL, settings(tmp_path), silent)
    assert hub.downloads == ["config.json", "model.bin", "model.bin"]


def test_damaged_packages_give_way_to_the_hub(tmp_path: Path, hub: Hub, packages: Path) -> None:
    (packages / "toy_weights_b" / "model.part2").write_bytes(b"damaged")
    assert found(settings(tmp_path)) == FILES
    assert sorted(hub.downloads) == sorted(FILES)


def test_the_other_files_come_before_the_large_one(tmp_path: Path, hub: Hub) -> None:
    found(settings(tmp_path))
    assert hub.downloads == ["config.json", "model.bin"]


def test_a_report_that_raises_breaks_the_download_off(tmp_path: Path, hub: Hub) -> None:
    class GoneError(Exception):
        pass

    def leave(progress: Progress) -> None:
        if progress.text.startswith("fetching model.bin"):
            raise GoneError

    with pytest.raises(GoneError):
        found(settings(tmp_path), leave)
    assert hub.downloads[-1] == "model.bin"
    assert list(tmp_path.rglob("*.incomplete")) == []
    assert [path.name for path in tmp_path.rglob("*") if path.name in ("model.bin", SUMS["model.bin"])] == []


def test_a_download_needs_room_on_the_disk(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_disk", lambda _: len(FILES["model.bin"]) - 1)
    with pytest.raises(NoRoomError, match=r"The download needs 0\.1 GB, but only 0\.0 GB are free"):
        found(settings(tmp_path))
    assert hub.downloads == []


def test_what_is_there_needs_no_room_on_the_disk(
    tmp_path: Path, hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(settings(tmp_path))
    monkeypatch.setattr(room, "free_disk", lambda _: 0)
    assert found(settings(tmp_path)) == FILES
    assert found(settings(tmp_path / "elsewhere", folder)) == FILES
    assert len(hub.downloads) == 2


def test_what_a_killed_process_left_is_removed(tmp_path: Path, hub: Hub) -> None:
    blobs = tmp_path / "data" / "hub" / "models--other--one" / "blobs"
    blobs.mkdir(parents=True)
    left, under_way = blobs / "a.1.incomplete", blobs / "a.2.incomplete"
    for file in (left, under_way):
        file.write_bytes(b"part")
    os.utime(left, (time.time() - 4000,) * 2)
    found(settings(tmp_path))
    assert (left.exists(), under_way.exists()) == (False, True)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_changes_after_hashing_is_noticed(folder: Path, name: str) -> None:
    path = folder / MODEL.name / name
    file = VerifiedFile([path], SUMS[name])
    file.check_unchanged()
    was = path.stat()
    path.write_bytes(FILES[name][::-1])
    # Of the same length, and with its time of modification set back.
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    with pytest.raises(WeightsError, match="changed while it was loaded"):
        file.check_unchanged()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_an_unreachable_hub_is_reported_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = unused_port()
    point_to(monkeypatch, port)
    begun = time.monotonic()
    with pytest.raises(HubUnreachableError) as caught:
        found(settings(tmp_path))
    assert time.monotonic() - begun < 5
    assert caught.value.what == (
        f"config.json of toys/whisper can't be fetched from the Hugging Face hub (http://127.0.0.1:{port}): "
        "[Errno 111] Connection refused."
    )
    assert caught.value.advice == (
        "Check the network, name a mirror of the hub in HF_ENDPOINT, install requirements-weights.txt, or name a "
        "folder with the weights in PORTAL_WEIGHTS_DIR."
    )


def test_a_hub_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SECONDS_TO_ANSWER", 2)
    told: list[Progress] = []
    # It takes connections and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        point_to(monkeypatch, listener.getsockname()[1])
        begun = time.monotonic()
        with pytest.raises(HubUnreachableError, match=r"can't be fetched .*(timed out|no answer within 2 s)"):
            found(settings(tmp_path), told.append)
    assert time.monotonic() - begun < 5
    assert set(told) == {Progress("asking the Hugging Face hub …")}


def test_a_hub_without_the_file_is_reported(
    tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PINS, MODEL.name, Pin("toys/other", REVISION, SUMS))
    with pytest.raises(HubUnreachableError, match=r"config\.json of toys/other .*404") as caught:
        found(settings(tmp_path))
    assert "requirements-weights" not in caught.value.advice
    assert hub.downloads == []


def failure(server: Server, model_id: str) -> tuple[str, set[str]]:
    """The FailureReason of an endpoint for a model that can't be had, and the progress told before."""
    sagemaker = client("sagemaker", server.url)
    variant = {"VariantName": "v", "ModelName": "new"}
    sagemaker.create_model(ModelName="new", PrimaryContainer={"Environment": {"MODEL_ID": model_id}})
    sagemaker.create_endpoint_config(EndpointConfigName="new", ProductionVariants=[variant])
    arn = sagemaker.create_endpoint(EndpointName="new", EndpointConfigName="new")["EndpointArn"]
    told = set()
    while (now := sagemaker.describe_endpoint(EndpointName="new"))["EndpointStatus"] == "Creating":
        tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
        told.add(tags.get("whisper-portal:progress", ""))
        time.sleep(0.01)
    return now["FailureReason"], told


def test_the_mirror_of_hf_endpoint_is_asked(
    start_server: Callable[..., AbstractContextManager[Server]], tmp_path: Path
) -> None:
    asked: list[str] = []

    class Mirror(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as mirror:
        Thread(target=mirror.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{mirror.server_port}"
        with start_server(
            HF_ENDPOINT=url, HF_HUB_OFFLINE="0", NO_PROXY="127.0.0.1", PORTAL_DATA_DIR=str(tmp_path)
        ) as server:
            reason, _ = failure(server, "whisper-tiny")
        mirror.shutdown()
    pin = PINS["whisper-tiny"]
    assert set(asked) == {f"/{pin.repository}/resolve/{pin.revision}/config.json"}
    assert reason.startswith(
        f"config.json of Systran/faster-whisper-tiny can't be fetched from the Hugging Face hub ({url}): "
        "Client error '404 Not Found' for url"
    )


def test_plain_boto3_is_told_that_the_hub_is_unreachable(
    start_server: Callable[..., AbstractContextManager[Server]], tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{unused_port()}"
    with start_server(
        HF_ENDPOINT=url, HF_HUB_OFFLINE="0", NO_PROXY="127.0.0.1", PORTAL_DATA_DIR=str(tmp_path)
    ) as server:
        reason, _ = failure(server, "whisper-large-v3")
    assert f"can't be fetched from the Hugging Face hub ({url}): [Errno 111] Connection refused." in reason
    assert "HF_ENDPOINT" in reason


def test_every_model_of_the_catalog_has_its_weights() -> None:
    assert {model.name for model in MODELS} == PINS.keys() - {MODEL.name}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_pins_are_whole(model: WhisperModel) -> None:
    pin = PINS[model.name]
    vocabulary = "vocabulary.json" if "-v3" in model.name else "vocabulary.txt"
    assert list(pin.sums) == ["config.json", "tokenizer.json", vocabulary, "model.bin"]
    assert all(len(bytes.fromhex(digest)) == 32 for digest in pin.sums.values())
    assert len(bytes.fromhex(pin.revision)) == 20
    # Two bytes a weight; OpenAI counts some weights otherwise, by up to 5 %.
    assert model.download_bytes == pytest.approx(2e6 * model.parameters, rel=0.06)
    assert set(pin.packaged) in (set(), set(pin.sums))
