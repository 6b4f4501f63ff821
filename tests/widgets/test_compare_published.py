"""The published figures on the screen."""

from collections.abc import Mapping

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.evaluation.results.published import PUBLISHED
from tests.widgets.chart_driver import drawn
from tests.widgets.compare_driver import draw, html, said, table


def show() -> None:
    from components.widgets.compare.published_view import show_published  # noqa: PLC0415 - runs as a script

    show_published()


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """Where the links lead; the pages themselves are not there."""
    found: list[Mapping[str, str]] = []
    monkeypatch.setattr(st, "page_link", lambda _script, *, query_params, **_more: found.append(query_params))
    return found


@pytest.fixture
def app(links: list[Mapping[str, str]]) -> AppTest:
    return draw(show)


def test_the_table_has_every_model_with_its_figures(app: AppTest) -> None:
    rows = table(app).set_index("model")
    assert list(rows.index) == [model.name for model in PUBLISHED]
    base = rows.loc["whisper-base"].to_dict()
    assert [base[name] for name in ("parameters", "languages", "error_rate", "latency")] == [
        74,
        99,
        5.08,
        0.49,
    ]
    assert rows["leaderboard"].dropna().to_dict() == {
        "whisper-large": 2.73,
        "whisper-large-v2": 2.83,
        "whisper-large-v3": 2.01,
        "whisper-large-v3-turbo": 2.10,
    }


def test_the_chart_has_the_word_error_rate_over_the_latency(app: AppTest) -> None:
    points = drawn(app, "point", "x", "y")
    assert (0.49, 5.08) in points
    assert points == [(model.latency, model.word_error_rate) for model in PUBLISHED if model.latency]


def test_sources_and_conditions_stand_beside_the_figures(app: AppTest) -> None:
    text = said(app)
    for part in ("AWS Machine Learning Blog", "ml.g5.2xlarge", "test-clean", "5.01", "Open ASR Leaderboard"):
        assert part in text


def test_what_was_misheard_is_marked(app: AppTest) -> None:
    marked = html(app)
    assert marked.count("<del>want</del>") == 2
    assert marked.count("<del>learning.</del>") == 1
    assert "whisper-small, whisper-medium, whisper-large, whisper-large-v2" in said(app)
    assert "translated back from a German copy" in said(app)


def test_each_model_can_be_deployed_from_here(app: AppTest, links: list[Mapping[str, str]]) -> None:
    assert links == [{"model": model.name} for model in PUBLISHED]


def test_a_read_only_portal_offers_no_deployment(
    links: list[Mapping[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    draw(show)
    assert links == []
