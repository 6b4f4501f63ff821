"""Deleting completely, and nothing that others use, on the AWS on this computer."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.core.errors import AccessDeniedError, EndpointNotReadyError, ReadOnlyError
from components.deployment import removal, tags
from components.deployment.endpoints import list_endpoints
from components.deployment.removal import remove
from components.targets.target import Target
from components.whisper.contract import MODEL_TAG
from tests.deployment.account import ROLE

MARK = {tags.DEPLOYMENT: "1"}


def make_model(target: Target, name: str, noted: dict[str, str] = MARK) -> None:
    target.client("sagemaker").create_model(
        ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={}, Tags=tags.as_list(noted)
    )


def make_config(target: Target, name: str, *models: str, noted: dict[str, str] = MARK) -> None:
    variants = [
        {"VariantName": m, "ModelName": m, "InstanceType": "ml.g5.2xlarge", "InitialInstanceCount": 1}
        for m in models
    ]
    target.client("sagemaker").create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=variants, Tags=tags.as_list(noted)
    )


def make_endpoint(target: Target, name: str, config: str = "") -> None:
    target.client("sagemaker").create_endpoint(
        EndpointName=name,
        EndpointConfigName=config or name,
        Tags=tags.as_list({MODEL_TAG: "huggingface-asr-whisper-base"}),
    )


def make_all(target: Target, name: str) -> None:
    make_model(target, name)
    make_config(target, name, name)
    make_endpoint(target, name)


def everything(target: Target) -> set[str]:
    sagemaker = target.sagemaker()
    return {
        *(f"endpoint {e['EndpointName']}" for e in sagemaker.list_endpoints()["Endpoints"]),
        *(f"config {c['EndpointConfigName']}" for c in sagemaker.list_endpoint_configs()["EndpointConfigs"]),
        *(f"model {m['ModelName']}" for m in sagemaker.list_models()["Models"]),
    }


def answer(monkeypatch: pytest.MonkeyPatch, target: Target, call: str, given: Any) -> None:
    """Has one call of the target's client answer so, or raise that."""

    def meet(**_: Any) -> Any:
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(target.sagemaker(), call, meet)


def refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DeleteEndpoint")


def test_all_three_parts_go_and_are_told(aws: Target) -> None:
    make_all(aws, "a")
    make_all(aws, "b")
    done = remove(aws, "a")
    assert done.removed == ["endpoint a", "endpoint configuration a", "model a"]
    assert done.kept == []
    assert everything(aws) == {"endpoint b", "config b", "model b"}


def test_parts_with_other_names_go_too(aws: Target) -> None:
    make_model(aws, "model-1")
    make_model(aws, "model-2")
    make_config(aws, "config-7", "model-1", "model-2")
    make_endpoint(aws, "a", "config-7")
    assert remove(aws, "a").removed == [
        "endpoint a",
        "endpoint configuration config-7",
        "model model-1",
        "model model-2",
    ]
    assert everything(aws) == set()


def test_run_again_it_finds_nothing_and_is_content(aws: Target) -> None:
    make_all(aws, "a")
    remove(aws, "a")
    assert remove(aws, "a").removed == []


@pytest.mark.parametrize("gone", ["endpoint", "endpoint_config", "model"])
def test_where_one_part_is_gone_already_the_others_go(aws: Target, gone: str) -> None:
    make_all(aws, "a")
    name = {"endpoint": "EndpointName", "endpoint_config": "EndpointConfigName", "model": "ModelName"}[gone]
    getattr(aws.client("sagemaker"), f"delete_{gone}")(**{name: "a"})
    assert len(remove(aws, "a").removed) == 2
    assert everything(aws) == set()


def test_a_model_that_is_left_alone_goes_too(aws: Target) -> None:
    make_model(aws, "a")
    assert remove(aws, "a").removed == ["model a"]


def test_what_has_the_name_but_not_the_mark_is_none_of_ours(aws: Target) -> None:
    make_model(aws, "a", {"team": "vision"})
    make_config(aws, "a", "a", noted={"team": "vision"})
    assert remove(aws, "a").removed == []
    assert everything(aws) == {"config a", "model a"}


def test_what_another_endpoint_uses_stays(aws: Target) -> None:
    make_all(aws, "a")
    make_endpoint(aws, "b", "a")
    done = remove(aws, "a")
    assert done.removed == ["endpoint a"]
    assert done.kept == [
        "endpoint configuration a, which endpoint b uses",
        "model a, which endpoint b uses",
    ]
    assert everything(aws) == {"endpoint b", "config a", "model a"}
    remove(aws, "b")
    assert everything(aws) == set()


