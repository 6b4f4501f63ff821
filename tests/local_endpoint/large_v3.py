"""A checkpoint of large-v3's form that can be had without its three gigabytes: whisper-base, made over.

It hears through 128 mel bands instead of 80 and knows the token of Cantonese, with all later ones moved by one; its
vocabulary is large-v3's own, byte for byte. As the bands of both span the same frequencies, whisper-base's first
convolution is carried over to the finer ones by interpolation, and it goes on to understand speech.
"""

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

Variables = dict[str, np.ndarray]

CANTONESE = "<|yue|>"
TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
"""CTranslate2's types of numbers, in the order of their ids in model.bin."""


def write(folder: Path, base: dict[str, bytes]) -> None:
    """Writes the checkpoint into a folder, made from the files of whisper-base."""
    words = base["vocabulary.txt"].decode().removesuffix("\n").split("\n")
    place = words.index("<|su|>") + 1
    (folder / "vocabulary.json").write_bytes(_vocabulary(words, place))
    (folder / "config.json").write_text(json.dumps(_config(json.loads(base["config.json"]), place)))
    (folder / "tokenizer.json").write_text(json.dumps(_tokenizer(json.loads(base["tokenizer.json"]), place)))
    (folder / "model.bin").write_bytes(_model(base["model.bin"], place))


def _vocabulary(words: list[str], place: int) -> bytes:
    renamed = ["<|nospeech|>" if word == "<|nocaptions|>" else word for word in words]
    return json.dumps([*renamed[:place], CANTONESE, *renamed[place:]], indent=2).encode()


def _moved(token: int, place: int) -> int:
    return token + (token >= place)


def _config(config: dict[str, Any], place: int) -> dict[str, Any]:
    suppressed = [_moved(token, place) for token in config["suppress_ids"]]
    return config | {"suppress_ids": suppressed, "lang_ids": [*config["lang_ids"], place]}


def _tokenizer(tokenizer: dict[str, Any], place: int) -> dict[str, Any]:
    added = [token | {"id": _moved(token["id"], place)} for token in tokenizer["added_tokens"]]
    added.append(added[0] | {"id": place, "content": CANTONESE})
    return tokenizer | {"added_tokens": sorted(added, key=lambda token: token["id"])}


def _model(data: bytes, place: int) -> bytes:
    head, variables, aliases = read(data)
    embeddings = variables["decoder/embeddings/weight"]
    chinese = embeddings[place - 98]
    variables["decoder/embeddings/weight"] = np.insert(embeddings, place, chinese, axis=0)
    convolution = variables["encoder/conv1/weight"].astype(np.float32)
    finer = np.einsum("obk,bf->ofk", convolution, _interpolation(80, 128))
    variables["encoder/conv1/weight"] = finer.astype(np.float16)
    return written(head, variables) + aliases


def _interpolation(coarse: int, fine: int) -> np.ndarray:
    """Of shape [coarse, fine]: what each coarse band takes from the fine ones at its frequencies."""
    coarse_filters, fine_filters = (
        FeatureExtractor(feature_size=bands).mel_filters.astype(np.float64) for bands in (coarse, fine)
    )
    overlap = coarse_filters @ fine_filters.T
    return (overlap / overlap.sum(axis=1, keepdims=True)).astype(np.float32)


def read(data: bytes) -> tuple[bytes, Variables, bytes]:
    """What stands before the variables of a model.bin, they themselves, and what stands behind them: aliases."""
    file = io.BytesIO(data)

    def number(form: str) -> int:
        return struct.unpack(form, file.read(struct.calcsize(form)))[0]

    def text() -> str:
        return file.read(number("H"))[:-1].decode()

    start = file.tell()
    number("I")  # version of the format
    text()  # kind of model
    number("I")  # its revision
    end = file.tell()
    file.seek(start)
    head = file.read(end - start)
    variables = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind = TYPES[number("B")]
        variables[name] = np.frombuffer(file.read(number("I")), kind).reshape(shape)
    return head, variables, file.read()


def written(head: bytes, variables: Variables) -> bytes:
    """The same as bytes, without the aliases."""
    parts = [head, struct.pack("I", len(variables))]
    for name, values in variables.items():
        parts += [
            struct.pack("H", len(name) + 1) + name.encode() + b"\0",
            struct.pack("B", values.ndim),
            b"".join(struct.pack("I", length) for length in values.shape),
            struct.pack("B", TYPES.index(values.dtype.type)),
            struct.pack("I", values.nbytes),
            values.tobytes(),
        ]
    return b"".join(parts)
