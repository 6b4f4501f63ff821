import pytest

from components.widgets.live.connection import is_secure, why_not_yet


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://portal.example.com/playground", True),
        ("http://localhost:8501/playground", True),
        ("http://127.0.0.1:8501/", True),
        ("http://[::1]:8501/", True),
        ("http://portal.example.com/playground", False),
        ("http://10.0.0.7:8501/", False),
        ("", True),
    ],
)
def test_a_microphone_needs_a_secure_context(url: str, expected: bool) -> None:  # noqa: FBT001
    assert is_secure(url) is expected


@pytest.mark.parametrize(
    ("url", "title", "advice"),
    [
        (
            "https://abc.studio.eu-west-1.sagemaker.aws/jupyterlab/default/proxy/8501/playground",
            "A proxy stands between",
            "SageMaker Studio's proxy passes pages on, but no live audio.",
        ),
        ("https://hub.example.com/proxy/8501/", "A proxy stands between", "PORTAL_KINESIS_CHANNEL"),
        ("https://portal.example.com/", "find no way to one another", "UDP seems to be blocked"),
    ],
)
def test_why_nothing_comes_is_told_by_where_the_portal_is(url: str, title: str, advice: str) -> None:
    found = why_not_yet(url)
    assert title in found.title
    assert advice in found.advice
    assert "PORTAL_ICE_SERVERS" in found.advice
    assert "recorder" in found.advice
