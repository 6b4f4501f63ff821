from collections import Counter

import numpy as np
import pytest

from components.local_endpoint.decoding_options import Options
from components.local_endpoint.decoding_strategies import inside_nucleus, log_probability, nucleus

PROBABILITIES = np.array([0.05, 0.40, 0.10, 0.30, 0.15])
LOGITS = np.log(PROBABILITIES).astype(np.float32) + np.float32(3.0)
DRAWS = 20_000


def options(**values: float) -> Options:
    return Options({"do_sample": True, **values}, prompt_tokens=4)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"top_p": 0.0}, [1]),
        ({"top_p": 0.39}, [1]),
        ({"top_p": 0.41}, [1, 3]),
        ({"top_p": 0.69}, [1, 3]),
        ({"top_p": 0.71}, [1, 3, 4]),
        ({"top_p": 0.94}, [1, 3, 4, 2]),
        ({"top_p": 1.0}, [1, 3, 4, 2, 0]),
        ({"top_p": 1.0, "top_k": 2}, [1, 3]),
        # Of 0.40 and 0.30, which top_k leaves, the first is 0.57: enough for 0.5, not for 0.6.
        ({"top_p": 0.5, "top_k": 2}, [1]),
        ({"top_p": 0.6, "top_k": 2}, [1, 3]),
        # At temperature 0.5 the probabilities are squared: 0.16 of 0.285 is 0.56.
        ({"top_p": 0.5, "temperature": 0.5}, [1]),
        ({"top_p": 0.5, "temperature": 1.0}, [1, 3]),
    ],
)
def test_the_nucleus_of_a_known_distribution(values: dict[str, float], expected: list[int]) -> None:
    tokens, probabilities = nucleus(LOGITS, options(**values))
    assert tokens.tolist() == expected
    weights = PROBABILITIES[expected] ** (1 / values.get("temperature", 1.0))
    assert probabilities == pytest.approx(weights / weights.sum(), abs=1e-6)


def test_tokens_that_are_ruled_out_stay_out() -> None:
    logits = LOGITS.copy()
    logits[1] = -np.inf
    tokens, probabilities = nucleus(logits, options(top_p=0.999))
    assert 1 not in tokens[probabilities > 0]
    assert probabilities.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "values",
    [
        {"top_p": 0.71},
        {"top_p": 0.9, "temperature": 1.7},
        {"top_p": 0.75, "top_k": 3},
        {"top_p": 1.0, "top_k": 4},
    ],
)
def test_draws_are_distributed_as_the_nucleus(values: dict[str, float]) -> None:
    chosen = options(**values)
    random = np.random.default_rng(20_240_607)
    before, chances = nucleus(LOGITS, options(**(values | {"top_p": 1.0})))
    tokens, expected = nucleus(LOGITS, chosen)
    drawn = random.choice(before, size=DRAWS, p=chances)
    counts = Counter(inside_nucleus(int(token), LOGITS, chosen, random) for token in drawn)
    assert set(counts) == set(tokens.tolist())
    chi_square = sum(
        (counts[int(token)] - DRAWS * chance) ** 2 / (DRAWS * chance)
        for token, chance in zip(tokens, expected, strict=True)
    )
    # The 0.999 quantile of chi-square with 4 degrees of freedom, more than any of these cases has.
    assert chi_square < 18.47


def test_a_token_inside_stays_and_one_outside_is_replaced() -> None:
    random = np.random.default_rng(0)
    chosen = options(top_p=0.69)
    assert [inside_nucleus(token, LOGITS, chosen, random) for token in (1, 3)] == [1, 3]
    assert {inside_nucleus(0, LOGITS, chosen, random) for _ in range(100)} == {1, 3}


def test_without_top_p_every_token_stays() -> None:
    random = np.random.default_rng(0)
    assert [inside_nucleus(token, LOGITS, options(), random) for token in range(5)] == [0, 1, 2, 3, 4]


def test_the_log_probability_is_the_models_own() -> None:
    found = [log_probability(token, LOGITS) for token in range(5)]
    assert found == pytest.approx(np.log(PROBABILITIES).tolist(), abs=1e-5)
