"""What JumpStart says of instance types, asked in a process of its own."""

import pytest

from components.core.errors import EndpointUnreachableError
from components.deployment.jumpstart import instance_types
from components.deployment.plan import INSTANCE_TYPES
from components.targets.target import Target
from components.whisper.models import MODELS


def test_jumpstart_is_asked_for_the_instance_types_in_a_process_of_its_own(aws: Target) -> None:
    asked = instance_types(aws)
    assert set(asked) == {model.name for model in MODELS if model.in_jumpstart}
    found = asked["whisper-large-v3"]
    assert found.default == found.supported[0] == "ml.g5.2xlarge"
    assert set(found.supported) == set(INSTANCE_TYPES)


def test_where_jumpstart_can_not_be_asked_an_error_says_so(
    aws: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(EndpointUnreachableError, match="JumpStart can't be reached"):
        instance_types(aws)
