import pytest

from components.deployment.plan import DeploymentPlan, Scaling, VpcConfig, faults, suggest_name
from components.whisper.models import MODELS, WhisperModel, find_model

BASE = find_model("whisper-base")
ROLE = "arn:aws:iam::123456789012:role/service-role/Speech"


def plan(**details: object) -> DeploymentPlan:
    return DeploymentPlan(**{"model": BASE, "endpoint_name": "speech"} | details)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_suggested_names_are_valid_and_not_taken(model: WhisperModel) -> None:
    taken: set[str] = set()
    for _ in range(3):
        name = suggest_name(model, taken)
        assert faults(plan(model=model, endpoint_name=name), taken) == {}
        taken.add(name)
    assert len(taken) == 3


def test_a_suggested_name_is_the_models_where_it_can_be() -> None:
    tiny = find_model("whisper-tiny.en")
    assert tiny
    assert suggest_name(tiny, ()) == "whisper-tiny-en"
    assert suggest_name(tiny, {"whisper-tiny-en"}) == "whisper-tiny-en-2"


@pytest.mark.parametrize("name", ["a", "A-1", "a--b", "x" * 63])
def test_names_that_sagemaker_takes(name: str) -> None:
    assert faults(plan(endpoint_name=name), ()) == {}


@pytest.mark.parametrize("name", ["", "-a", "a-", "a.b", "a_b", "a b", "ä", "x" * 64, "a\n"])
def test_names_that_it_does_not_take(name: str) -> None:
    assert set(faults(plan(endpoint_name=name), ())) == {"endpoint_name"}


@pytest.mark.parametrize("taken", ["speech", "Speech"])
def test_a_name_that_is_taken(taken: str) -> None:
    assert "speech" in faults(plan(), {taken})["endpoint_name"]


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("instance_count", {"instance_count": 0}),
        ("scaling", {"scaling": Scaling(0, 2)}),
        ("scaling", {"scaling": Scaling(3, 2)}),
        ("scaling", {"scaling": Scaling(2, 3)}),
        ("scaling", {"scaling": Scaling(1, 2, 0)}),
        ("tags", {"tags": {"": "x"}}),
        ("tags", {"tags": {"k" * 129: "x"}}),
        ("tags", {"tags": {"k": "v" * 257}}),
        ("tags", {"tags": {"k": "a;b"}}),
        ("tags", {"tags": {"aws:owner": "x"}}),
        ("tags", {"tags": {"whisper-portal:expires": "x"}}),
        ("tags", {"tags": {f"k{n}": "v" for n in range(41)}}),
        ("role_arn", {"instance_type": "ml.g5.2xlarge"}),
        ("role_arn", {"role_arn": "SageMakerRole"}),
        ("network", {"network": VpcConfig(("subnet-1",), ())}),
    ],
)
def test_each_fault_is_told_beside_its_field(field: str, details: dict[str, object]) -> None:
    assert set(faults(plan(**details), ())) == {field}


def test_a_sound_plan_has_no_faults() -> None:
    details = {
        "instance_type": "ml.g5.2xlarge",
        "instance_count": 2,
        "scaling": Scaling(1, 4),
        "tags": {"cost centre": "speech/7 @home"},
        "role_arn": ROLE,
        "network": VpcConfig(("subnet-1",), ("sg-1",)),
    }
    assert faults(plan(**details), {"other"}) == {}


def test_the_most_instances_are_what_may_have_to_be_paid() -> None:
    assert plan(instance_count=2).most_instances == 2
    assert plan(scaling=Scaling(1, 5)).most_instances == 5
