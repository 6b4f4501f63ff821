"""Carries the Dockerfile's instructions out in Debian roots: what `docker build` does, with debootstrap and chroot.

Debian's own Python stands in for that of the image `python:3.11-slim-bookworm`, which is the same version on the same
Debian. The build steps have the network and the pip configuration of this computer; the image takes nothing of it
along.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hosting import dockerfile
from tests.hosting.dockerfile import Instruction, Stage
from tests.paths import ROOT

# What the official image has and `debootstrap --variant=minbase` has not.
_PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
_LINKS = {"usr/local/bin/python": "/usr/bin/python3", "usr/local/bin/pip": "/usr/bin/pip3"}
_SHELL = ["/bin/sh", "-c"]


def make_base(folder: Path) -> Path:
    """A fresh Debian root with Python, in the place of the image that every stage begins with."""
    root = folder / "base"
    _run(["debootstrap", "--variant=minbase", f"--include={_PACKAGES}", "bookworm", str(root)])
    for link, target in _LINKS.items():
        (root / link).symlink_to(target)
    return root


def build(folder: Path, base: Path, arguments: dict[str, str], built: dict[str, Path] | None = None) -> Path:
    """Builds the stages that are not built yet, as Docker does with layers that it has; returns the last's root."""
    roots = dict(built or {})
    for number, stage in enumerate(dockerfile.stages()):
        name = stage.name or str(number)
        if name not in roots:
            root = folder / name
            _run(["cp", "--archive", str(base), str(root)])
            _Builder(root, stage, roots, arguments).build()
            roots[name] = root
    return roots[name]


class _Builder:
    def __init__(self, root: Path, stage: Stage, built: dict[str, Path], arguments: dict[str, str]) -> None:
        self._root = root
        self._stage = stage
        self._built = built
        self._arguments = arguments
        self._environment = Stage("", None, ()).environment
        self._folder = "/"

    def build(self) -> None:
        for instruction in self._stage.instructions:
            print(f"  {instruction.name} {' '.join(instruction.value.split())}"[:150], flush=True)  # noqa: T201
            step = getattr(self, f"_{instruction.name.lower()}")
            step(instruction)

    def _arg(self, instruction: Instruction) -> None:
        values = instruction.values(self._environment)
        self._environment |= {name: self._arguments.get(name, value) for name, value in values.items()}

    def _env(self, instruction: Instruction) -> None:
        self._environment |= instruction.values(self._environment)

    def _workdir(self, instruction: Instruction) -> None:
        self._folder = instruction.value
        self._inside(self._folder).mkdir(parents=True, exist_ok=True)

    def _copy(self, instruction: Instruction) -> None:
        *sources, target = instruction.words
        origin = self._built.get(instruction.options.get("from", ""))
        for source in sources:
            if origin:
                _run(["cp", "--archive", f"{origin}/{source.lstrip('/')}", str(self._inside(target))])
            else:
                self._copy_from_context(source, target)

    def _copy_from_context(self, source: str, target: str) -> None:
        for path in dockerfile.context():
            if path == source or path.startswith(f"{source}/"):
                # A folder's contents go into the target; a file goes into a target that ends in a slash.
                name = path[len(source) :].lstrip("/") or (Path(path).name if target.endswith("/") else "")
                file = self._inside(target) / name if name else self._inside(target)
                file.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, file)

    def _run(self, instruction: Instruction) -> None:
        with _as_on_this_computer(self._root):
            environment = self._environment | {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
            command = f"cd {self._folder} && {instruction.value}"
            _run(["chroot", str(self._root), *_SHELL, command], environment)

    def _described(self, instruction: Instruction) -> None:
        """Changes no file: the proof reads it again when it starts the image."""

    _user = _volume = _expose = _healthcheck = _cmd = _described

    def _inside(self, path: str) -> Path:
        return self._root / Path(self._folder, path).relative_to("/")


@contextmanager
def _as_on_this_computer(root: Path) -> Iterator[None]:
    """Lends the root this computer's name resolution and pip configuration for one build step."""
    lent = ["/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt", "/etc/pip.conf"]
    kept: dict[Path, bytes | None] = {}
    for path in filter(os.path.exists, lent):
        inside = root / path.lstrip("/")
        kept[inside] = inside.read_bytes() if inside.exists() else None
        inside.write_bytes(Path(path).read_bytes())
    try:
        yield
    finally:
        for inside, content in kept.items():
            if content is None:
                inside.unlink()
            else:
                inside.write_bytes(content)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=environment)
