"""CTranslate2's model.bin taken apart, so that encoder and decoder can be loaded as two networks."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, Self

Half = Literal["encoder", "decoder"]
HALVES: tuple[Half, Half] = ("encoder", "decoder")

_FORMAT = 6
"""Version of the file's format, that of CTranslate2 3 and 4."""

_EMBEDDINGS = "decoder/embeddings/weight"
_FURTHER_LAYER = re.compile(r"(en|de)coder/layer_[1-9]")


class UnknownFormatError(ValueError):
    """A model.bin of another version."""


class _Variable(NamedTuple):
    name: str
    shape: tuple[int, ...]
    kind: int
    data: bytes

    def first_rows(self, count: int) -> Self:
        """So many rows of it."""
        size = len(self.data) // self.shape[0] * count
        return self._replace(shape=(count, *self.shape[1:]), data=self.data[:size])

    def is_needed_by(self, half: Half) -> bool:
        """Of the other half one layer is left, without which CTranslate2 takes the file for none of a Whisper."""
        return self.name.startswith(half) or not _FURTHER_LAYER.match(self.name)


def write_half(whole: Path, target: Path, half: Half) -> None:
    """Writes the part of `whole`, a model.bin, that the encoder or the decoder needs, as a model.bin of its own.

    Raises:
        UnknownFormatError: it is of another version than CTranslate2 3 and 4 write.
    """
    with whole.open("rb") as source, target.open("wb") as out:
        head = source.read(4)
        if head != struct.pack("<I", _FORMAT):
            raise UnknownFormatError(f"{whole} is no model.bin of version {_FORMAT}")
        out.write(head + _string(source) + source.read(4))
        place, kept = out.tell(), 0
        out.write(struct.pack("<I", 0))
        for variable in _variables(source):
            if variable.is_needed_by(half):
                # The encoder looks no word up; CTranslate2 wants the table to be there.
                small = half == "encoder" and variable.name == _EMBEDDINGS
                _write(out, variable.first_rows(1) if small else variable)
                kept += 1
        out.write(source.read())  # names for variables that stand for others
        out.seek(place)
        out.write(struct.pack("<I", kept))


def _variables(source: BinaryIO) -> Iterator[_Variable]:
    (count,) = struct.unpack("<I", source.read(4))
    for _ in range(count):
        name = _string(source)[2:].rstrip(b"\0").decode()
        (rank,) = source.read(1)
        shape = struct.unpack(f"<{rank}I", source.read(4 * rank))
        kind, size = struct.unpack("<BI", source.read(5))
        yield _Variable(name, shape, kind, source.read(size))


def _write(out: BinaryIO, variable: _Variable) -> None:
    name = variable.name.encode() + b"\0"
    out.write(struct.pack("<H", len(name)) + name)
    out.write(struct.pack(f"<B{len(variable.shape)}I", len(variable.shape), *variable.shape))
    out.write(struct.pack("<BI", variable.kind, len(variable.data)) + variable.data)


def _string(source: BinaryIO) -> bytes:
    """A string with its length before it, as it stands there."""
    length = source.read(2)
    return length + source.read(int.from_bytes(length, "little"))