def test_a_model_that_another_configuration_serves_stays(aws: Target) -> None:
    make_all(aws, "a")
    make_config(aws, "b", "a")
    make_endpoint(aws, "b")
    assert remove(aws, "a").kept == ["model a, which endpoint b uses"]
    assert everything(aws) == {"endpoint b", "config b", "model a"}


def test_what_shadows_another_endpoint_stays(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    make_all(aws, "a")
    make_all(aws, "b")
    describe = aws.sagemaker().describe_endpoint_config

    def shadowed(**given: Any) -> Any:
        shadow = {"ShadowProductionVariants": [{"VariantName": "s", "ModelName": "a"}]}
        return describe(**given) | (shadow if given["EndpointConfigName"] == "b" else {})

    monkeypatch.setattr(aws.sagemaker(), "describe_endpoint_config", shadowed)
    assert remove(aws, "a").kept == ["model a, which endpoint b uses"]
    assert everything(aws) == {"endpoint b", "config b", "model a", "model b"}


def test_what_another_endpoint_is_being_updated_to_stays(
    aws: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(aws, "a")
    make_all(aws, "b")
    describe = aws.sagemaker().describe_endpoint

    def updating(**given: Any) -> Any:
        pending = {"PendingDeploymentSummary": {"EndpointConfigName": "a"}}
        return describe(**given) | (pending if given["EndpointName"] == "b" else {})

    monkeypatch.setattr(aws.sagemaker(), "describe_endpoint", updating)
    assert len(remove(aws, "a").kept) == 2
    assert everything(aws) == {"endpoint b", "config a", "config b", "model a", "model b"}


def test_an_endpoint_that_is_going_uses_nothing_any_more(
    aws: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(aws, "a")
    make_endpoint(aws, "b", "a")
    listed: Any = [e | {"EndpointStatus": "Deleting"} for e in aws.sagemaker().list_endpoints()["Endpoints"]]
    monkeypatch.setattr(removal, "listed", lambda _: listed)
    assert remove(aws, "a").kept == []


def test_an_endpoint_is_deleted_also_where_the_others_can_not_be_looked_into(
    aws: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Target) -> None:
        raise refusal("AccessDeniedException", "not you")

    make_all(aws, "a")
    monkeypatch.setattr(removal, "listed", refuse)
    done = remove(aws, "a")
    assert done.removed == ["endpoint a"]
    assert [part.partition(",")[0] for part in done.kept] == ["endpoint configuration a", "model a"]
    assert everything(aws) == {"config a", "model a"}


def test_one_part_that_can_not_be_deleted_holds_up_no_other(
    aws: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(aws, "a")
    answer(monkeypatch, aws, "delete_endpoint_config", refusal("AccessDeniedException", "not you"))
    done = remove(aws, "a")
    assert done.removed == ["endpoint a", "model a"]
    assert "not you" in done.kept[0]


def test_what_is_still_created_is_marked_and_kept_whole(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    make_all(aws, "a")
    busy = refusal("ValidationException", 'Cannot update in-progress endpoint "arn:…/a".')
    answer(monkeypatch, aws, "delete_endpoint", busy)
    described: Any = aws.sagemaker().describe_endpoint(EndpointName="a")
    answer(monkeypatch, aws, "describe_endpoint", described | {"EndpointStatus": "Creating"})
    with pytest.raises(EndpointNotReadyError, match="Creating"):
        remove(aws, "a")
    assert everything(aws) == {"endpoint a", "config a", "model a"}
    monkeypatch.undo()
    assert tags.expires(tags.read(aws, described["EndpointArn"]))


def test_what_is_going_already_takes_its_parts_along(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    make_all(aws, "a")
    busy = refusal("ValidationException", 'Cannot update in-progress endpoint "arn:…/a".')
    answer(monkeypatch, aws, "delete_endpoint", busy)
    described: Any = aws.sagemaker().describe_endpoint(EndpointName="a")
    answer(monkeypatch, aws, "describe_endpoint", described | {"EndpointStatus": "Deleting"})
    assert remove(aws, "a").removed == ["endpoint configuration a", "model a"]


def test_a_refusal_is_typed(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    make_all(aws, "a")
    answer(monkeypatch, aws, "delete_endpoint", refusal("AccessDeniedException", "not you"))
    with pytest.raises(AccessDeniedError, match="not you"):
        remove(aws, "a")
    assert everything(aws) == {"endpoint a", "config a", "model a"}


def test_a_read_only_portal_deletes_nothing(aws: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    make_all(aws, "a")
    monkeypatch.setenv("PORTAL_READ_ONLY", "1")
    with pytest.raises(ReadOnlyError):
        remove(aws, "a")
    assert [endpoint.name for endpoint in list_endpoints(aws)] == ["a"]
