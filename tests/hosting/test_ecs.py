"""hosting/ecs.yaml: what cfn-lint says of it, and what it makes of each choice of parameters."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.config import get_config_options

from components.core.settings import Settings
from hosting import health_check
from tests.hosting import dockerfile
from tests.hosting.template import DEPLOYING, OIDC, OWN_TURN, PATH, ROLE, TEMPLATE, Stack

IMAGE = dockerfile.stages()[-1]
SIGNED_IN = Stack(**OIDC)
EVERYTHING = Stack(**OIDC, **DEPLOYING)
CHOICES = [
    Stack(SignIn="none"),
    SIGNED_IN,
    EVERYTHING,
    Stack(**OIDC, **OWN_TURN),
    Stack(**OIDC, **OWN_TURN, **DEPLOYING),
]
PARAMETERS = sorted(TEMPLATE["Parameters"])


def environment(stack: Stack, task: str = "Task") -> dict[str, str]:
    return {entry["Name"]: entry["Value"] for entry in stack.container(task).get("Environment", ())}


def secrets(stack: Stack) -> dict[str, str]:
    return {entry["Name"]: entry["ValueFrom"] for entry in stack.container("Task")["Secrets"]}


def test_cfn_lint_finds_nothing() -> None:
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    command = [str(cfn_lint), "--include-checks", "I", "--template", str(PATH)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_used(name: str) -> None:
    resources = json.dumps({k: TEMPLATE[k] for k in ("Resources", "Conditions")})
    assert re.search(rf'{{"Ref": "{name}"}}|\${{{name}}}', resources)


def test_sign_in_is_left_out_only_where_that_is_chosen() -> None:
    def actions(stack: Stack) -> list[str]:
        return [action["Type"] for action in stack.resources["HttpsListener"]["DefaultActions"]]

    assert TEMPLATE["Parameters"]["SignIn"]["Default"] == "oidc"
    assert actions(SIGNED_IN) == ["authenticate-oidc", "forward"]
    assert actions(Stack(SignIn="none")) == ["forward"]
    asserted = TEMPLATE["Rules"]["SignInIsComplete"]["Assertions"]
    assert all(any(f'"{name}"' in json.dumps(one["Assert"]) for one in asserted) for name in OIDC)


def test_http_leads_to_https() -> None:
    (action,) = EVERYTHING.resources["HttpListener"]["DefaultActions"]
    assert action["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}


def test_a_browser_stays_with_its_task_and_its_websocket_may_be_silent_for_an_hour() -> None:
    def attributes(resource: str, key: str) -> dict[str, str]:
        return {one["Key"]: one["Value"] for one in EVERYTHING.resources[resource][key]}

    assert attributes("TargetGroup", "TargetGroupAttributes")["stickiness.enabled"] == "true"
    balancer = attributes("LoadBalancer", "LoadBalancerAttributes")
    assert balancer["idle_timeout.timeout_seconds"] == "3600"


def test_port_and_health_path_are_those_of_the_image() -> None:
    port = int(IMAGE.last("EXPOSE").value)
    group = EVERYTHING.resources["TargetGroup"]
    assert (group["Port"], group["HealthCheckPath"]) == (port, health_check.PATH)
    (mapping,) = EVERYTHING.container("Task")["PortMappings"]
    (balanced,) = EVERYTHING.resources["Service"]["LoadBalancers"]
    assert mapping["ContainerPort"] == balanced["ContainerPort"] == port
    assert EVERYTHING.resources["PortalIngress"]["ToPort"] == port


@pytest.mark.parametrize("stack", CHOICES)
def test_nobody_gets_in_but_by_the_load_balancer_and_nothing_gets_out_by_any_port(stack: Stack) -> None:
    groups = stack.of_type("AWS::EC2::SecurityGroup")
    entries = {name: group.get("SecurityGroupIngress", []) for name, group in groups.items()}
    assert {name for name, rules in entries.items() if rules} == {"LoadBalancerSecurityGroup"}
    assert {rule["CidrIp"] for rule in entries["LoadBalancerSecurityGroup"]} == {"203.0.113.0/24"}
    for rule in (rule for group in groups.values() for rule in group["SecurityGroupEgress"]):
        assert rule.get("CidrIp") == "127.0.0.1/32" or rule["FromPort"] == rule["ToPort"]


@pytest.mark.parametrize("task", ["Task", "ExpiryTask"])
def test_containers_are_not_root_and_can_write_to_volumes_alone(task: str) -> None:
    container = EVERYTHING.container(task)
    assert container["User"] == IMAGE.last("USER").value
    assert container["ReadonlyRootFilesystem"] is True
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}


def test_the_volumes_are_those_of_the_image_and_the_data_folder_is_on_efs() -> None:
    mounted = {
        point["ContainerPath"]: point["SourceVolume"] for point in EVERYTHING.container("Task")["MountPoints"]
    }
    assert list(mounted) == IMAGE.volumes
    volumes = {volume["Name"]: volume for volume in EVERYTHING.resources["Task"]["Volumes"]}
    data = volumes[mounted[IMAGE.environment["PORTAL_DATA_DIR"]]]["EFSVolumeConfiguration"]
    assert data["TransitEncryption"] == data["AuthorizationConfig"]["IAM"] == "ENABLED"
    user = EVERYTHING.resources["AccessPoint"]["PosixUser"]
    assert f"{user['Uid']}:{user['Gid']}" == IMAGE.last("USER").value
    assert EVERYTHING.resources["FileSystem"]["Encrypted"] is True


def test_what_was_measured_outlives_the_stack() -> None:
    system = TEMPLATE["Resources"]["FileSystem"]
    assert system["DeletionPolicy"] == system["UpdateReplacePolicy"] == "Retain"


def test_two_tasks_never_write_to_the_same_runs() -> None:
    service = EVERYTHING.resources["Service"]
    assert service["DesiredCount"] == 1
    assert service["DeploymentConfiguration"]["MaximumPercent"] == 100
    assert service["AvailabilityZoneRebalancing"] == "DISABLED"
    assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {
        "Enable": True,
        "Rollback": True,
    }


def test_it_is_given_longer_to_stop_than_it_takes() -> None:
    # tests/hosting/test_container.py shows that it takes less than 10 s.
    assert EVERYTHING.container("Task")["StopTimeout"] > 10


@pytest.mark.parametrize("stack", CHOICES)
def test_secrets_come_from_secrets_manager_and_stand_in_no_environment(stack: Stack) -> None:
    plain = environment(stack)
    assert set(plain) <= {
        "PORTAL_AWS_REGION",
        "PORTAL_COMMIT",
        "PORTAL_THREADS",
        "PORTAL_READ_ONLY",
        "PORTAL_SAGEMAKER_ROLE_ARN",
        "PORTAL_KINESIS_CHANNEL",
    }
    assert all(arn.startswith("arn:aws:secretsmanager:") for arn in secrets(stack).values())
    assert "STREAMLIT_SERVER_COOKIE_SECRET" in secrets(stack)


def test_turn_is_a_channel_of_kinesis_or_ones_own() -> None:
    own = Stack(**OIDC, **OWN_TURN)
    # A `!Ref` to a signalling channel is its name, which the portal wants.
    assert environment(SIGNED_IN)["PORTAL_KINESIS_CHANNEL"] == "SignalingChannel"
    assert "PORTAL_ICE_SERVERS" not in secrets(SIGNED_IN)
    assert "PORTAL_KINESIS_CHANNEL" not in environment(own)
    assert secrets(own)["PORTAL_ICE_SERVERS"] == OWN_TURN["IceServersSecretArn"]
    assert "SignalingChannel" not in own.resources


def test_every_variable_of_image_and_task_is_a_setting_of_the_portal_or_an_option_of_streamlit() -> None:
    known = {option.env_var for option in get_config_options().values()}
    known |= {f"PORTAL_{name.upper()}" for name in Settings.model_fields}
    named = {name for stack in CHOICES for name in {**environment(stack), **secrets(stack)}}
    named |= {name for name in IMAGE.environment if name.startswith(("PORTAL_", "STREAMLIT_"))}
    assert named - known == set()


def test_without_an_execution_role_the_portal_is_read_only() -> None:
    assert environment(SIGNED_IN)["PORTAL_READ_ONLY"] == "1"
    assert environment(EVERYTHING)["PORTAL_READ_ONLY"] == "0"
    assert environment(EVERYTHING)["PORTAL_SAGEMAKER_ROLE_ARN"] == ROLE
    assert "ExpirySchedule" not in SIGNED_IN.resources


def test_expired_endpoints_are_deleted_on_a_schedule_by_the_same_image() -> None:
    target: dict[str, Any] = EVERYTHING.resources["ExpirySchedule"]["Target"]
    container = EVERYTHING.container("ExpiryTask")
    assert container["Command"] == ["python", "-m", "components.cli", "expire", "--region", "eu-west-1"]
    assert container["Image"] == EVERYTHING.container("Task")["Image"]
    network = EVERYTHING.resources["Service"]["NetworkConfiguration"]
    assert target["EcsParameters"]["NetworkConfiguration"] == network
