"""The sample clips are sound, and JumpStart's are asked for under the right address."""

from io import BytesIO

import av
import boto3
import numpy as np
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from components.audio.samples import (
    CLIP_FOLDER,
    JUMPSTART_SAMPLES,
    SAMPLES,
    Sample,
    fetch,
    read,
)
from components.whisper.languages import LANGUAGE_CODES

RATE = 16_000

every_bundled = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
every_jumpstart = pytest.mark.parametrize("sample", JUMPSTART_SAMPLES, ids=lambda sample: sample.id)
every_sample = pytest.mark.parametrize("sample", SAMPLES + JUMPSTART_SAMPLES, ids=lambda sample: sample.id)


def amplitudes(sample: Sample) -> np.ndarray:
    """Samples from -1 to 1."""
    with av.open(BytesIO(read(sample)), "r") as file:
        frames = [frame.to_ndarray().ravel() for frame in file.decode(audio=0)]
    return np.concatenate(frames).astype(np.float64) / 2**15


def rms(signal: np.ndarray) -> float:
    return float(np.sqrt(np.mean(signal**2)))


@every_bundled
def test_is_flac_at_16_khz_mono_16_bits(sample: Sample) -> None:
    with av.open(BytesIO(read(sample)), "r") as file:
        (stream,) = file.streams.audio
        assert stream.codec_context.name == "flac"
        assert (stream.rate, stream.channels, stream.format.name) == (RATE, 1, "s16")


@every_bundled
def test_is_small_and_fits_into_one_window_of_whisper(sample: Sample) -> None:
    assert len(read(sample)) < 400_000
    assert 8 < len(amplitudes(sample)) / RATE < 20


@every_bundled
def test_is_loud_enough_and_never_clips(sample: Sample) -> None:
    signal = amplitudes(sample)
    peak_db = 20 * np.log10(np.abs(signal).max())
    assert peak_db == pytest.approx(-3, abs=0.1)
    assert 20 * np.log10(rms(signal)) > -26


@every_bundled
def test_speech_stands_between_two_stretches_of_silence(sample: Sample) -> None:
    signal = amplitudes(sample)
    edge = round(0.29 * RATE)
    assert np.abs(signal[:edge]).max() < 0.001
    assert np.abs(signal[-edge:]).max() < 0.001
    assert rms(signal[edge : 3 * edge]) > 0.01
    assert rms(signal[-3 * edge : -edge]) > 0.01


@every_bundled
def test_is_spoken_at_a_human_pace(sample: Sample) -> None:
    assert sample.text is not None
    assert 2 < len(sample.text.split()) / (len(amplitudes(sample)) / RATE) < 4


def test_every_clip_in_the_folder_is_offered_once() -> None:
    assert sorted(path.name for path in CLIP_FOLDER.glob("*.flac")) == sorted(s.path for s in SAMPLES)


def test_ids_are_unique() -> None:
    ids = [sample.id for sample in SAMPLES + JUMPSTART_SAMPLES]
    assert len(set(ids)) == len(ids)


@every_sample
def test_tells_what_a_listener_needs(sample: Sample) -> None:
    assert sample.title
    assert sample.licence
    assert sample.language in LANGUAGE_CODES
    assert sample.text or sample.translation
    assert (sample.translation is None) == (sample.language == "english")


@every_jumpstart
def test_fetch_reads_from_the_bucket_of_the_region(sample: Sample) -> None:
    client = boto3.client("s3", region_name="eu-west-1", config=Config(signature_version=UNSIGNED))
    content = b"RIFF, and what follows"
    with Stubber(client) as stub:
        stub.add_response(
            "get_object",
            {"Body": StreamingBody(BytesIO(content), len(content))},
            {"Bucket": "jumpstart-cache-prod-eu-west-1", "Key": sample.path},
        )
        assert fetch(sample, client, "eu-west-1") == content


def test_fetch_passes_on_what_aws_refuses() -> None:
    client = boto3.client("s3", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(ClientError, match="AccessDenied"):
            fetch(JUMPSTART_SAMPLES[0], client, "us-east-1")
