"""Models, configurations, endpoints and tags, through plain boto3 against the real server."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from components.whisper.contract import MODEL_TAG
from tests.embedded_server import wait_until_in_service

ARN = "arn:aws:sagemaker:local:000000000000:"


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    """Code and message of an error that has status 400."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def tags(sagemaker: Any, resource: str) -> dict[str, str]:
    found = sagemaker.list_tags(ResourceArn=ARN + resource)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def create(sagemaker: Any, name: str, model_id: str, **of_endpoint: Any) -> None:
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1}
    container = {"Image": "any", "Environment": {"MODEL_ID": model_id}}
    sagemaker.create_model(ModelName=name, PrimaryContainer=container)
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, **of_endpoint)


def delete(sagemaker: Any, name: str) -> None:
    for action, key in (
        (sagemaker.delete_endpoint, "EndpointName"),
        (sagemaker.delete_endpoint_config, "EndpointConfigName"),
        (sagemaker.delete_model, "ModelName"),
    ):
        action(**{key: name})


def wait_until_gone(sagemaker: Any, name: str) -> None:
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig={"Delay": 1})


def test_whisper_base_is_deployed_at_start(sagemaker: Any) -> None:
    endpoint = sagemaker.describe_endpoint(EndpointName="whisper-base")
    assert endpoint["EndpointArn"] == ARN + "endpoint/whisper-base"
    assert endpoint["EndpointStatus"] == "InService"
    assert endpoint["EndpointConfigName"] == "whisper-base"
    assert endpoint["ProductionVariants"][0]["VariantName"] == "AllTraffic"
    assert datetime.now(UTC) - endpoint["CreationTime"] < timedelta(hours=1)
    assert endpoint["LastModifiedTime"] >= endpoint["CreationTime"]
    config = sagemaker.describe_endpoint_config(EndpointConfigName="whisper-base")
    assert config["EndpointConfigArn"] == ARN + "endpoint-config/whisper-base"
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    assert model["PrimaryContainer"]["Environment"] == {"MODEL_ID": "whisper-base"}
    assert tags(sagemaker, "endpoint/whisper-base") == {MODEL_TAG: "huggingface-asr-whisper-base"}


def test_whisper_tiny_en_from_creation_to_deletion(sagemaker: Any, runtime: Any, speech: bytes) -> None:
    create(sagemaker, "tiny", "whisper-tiny.en", Tags=[{"Key": "team", "Value": "speech"}])
    creating = sagemaker.describe_endpoint(EndpointName="tiny")
    assert creating["EndpointStatus"] == "Creating"
    with pytest.raises(ClientError, match="Endpoint tiny of account 000000000000 not found"):
        runtime.invoke_endpoint(EndpointName="tiny", ContentType="audio/wav", Body=speech)
    wait_until_in_service(sagemaker, "tiny")
    assert tags(sagemaker, "endpoint/tiny") == {MODEL_TAG: "whisper-tiny.en", "team": "speech"}
    statuses = {e["EndpointName"]: e["EndpointStatus"] for e in sagemaker.list_endpoints()["Endpoints"]}
    assert statuses == {"whisper-base": "InService", "tiny": "InService"}
    answer = runtime.invoke_endpoint(EndpointName="tiny", ContentType="audio/wav", Body=speech)
    assert json.loads(answer["Body"].read()) == {"text": [" The quick brown fox jumps over the lazy dog."]}
    delete(sagemaker, "tiny")
    wait_until_gone(sagemaker, "tiny")
    for describe, key, kind in (
        (sagemaker.describe_endpoint, "EndpointName", "endpoint"),
        (sagemaker.describe_endpoint_config, "EndpointConfigName", "endpoint configuration"),
        (sagemaker.describe_model, "ModelName", "model"),
    ):
        arn = ARN + kind.replace(" configuration", "-config") + "/tiny"
        assert refused(describe, **{key: "tiny"}) == (
            "ValidationException",
            f'Could not find {kind} "{arn}".',
        )


def test_an_unknown_model_id_fails_with_a_reason(sagemaker: Any) -> None:
    create(sagemaker, "unknown", "whisper-gigantic")
    while (endpoint := sagemaker.describe_endpoint(EndpointName="unknown"))["EndpointStatus"] == "Creating":
        time.sleep(0.01)
    assert endpoint["EndpointStatus"] == "Failed"
    assert endpoint["FailureReason"].startswith(
        "The container's environment variable MODEL_ID is 'whisper-gigantic', but that is no Whisper model. "
        "Create a model with MODEL_ID set to one of "
    )
    failed = sagemaker.list_endpoints(StatusEquals="Failed")["Endpoints"]
    assert [endpoint["EndpointName"] for endpoint in failed] == ["unknown"]
    assert tags(sagemaker, "endpoint/unknown") == {}
    delete(sagemaker, "unknown")


def test_an_endpoint_can_be_deleted_while_creating(sagemaker: Any) -> None:
    create(sagemaker, "brief", "whisper-tiny.en")
    delete(sagemaker, "brief")
    wait_until_gone(sagemaker, "brief")
    assert [e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]] == ["whisper-base"]


