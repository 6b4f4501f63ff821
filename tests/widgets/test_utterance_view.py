"""One utterance as HTML."""

from components.evaluation.results.scores import ScoredUtterance
from components.evaluation.results.word_errors import align
from components.evaluation.runs.records import Item
from components.widgets.compare.utterance_view import OtherHypothesis, utterance_html
from tests.widgets.test_alignment_view import Seen


def test_ids_and_names_of_endpoints_with_html_are_shown_as_text() -> None:
    id_, endpoint = "<img src=x onerror=alert(1)>", "<b onclick=alert(1)>tiny</b>"
    utterance = ScoredUtterance(0, "one", align(["one"], ["one"]), is_characters=False)
    seen = Seen(utterance_html(Item(id_, "one"), utterance, [OtherHypothesis(endpoint, "one")]))
    assert not {"img", "b"} & seen.tags
    assert id_ in seen.text
    assert f"Hypothesis of {endpoint}" in seen.text
