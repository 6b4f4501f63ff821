"""Sample clips: two that come with the portal, two that AWS keeps in JumpStart's public bucket."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CLIP_FOLDER = Path(__file__).parent / "sample_clips"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What a listener should know of a clip; length and format are read from the audio itself.

    `path` is the name of a bundled clip in `sample_clips/`, whose README tells how it was made, and the key of
    JumpStart's in the bucket `jumpstart-cache-prod-<region>`.
    """

    id: str
    title: str
    language: str  # English name in lower case, as the `language` parameter takes it
    text: str | None  # the words spoken; None where nobody has published them
    translation: str | None = None  # the same in English; None for a clip in English
    licence: str  # one line: who made the clip, and its terms
    path: str


EXCITING_TIMES = (
    "We are living in very exciting times with machine learning. The speed of ML model development will "
    "really actually increase. But you won't get to that end state that we want in the next coming years, "
    "unless we actually make these models more accessible to everybody."
)
"""What JumpStart's English clip says, as "Whisper models for automatic speech recognition now available in Amazon
SageMaker JumpStart" (2023) prints it, translated back from a German copy: single words of the clip may differ."""
_FROM_AWS = "Amazon SageMaker JumpStart; fetched from AWS, not part of the portal."

SAMPLES = (
    Sample(
        id="english",
        title="Exciting times",
        language="english",
        text=EXCITING_TIMES,
        licence="Synthetic speech (Piper, voice en_US-joe-medium), CC0 1.0; words from an AWS blog post.",
        path="english.flac",
    ),
    Sample(
        id="spanish",
        title="Customers' calls",
        language="spanish",
        text="Escuchamos las llamadas de nuestros clientes para mejorar nuestro servicio. "
        "Este portal nos ayuda a comparar los modelos y a elegir el más rápido.",
        translation="We listen to the calls of our customers to improve our service. "
        "This portal helps us to compare the models and choose the fastest.",
        licence="Synthetic speech (Kokoro-82M, voice jf_alpha), CC0 1.0.",
        path="spanish.flac",
    ),
)

JUMPSTART_SAMPLES = (
    Sample(
        id="jumpstart-english",
        title="JumpStart's English clip",
        language="english",
        text=EXCITING_TIMES,
        licence=_FROM_AWS,
        path="training-datasets/asr_notebook_data/sample1.wav",
    ),
    Sample(
        id="jumpstart-french",
        title="JumpStart's French clip",
        language="french",
        text=None,
        translation="Welcome to JPBSystem. We have more than 150 employees and 90% of sales. "
        "We have developed about 15 patents.",
        licence=_FROM_AWS,
        path="training-datasets/asr_notebook_data/sample_french1.wav",
    ),
)


def read(sample: Sample) -> bytes:
    """The FLAC file of one of SAMPLES: 16 kHz, mono, 16 bits."""
    return (CLIP_FOLDER / sample.path).read_bytes()


def fetch(sample: Sample, s3_client: "S3Client", region: str) -> bytes:
    """The WAV file of one of JUMPSTART_SAMPLES, from the bucket in `region`; botocore's errors pass through."""
    return s3_client.get_object(Bucket=f"jumpstart-cache-prod-{region}", Key=sample.path)["Body"].read()