def test_an_endpoint_outlives_its_model_and_configuration(
    sagemaker: Any, runtime: Any, speech: bytes
) -> None:
    create(sagemaker, "alone", "whisper-tiny.en")
    wait_until_in_service(sagemaker, "alone")
    sagemaker.delete_model(ModelName="alone")
    sagemaker.delete_endpoint_config(EndpointConfigName="alone")
    assert runtime.invoke_endpoint(EndpointName="alone", ContentType="audio/wav", Body=speech)["Body"].read()
    assert sagemaker.describe_endpoint(EndpointName="alone")["EndpointConfigName"] == "alone"
    sagemaker.delete_endpoint(EndpointName="alone")


def test_nothing_is_created_twice(sagemaker: Any) -> None:
    variants = [{"VariantName": "v", "ModelName": "whisper-base"}]
    name = "whisper-base"
    for call, given, kind, arn in (
        (sagemaker.create_model, {"ModelName": name}, "model", "model"),
        (
            sagemaker.create_endpoint_config,
            {"EndpointConfigName": name, "ProductionVariants": variants},
            "endpoint configuration",
            "endpoint-config",
        ),
        (
            sagemaker.create_endpoint,
            {"EndpointName": name, "EndpointConfigName": name},
            "endpoint",
            "endpoint",
        ),
    ):
        message = f'Cannot create already existing {kind} "{ARN}{arn}/{name}".'
        assert refused(call, **given) == ("ValidationException", message)


def test_what_is_named_must_exist(sagemaker: Any) -> None:
    variants = [{"VariantName": "v", "ModelName": "none"}]
    assert refused(sagemaker.create_endpoint_config, EndpointConfigName="c", ProductionVariants=variants) == (
        "ValidationException",
        f'Could not find model "{ARN}model/none".',
    )
    assert refused(sagemaker.create_endpoint, EndpointName="e", EndpointConfigName="none") == (
        "ValidationException",
        f'Could not find endpoint configuration "{ARN}endpoint-config/none".',
    )
    assert refused(sagemaker.delete_endpoint, EndpointName="none") == (
        "ValidationException",
        f'Could not find endpoint "{ARN}endpoint/none".',
    )


def test_what_one_process_cannot_do_is_refused(sagemaker: Any) -> None:
    variants = [{"VariantName": v, "ModelName": "whisper-base"} for v in ("a", "b")]
    code, message = refused(
        sagemaker.create_endpoint_config, EndpointConfigName="c", ProductionVariants=variants
    )
    assert (code, "give one variant" in message) == ("ValidationException", True)
    code, message = refused(
        sagemaker.create_model, ModelName="m", Containers=[{"Image": "a"}, {"Image": "b"}]
    )
    assert (code, "give one container" in message) == ("ValidationException", True)


def test_the_single_container_of_a_list_counts(sagemaker: Any) -> None:
    sagemaker.create_model(ModelName="one", Containers=[{"Environment": {"MODEL_ID": "whisper-huge"}}])
    variants = [{"VariantName": "v", "ModelName": "one"}]
    sagemaker.create_endpoint_config(EndpointConfigName="one", ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName="one", EndpointConfigName="one")
    while (endpoint := sagemaker.describe_endpoint(EndpointName="one"))["EndpointStatus"] == "Creating":
        time.sleep(0.01)
    assert "MODEL_ID is 'whisper-huge'" in endpoint["FailureReason"]
    delete(sagemaker, "one")


def test_tags_of_every_kind(sagemaker: Any) -> None:
    sagemaker.create_model(ModelName="tagged", Tags=[{"Key": "a", "Value": "1"}, {"Key": "é ü", "Value": ""}])
    assert tags(sagemaker, "model/tagged") == {"a": "1", "é ü": ""}
    added = sagemaker.add_tags(ResourceArn=ARN + "model/tagged", Tags=[{"Key": "a", "Value": "2"}])
    assert added["Tags"] == [{"Key": "a", "Value": "2"}, {"Key": "é ü", "Value": ""}]
    sagemaker.delete_tags(ResourceArn=ARN + "model/tagged", TagKeys=["a", "never"])
    assert tags(sagemaker, "model/tagged") == {"é ü": ""}
    sagemaker.delete_model(ModelName="tagged")
    arn = ARN + "model/tagged"
    assert refused(sagemaker.list_tags, ResourceArn=arn)[1] == f'Could not find model "{arn}".'
    arn = ARN + "training-job/x"
    assert refused(sagemaker.list_tags, ResourceArn=arn)[1] == f'Could not find resource "{arn}".'


def test_an_action_that_is_not_known_here(sagemaker: Any) -> None:
    code, message = refused(sagemaker.list_training_jobs)
    assert code == "UnknownOperationException"
    assert message.startswith("There is no action ListTrainingJobs here, only CreateModel, ")


def test_signed_requests_are_welcome(endpoint_url: str) -> None:
    session = boto3.Session("a", "b", "c", region_name="eu-central-1")
    endpoints = session.client("sagemaker", endpoint_url=endpoint_url).list_endpoints()["Endpoints"]
    assert [endpoint["EndpointName"] for endpoint in endpoints] == ["whisper-base"]
