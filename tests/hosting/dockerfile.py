"""The Dockerfile as data, so that tests and the proof execute what it says instead of a copy of it."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Template

from docker.utils.build import exclude_paths
from dockerfile_parse import DockerfileParser

from tests.paths import ROOT


@dataclass(frozen=True)
class Instruction:
    name: str
    value: str

    @property
    def options(self) -> dict[str, str]:
        """Such as `from` of `COPY --from=weights a b`."""
        leading = [word[2:] for word in self.value.split() if word.startswith("--")]
        return dict(option.split("=", 1) for option in leading)

    @property
    def words(self) -> list[str]:
        """What follows the options."""
        return [word for word in self.value.split() if not word.startswith("--")]

    def values(self, known: Mapping[str, str]) -> dict[str, str]:
        """What an ENV or ARG sets; `known` is what it may refer to."""
        pairs = (word.partition("=") for word in shlex.split(self.value))
        return {name: Template(value).substitute(known) for name, _, value in pairs}


@dataclass(frozen=True)
class Stage:
    base: str
    name: str | None
    instructions: tuple[Instruction, ...]

    def all(self, name: str) -> list[Instruction]:
        return [instruction for instruction in self.instructions if instruction.name == name]

    def last(self, name: str) -> Instruction:
        """The one that counts, of instructions of which only the last does."""
        return self.all(name)[-1]

    @property
    def environment(self) -> dict[str, str]:
        """All that ENV sets, on a base with this PATH."""
        known = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        for instruction in self.all("ENV"):
            known |= instruction.values(known)
        return known

    @property
    def command(self) -> list[str]:
        return exec_form(self.last("CMD").value)

    @property
    def health_check(self) -> list[str]:
        return exec_form(self.last("HEALTHCHECK").value.partition("CMD ")[2])

    @property
    def volumes(self) -> list[str]:
        return [path for instruction in self.all("VOLUME") for path in exec_form(instruction.value)]


def exec_form(value: str) -> list[str]:
    """The words of a command that no shell stands before: a shell would not pass signals on."""
    words = json.loads(value)
    assert isinstance(words, list)
    return words


def stages() -> list[Stage]:
    """All stages; the last is the image."""
    found: list[Stage] = []
    structure = DockerfileParser(str(ROOT / "Dockerfile")).structure
    every = [Instruction(line["instruction"], line["value"]) for line in structure]
    lines = [line for line in every if line.name != "COMMENT"]
    starts = [number for number, line in enumerate(lines) if line.name == "FROM"]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        base, *named = lines[start].words
        found.append(Stage(base, named[1] if named else None, tuple(lines[start + 1 : end])))
    return found


def context() -> Iterator[str]:
    """The files, relative to the project, that .dockerignore lets into the build."""
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    return (path for path in exclude_paths(str(ROOT), patterns) if (ROOT / path).is_file())
