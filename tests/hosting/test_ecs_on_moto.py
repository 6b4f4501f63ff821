"""hosting/ecs.yaml, deployed to moto: the references resolve, and ECS and the balancer accept what they are given.

moto's CloudFormation passes over secrets, schedules and signalling channels; cfn-lint has their schemas.
"""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.hosting.template import DEPLOYING, OIDC, OWN_TURN, PATH, REQUIRED

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def stack() -> Iterator[dict[str, str]]:
    """The physical ids of the deployed stack's resources, by their names in the template."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.delenv("AWS_PROFILE", raising=False)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        cloudformation = boto3.client("cloudformation")
        with pytest.warns(UserWarning, match="not supported by moto"):
            cloudformation.create_stack(
                StackName="portal",
                TemplateBody=PATH.read_text(),
                Parameters=[
                    {"ParameterKey": name, "ParameterValue": value} for name, value in account().items()
                ],
            )
        (made,) = cloudformation.describe_stacks(StackName="portal")["Stacks"]
        assert made["StackStatus"] == "CREATE_COMPLETE"
        resources = cloudformation.describe_stack_resources(StackName="portal")["StackResources"]
        yield {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in resources
            if resource.get("PhysicalResourceId")
        }


def account() -> dict[str, str]:
    """What the stack needs to find in the account, as parameters."""
    ec2 = boto3.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    return (
        REQUIRED
        | OIDC
        | DEPLOYING
        | OWN_TURN
        | {
            "VpcId": ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
            "LoadBalancerSubnets": ",".join(subnets),
            "TaskSubnetA": subnets[0],
            "TaskSubnetB": subnets[1],
            "CertificateArn": boto3.client("acm").request_certificate(DomainName="portal.example.com")[
                "CertificateArn"
            ],
        }
    )


def test_the_balancer_signs_in_and_then_forwards_to_the_portal(stack: dict[str, str]) -> None:
    balancer = boto3.client("elbv2")
    (listener,) = balancer.describe_listeners(ListenerArns=[stack["HttpsListener"]])["Listeners"]
    sign_in, forward = listener["DefaultActions"]
    assert sign_in["AuthenticateOidcConfig"]["ClientSecret"] == "{{resolve:secretsmanager:portal-client}}"
    assert forward["TargetGroupArn"] == stack["TargetGroup"]


def test_the_service_runs_the_image_with_the_log_of_the_stack(stack: dict[str, str]) -> None:
    ecs = boto3.client("ecs")
    task = ecs.describe_task_definition(taskDefinition=stack["Task"])["taskDefinition"]
    (service,) = ecs.describe_services(cluster=stack["Cluster"], services=[stack["Service"]])["services"]
    assert service["taskDefinition"] == task["taskDefinitionArn"]
    (container,) = task["containerDefinitions"]
    assert container["image"] == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/whisper-portal:1"
    assert container["logConfiguration"]["options"]["awslogs-group"] == stack["Log"]


def test_the_file_system_is_in_both_subnets_and_open_to_the_portal_alone(stack: dict[str, str]) -> None:
    targets = boto3.client("efs").describe_mount_targets(FileSystemId=stack["FileSystem"])["MountTargets"]
    assert len({target["SubnetId"] for target in targets}) == 2
    group = stack["FileSystemSecurityGroup"]
    (found,) = boto3.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    (rule,) = found["IpPermissions"]
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [stack["PortalSecurityGroup"]]
