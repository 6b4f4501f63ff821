"""Builds the image in fresh Debian roots and uses it: the proof of the Dockerfile where there is no Docker engine.

`python -m tests.hosting.prove_image`, as root, with debootstrap installed; 10 GB of disk and some minutes. It is not
among the tests, for these minutes. `--folder` keeps what was built, and uses again what is there.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from components.local_endpoint.weight_pins import PINS
from tests.hosting import dockerfile
from tests.hosting.debian_root import build, make_base
from tests.hosting.running_image import RunningImage

IMAGE = dockerfile.stages()[-1]
URL = f"http://127.0.0.1:{IMAGE.environment['STREAMLIT_SERVER_PORT']}"
SECONDS_TO_STOP = 10
VISIT = [sys.executable, "-m", "tests.hosting.visit", URL]
WRITES = "touch {path} 2>/dev/null && rm {path}"


def main() -> None:
    """Builds, runs and stops it; ends with an AssertionError at the first step that fails."""
    parser = argparse.ArgumentParser("python -m tests.hosting.prove_image", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="where to build; without it, a folder that goes at the end"
    )
    folder = parser.parse_args().folder
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        prove(folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        prove(Path(temporary))


def prove(folder: Path) -> None:
    base = folder / "base"
    if not base.exists():
        tell("A fresh Debian root with Python, in the place of the base image")
        make_base(folder)
    last = str(len(dockerfile.stages()) - 1)
    inside = folder / last
    if not inside.exists():
        tell("The Dockerfile's instructions")
        assert build(folder, base, {}) == inside
    tell(f"Built: {size(inside):.0f} MB. Run read-only:")
    run(inside, folder / "log", {}, {})
    without = folder / "without"
    if not (without / last).exists():
        without.mkdir()
        tell("The same with WEIGHTS=0")
        build(without, base, {"WEIGHTS": "0"}, {"packages": folder / "packages"})
    tell(f"Built: {size(without / last):.0f} MB. Run read-only, with a folder of weights mounted:")
    weights = lay_out_weights(inside / "opt" / "weights", folder / "mounted")
    run(without / last, folder / "log", {"PORTAL_WEIGHTS_DIR": "/weights"}, {"/weights": weights})


def size(root: Path) -> float:
    """In MB."""
    return sum(file.lstat().st_size for file in root.rglob("*")) / 1e6


def lay_out_weights(packages: Path, folder: Path) -> Path:
    """whisper-base in a folder of its own, as somebody has it who mounts weights."""
    model = folder / "whisper-base"
    model.mkdir(parents=True, exist_ok=True)
    for name, parts in PINS["whisper-base"].packaged.items():
        (model / name).write_bytes(
            b"".join((packages / package / path).read_bytes() for package, path in parts)
        )
    return folder


def run(root: Path, log: Path, settings: dict[str, str], mounted: dict[str, Path]) -> None:
    """Starts the image with its root read-only, uses it, and stops it as Docker does."""
    with log.open("wb") as output:
        container = RunningImage(
            root, IMAGE, output, {"AWS_EC2_METADATA_DISABLED": "true"} | settings, mounted
        )
        try:
            use(container)
            code, seconds = container.stop(signal.SIGTERM)
        finally:
            container.kill()
    written = log.read_text()
    assert code in {0, 128 + signal.SIGTERM}, code
    assert seconds < SECONDS_TO_STOP
    # The endpoint's last line: it came to its own end, before that of its namespace.
    assert '"message": "stopped"' in written
    tell(f"  SIGTERM: exit code {code} after {seconds:.1f} s, the embedded endpoint too")
    assert "Traceback" not in written, written
    assert "Read-only file system" not in written, written


def use(container: RunningImage) -> None:
    container.wait_until(lambda: container.inside(IMAGE.health_check).returncode == 0)
    tell(f"  Healthy, by {' '.join(IMAGE.health_check)}")
    check(container, ["id", "-u"], lambda said: said.strip() not in {"", "0"})
    for path in ("/app/x", "/opt/venv/x", "/home/portal/x", "/etc/x"):
        assert container.inside(["sh", "-c", WRITES.format(path=path)]).returncode != 0, path
    for path in ("/data/x", "/tmp/x"):  # noqa: S108 - the container's
        assert container.inside(["sh", "-c", WRITES.format(path=path)]).returncode == 0, path
    tell("  Only /data and /tmp can be written to")
    visit = container.beside(VISIT)
    assert visit.returncode == 0, visit.stderr
    tell(f"  Pages were opened; whisper-base heard: {visit.stdout.strip()}")
    check(container, ["python", "-m", "components.cli", "expire", "--help"], lambda said: "--region" in said)
    check(container, ["python", "-c", "import sagemaker.jumpstart.model"], lambda _: True)
    check(container, ["find", *IMAGE.volumes, "-mindepth", "1"], lambda _: True)


def check(container: RunningImage, command: list[str], is_right: Callable[[str], bool]) -> None:
    """Runs a command in the container, which must succeed and say the right thing."""
    done = container.inside(command)
    assert done.returncode == 0, done.stderr
    assert is_right(done.stdout), done.stdout
    tell(f"  {' '.join(command)}: {done.stdout.strip().partition(chr(10))[0] or 'done'}")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
