"""What others published of the Whisper models: figures, how each transcribed a sample clip, and under which conditions.

The figures themselves stand in the catalog.
"""

from components.audio.samples import EXCITING_TIMES
from components.whisper.models import MODELS

BLOG = (
    'the AWS Machine Learning Blog, "Whisper models for automatic speech recognition now available in Amazon '
    'SageMaker JumpStart" (2023)'
)
LEADERBOARD = "the Open ASR Leaderboard"

WORD_ERROR_RATE = (
    f"Word error rate on LibriSpeech test-clean. Source: {BLOG}, which took it from the model cards; that of "
    "whisper-base says 5.01 by now."
)
LEADERBOARD_ERROR_RATE = (
    f"Word error rate on LibriSpeech test-clean. Source: {LEADERBOARD}, whose text normalizer is another one: compare "
    "within this column only."
)
LATENCY = f"Mean of 100 requests, one at a time, on ml.g5.2xlarge. Source: {BLOG}."
SIZE = "Number of parameters, in millions. Source: OpenAI's model cards."
LANGUAGES = "How many languages it was trained on. Source: OpenAI's model cards."

PUBLISHED = tuple(m for m in MODELS if m.word_error_rate is not None or m.leaderboard_error_rate is not None)
"""The models of which there are published error rates."""

REFERENCE_MODEL = "whisper-large-v2"
"""The model whose text the others' are compared with."""

_AS_BASE = EXCITING_TIMES.replace("that we want", "that we won")
TEXTS = {
    "whisper-tiny": _AS_BASE.replace("machine learning", "machine lighting"),
    "whisper-base": _AS_BASE,
    "whisper-small": EXCITING_TIMES,
    "whisper-medium": EXCITING_TIMES,
    "whisper-large": EXCITING_TIMES,
    REFERENCE_MODEL: EXCITING_TIMES,
}
"""How each model transcribed the blog's sample clip."""

TEXTS_SOURCE = (
    f"The clip is JumpStart's sample1.wav. Source: {BLOG}. The texts are translated back from a German copy of it, so "
    "that single words may differ from what the models wrote."
)
