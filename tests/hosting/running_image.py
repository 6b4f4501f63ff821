"""Runs a built root as Docker runs an image with --read-only: its user, environment, volumes and command.

Namespaces of its own for mounts, processes and network: the command is process 1, and what it listens on can only be
reached from inside. Needs root.
"""

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import IO

import psutil

from tests.hosting.dockerfile import Stage

SECONDS = 90


class RunningImage:
    """The image's command, from the moment it is process 1."""

    def __init__(
        self, root: Path, stage: Stage, log: IO[bytes], settings: dict[str, str], mounted: dict[str, Path]
    ) -> None:
        self._environment = [f"{name}={value}" for name, value in (stage.environment | settings).items()]
        self._folder = stage.last("WORKDIR").value
        self._user, _, self._group = stage.last("USER").value.partition(":")
        script = "\n".join(
            [*_mounts(root, stage.volumes, mounted), "ip link set lo up", self._exec(root, stage.command)]
        )
        self._outside = subprocess.Popen(
            ["/usr/bin/unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "sh", "-euc", script],
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def inside(self, command: list[str], timeout: float = SECONDS) -> subprocess.CompletedProcess[str]:
        """Runs a command in the container, as `docker exec` does."""
        where = ["--mount", "--pid", "--net", "--root", f"--wd=/proc/{self.pid}/root{self._folder}"]
        who = ["--setuid", self._user, "--setgid", self._group]
        return subprocess.run(
            [
                "/usr/bin/nsenter",
                "--target",
                str(self.pid),
                *where,
                *who,
                "env",
                "-i",
                *self._environment,
                *command,
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )

    def beside(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Runs a command of this computer in the container's network: its visitor."""
        where = ["/usr/bin/nsenter", "--target", str(self.pid), "--net"]
        return subprocess.run(
            [*where, *command], capture_output=True, text=True, check=False, timeout=SECONDS
        )

    @cached_property
    def pid(self) -> int:
        """Process 1 of the container, as this computer numbers it."""
        outside = psutil.Process(self._outside.pid)
        self.wait_until(lambda: bool(outside.children()))
        return outside.children()[0].pid

    def wait_until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not true():
            assert self._outside.poll() is None, "the container ended"
            assert time.monotonic() < end, "it takes too long"
            time.sleep(0.5)

    def stop(self, signal_number: int) -> tuple[int, float]:
        """Sends it a signal; returns its exit code and the seconds that it took to end."""
        started = time.monotonic()
        os.kill(self.pid, signal_number)
        return self._outside.wait(SECONDS), time.monotonic() - started

    def kill(self) -> None:
        self._outside.kill()
        self._outside.wait()

    def _exec(self, root: Path, command: list[str]) -> str:
        env = ["env", "-i", f"--chdir={self._folder}", *self._environment, *command]
        return shlex.join(["exec", "chroot", f"--userspec={self._user}:{self._group}", str(root), *env])


def _mounts(root: Path, volumes: list[str], mounted: dict[str, Path]) -> list[str]:
    """Shell commands: root and `mounted` read-only, each volume empty with its owner and mode in the image."""
    commands = [f"mkdir -p {root}{place}" for place in mounted]
    commands += [f"mount --bind {root} {root}", f"mount -o remount,bind,ro {root}"]
    commands += [f"mount --bind -o ro {folder} {root}{place}" for place, folder in mounted.items()]
    for volume in volumes:
        place = root / volume.lstrip("/")
        stat = place.stat()
        options = f"uid={stat.st_uid},gid={stat.st_gid},mode={stat.st_mode & 0o7777:o}"
        commands.append(f"mount -t tmpfs -o {options} tmpfs {place}")
    return [*commands, f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
