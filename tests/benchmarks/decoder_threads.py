"""How long a token takes with one processor thread and with several, by the size of the model.

    python -m tests.benchmarks.decoder_threads [--threads 1 2] [--tokens 24]

Networks of the shapes of whisper-base to -large, with whisper-base's weights repeated to fill them: what they decode
means nothing, but takes as long. Of medium and large a part of the layers; `whole` is worked out from that.
"""

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import ctranslate2
import numpy as np

from components.core.settings import Settings
from components.local_endpoint.weights import Weights, find_weights, place
from components.whisper.models import find_model
from tests.local_endpoint.large_v3 import Variables, read, written

SHAPES = {"base": (512, 6, 6), "small": (768, 12, 12), "medium": (1024, 8, 24), "large": (1280, 8, 32)}
"""Width, layers that are measured, and layers of the model."""
PROMPT = [50258, 50259, 50359, 50363]
END = 50257
ROUNDS = 5


def grown(variables: Variables, width: int, layers: int) -> Iterator[tuple[str, np.ndarray]]:
    """The variables of a network of that shape."""
    lengths = {512 * times: width * times for times in (1, 2, 3, 4)}
    for name, values in variables.items():
        shape = [lengths.get(int(length), int(length)) for length in values.shape]
        value = (
            np.full((), width // 64, values.dtype) if name.endswith("num_heads") else np.resize(values, shape)
        )
        if "/layer_0/" in name:
            yield from ((name.replace("layer_0", f"layer_{layer}"), value) for layer in range(layers))
        elif not re.search("/layer_[1-9]", name):
            yield name, value


def write(weights: Weights, folder: Path, width: int, layers: int) -> None:
    """Writes such a network into a folder."""
    for name, parts in weights.items():
        place(parts, folder / name)
    head, variables, aliases = read((folder / "model.bin").read_bytes())
    # CTranslate2 writes them in this order.
    (folder / "model.bin").write_bytes(written(head, dict(sorted(grown(variables, width, layers)))) + aliases)


def milliseconds(network: ctranslate2.models.Whisper, width: int, beams: int, tokens: int) -> float:
    """For a token: what twice as many tokens take longer."""
    encoded = ctranslate2.StorageView.from_array(np.zeros((1, 1500, width), np.float32))

    def took(count: int) -> float:
        began = time.perf_counter()
        network.generate(encoded, [PROMPT], beam_size=beams, max_length=2 * count, suppress_tokens=[-1, END])
        return time.perf_counter() - began

    took(tokens)
    differences = [took(2 * tokens) - took(tokens) for _ in range(ROUNDS)]
    return 1000 * statistics.median(differences) / tokens


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--tokens", type=int, default=24)
    given = parser.parse_args()
    base = find_model("whisper-base")
    assert base
    weights = find_weights(base, Settings(), lambda _: None)
    print("model   threads  beams  ms a token   whole")  # noqa: T201
    for name, (width, layers, all_layers) in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            write(weights, Path(folder), width, layers)
            for threads in given.threads:
                network = ctranslate2.models.Whisper(folder, compute_type="int8", intra_threads=threads)
                for beams in (1, 5):
                    took = milliseconds(network, width, beams, given.tokens)
                    whole = took * all_layers / layers
                    print(f"{name:7} {threads:7}  {beams:5}  {took:10.1f}  {whole:6.1f}")  # noqa: T201


if __name__ == "__main__":
    main()
