"""The Whisper models that the portal knows: names, sizes, what each can do, what was published of them.

Sources of the published figures: `word_error_rate` and `latency` are the table of the AWS Machine Learning Blog,
"Whisper models for automatic speech recognition now available in Amazon SageMaker JumpStart" (2023); its word error
rates are those of OpenAI's model cards (that of whisper-base says 5.01 by now). `leaderboard_error_rate` is the Open
ASR Leaderboard's, whose text normalizer is another, so that the two are not to be compared.
"""

from dataclasses import dataclass

JUMPSTART_PREFIX = "huggingface-asr-"
MAX_TOKENS = 448
"""Length of the decoder's context: prompt and output together (Whisper paper, section 2.2; `n_text_ctx`)."""


@dataclass(frozen=True)
class WhisperModel:
    """One checkpoint of OpenAI's Whisper.

    `parameters` is the number of weights in millions, as OpenAI's model card gives it, and `languages` how many
    languages it was trained on. `download_bytes` is the size of its weights as this computer runs them (`model.bin`
    of the conversion to CTranslate2, 16-bit floating point). The error rates are percentages on LibriSpeech
    test-clean; `latency` is the mean in seconds over 100 requests, one at a time, on ml.g5.2xlarge. None where nothing
    was published.
    """

    name: str
    parameters: int
    download_bytes: int
    word_error_rate: float | None = None
    latency: float | None = None
    leaderboard_error_rate: float | None = None
    languages: int = 99
    translates: bool = True
    in_jumpstart: bool = True

    @property
    def multilingual(self) -> bool:
        """Whether it knows more than English; such a checkpoint has tokens for language and task."""
        return self.languages > 1

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


def _english_only(name: str, parameters: int, download_bytes: int) -> WhisperModel:
    return WhisperModel(name, parameters, download_bytes, languages=1, translates=False, in_jumpstart=False)


MODELS: tuple[WhisperModel, ...] = (
    WhisperModel("whisper-tiny", 39, 75_538_270, 7.54, 0.43),
    _english_only("whisper-tiny.en", 39, 75_537_502),
    WhisperModel("whisper-base", 74, 145_217_532, 5.08, 0.49),
    _english_only("whisper-base.en", 74, 145_216_508),
    WhisperModel("whisper-small", 244, 483_546_902, 3.43, 0.84),
    _english_only("whisper-small.en", 244, 483_545_366),
    WhisperModel("whisper-medium", 769, 1_527_906_378, 2.9, 1.5),
    _english_only("whisper-medium.en", 769, 1_527_904_330),
    WhisperModel("whisper-large", 1550, 3_086_912_962, 3.0, 1.96, 2.73),
    WhisperModel("whisper-large-v2", 1550, 3_086_912_962, 3.0, 1.98, 2.83),
    WhisperModel("whisper-large-v3", 1550, 3_087_284_237, leaderboard_error_rate=2.01, languages=100),
    WhisperModel(
        "whisper-large-v3-turbo",
        809,
        1_617_884_929,
        leaderboard_error_rate=2.10,
        languages=100,
        translates=False,
    ),
)
"""In the order in which they are offered."""


def find_model(identifier: str) -> WhisperModel | None:
    """The model of that name or JumpStart id (`whisper-base`, `huggingface-asr-whisper-base`), or None."""
    name = identifier.removeprefix(JUMPSTART_PREFIX)
    return next((model for model in MODELS if model.name == name), None)


def endpoint_name(name: str) -> str:
    """The usual name of a model's endpoint: SageMaker allows no dot. An endpoint's own name stays as it is."""
    return name.replace(".", "-")
