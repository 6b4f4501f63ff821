"""Builds the image in fresh Debian roots and uses it: the proof of the Dockerfile where there is no Docker engine.

`python -m tests.hosting.prove_image`, as root, with debootstrap installed; 6 GB of disk and some minutes. It is not
among the tests, for these minutes. `--folder` keeps what was built, and uses again what is there.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

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
    root = folder / str(len(dockerfile.stages()) - 1)
    if not root.exists():
        base = folder / "base"
        tell("A fresh Debian root with Python stands in for the base image")
        make_base(folder) if not base.exists() else base
        tell("The Dockerfile's instructions")
        assert build(folder, base, {}) == root
    size = sum(file.lstat().st_size for file in root.rglob("*"))
    tell(f"Built: {size / 1e6:.0f} MB")
    log = folder / "log"
    with log.open("wb") as output:
        container = RunningImage(root, IMAGE, output, {"AWS_EC2_METADATA_DISABLED": "true"})
        try:
            use(container)
            code, seconds = container.stop(signal.SIGTERM)
        finally:
            container.kill()
    written = log.read_text()
    assert code in {0, 128 + signal.SIGTERM}, code
    assert seconds < SECONDS_TO_STOP
    # The endpoint's last line: it came to its own end, before that of its namespace.
    assert "stopped\n" in written
    tell(f"SIGTERM: exit code {code} after {seconds:.1f} s, the embedded endpoint too")
    assert "Traceback" not in written, written
    assert "Read-only file system" not in written, written
    tell("Nothing failed by the root being read-only. Its log:")
    tell(written)


def use(container: RunningImage) -> None:
    container.wait_until(lambda: container.inside(IMAGE.health_check).returncode == 0)
    tell(f"Healthy, by {' '.join(IMAGE.health_check)}")
    check(container, ["id", "-u"], lambda said: said.strip() not in {"", "0"})
    for path in ("/app/x", "/opt/venv/x", "/home/portal/x", "/etc/x"):
        assert container.inside(["sh", "-c", WRITES.format(path=path)]).returncode != 0, path
    for path in ("/data/x", "/tmp/x"):  # noqa: S108 - the container's
        assert container.inside(["sh", "-c", WRITES.format(path=path)]).returncode == 0, path
    tell("Only /data and /tmp can be written to")
    visit = container.beside(VISIT)
    assert visit.returncode == 0, visit.stderr
    tell(f"A page was opened; whisper-base, from the weights inside, heard: {visit.stdout.strip()}")
    check(
        container, ["python", "-m", "components.deployment.expire", "--help"], lambda said: "--region" in said
    )
    check(container, ["python", "-c", "import sagemaker.jumpstart.model"], lambda _: True)
    check(container, ["find", *IMAGE.volumes, "-mindepth", "1"], lambda _: True)


def check(container: RunningImage, command: list[str], is_right: Callable[[str], bool]) -> None:
    """Runs a command in the container, which must succeed and say the right thing."""
    done = container.inside(command)
    assert done.returncode == 0, done.stderr
    assert is_right(done.stdout), done.stdout
    tell(f"{' '.join(command)}: {done.stdout.strip()[:300] or 'done'}")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
