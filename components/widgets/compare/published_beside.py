"""The published figure in words, to stand beside one's own measurement: value, source, and what differs."""

from components.whisper.models import find_model
from components.evaluation.results import published


def published_word_error_rate(model_name: str | None, dataset: str, normalizer: str) -> str | None:
    """What was published of the model, and under which conditions; None where nothing was.

    `dataset` and `normalizer` say in words what the own measurement was made with.
    """
    model = find_model(model_name) if model_name else None
    if model is None:
        return None
    figures = []
    if model.word_error_rate is not None:
        figures.append(f"{model.word_error_rate:g} %. {published.WORD_ERROR_RATE}")
    if model.leaderboard_error_rate is not None:
        figures.append(f"{model.leaderboard_error_rate:g} %. {published.LEADERBOARD_ERROR_RATE}")
    if not figures:
        return None
    here = (
        f"Here: {dataset}, {normalizer}. Where data set or normalizer differ, so does what the figure means."
    )
    return " ".join((f"Published for {model.name}:", *figures, here))
