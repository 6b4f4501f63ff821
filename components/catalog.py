"""The Whisper models that the portal knows: names, sizes, what each can do."""

from dataclasses import dataclass

JUMPSTART_PREFIX = "huggingface-asr-"
MAX_TOKENS = 448
"""Length of the decoder's context: prompt and output together (Whisper paper, section 2.2; `n_text_ctx`)."""


@dataclass(frozen=True)
class WhisperModel:
    """One checkpoint of OpenAI's Whisper.

    `parameters` is the number of weights in millions, as OpenAI's model card gives it.
    """

    name: str
    parameters: int
    multilingual: bool = True
    translates: bool = True
    in_jumpstart: bool = True

    @property
    def jumpstart_id(self) -> str | None:
        """The model id in SageMaker JumpStart, or None where JumpStart has no such model."""
        return JUMPSTART_PREFIX + self.name if self.in_jumpstart else None

    @property
    def prompt_tokens(self) -> int:
        """How many of the decoder's tokens the prompt takes.

        Multilingual: start, language, task, no-timestamps. English-only: start, no-timestamps.
        """
        return 4 if self.multilingual else 2


MODELS: tuple[WhisperModel, ...] = (
    WhisperModel("whisper-tiny", 39),
    WhisperModel("whisper-tiny.en", 39, multilingual=False, translates=False, in_jumpstart=False),
    WhisperModel("whisper-base", 74),
    WhisperModel("whisper-small", 244),
    WhisperModel("whisper-medium", 769),
    WhisperModel("whisper-large", 1550),
    WhisperModel("whisper-large-v2", 1550),
    WhisperModel("whisper-large-v3", 1550),
    WhisperModel("whisper-large-v3-turbo", 809, translates=False),
)


def find_model(identifier: str) -> WhisperModel | None:
    """The model of that name or JumpStart id (`whisper-base`, `huggingface-asr-whisper-base`), or None."""
    name = identifier.removeprefix(JUMPSTART_PREFIX)
    return next((model for model in MODELS if model.name == name), None)
