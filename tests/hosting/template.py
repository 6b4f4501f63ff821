"""hosting/ecs.yaml as CloudFormation would carry it out for some choice of parameters."""

import re
from typing import Any

from cfnlint.decode.cfn_yaml import load

from tests.paths import ROOT

PATH = ROOT / "hosting" / "ecs.yaml"
TEMPLATE: dict[str, Any] = load(str(PATH))
REQUIRED = {
    "VpcId": "vpc-1",
    "LoadBalancerSubnets": "subnet-1,subnet-2",
    "TaskSubnetA": "subnet-3",
    "TaskSubnetB": "subnet-4",
    "AllowedCidr": "203.0.113.0/24",
    "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
    "ImageTag": "1",
}
"""The parameters without a default."""
OIDC = {
    "OidcIssuer": "https://id.example.com",
    "OidcAuthorizationEndpoint": "https://id.example.com/authorize",
    "OidcTokenEndpoint": "https://id.example.com/token",
    "OidcUserInfoEndpoint": "https://id.example.com/user",
    "OidcClientId": "portal",
    "OidcClientSecretName": "portal-client",
}
ROLE = "arn:aws:iam::123456789012:role/SageMakerExecutionRole"
DEPLOYING = {"SageMakerExecutionRoleArn": ROLE}
OWN_TURN = {"IceServersSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:turn-abcdef"}
_PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Region": "eu-west-1",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
# What the template asks of resources that would be there; else a `!Ref` gives the name of the resource here.
_REFS = {
    "CookieSecret": _ARN.format("secretsmanager", "secret:cookie-abcdef"),
    "ExpiryTask": _ARN.format("ecs", "task-definition/expiry:1"),
}
_ATTRIBUTES = {
    "Cluster.Arn": _ARN.format("ecs", "cluster/portal"),
    "LoadBalancer.DNSName": "portal.example.com",
    "Log.Arn": _ARN.format("logs", "log-group:portal:*"),
    "SignalingChannel.Arn": _ARN.format("kinesisvideo", "channel/portal/1"),
    **{
        f"{name}.Arn": f"arn:aws:iam::123456789012:role/{name}"
        for name in ("TaskRole", "ExecutionRole", "ExpiryRole", "SchedulerRole")
    },
}


class Stack:
    """The template with its parameters, conditions and functions worked out."""

    def __init__(self, **chosen: str) -> None:
        defaults = {n: p["Default"] for n, p in TEMPLATE["Parameters"].items() if "Default" in p}
        self._parameters: dict[str, Any] = defaults | REQUIRED | chosen
        self.resources = {
            name: self._worked_out(resource.get("Properties", {}))
            for name, resource in TEMPLATE["Resources"].items()
            if "Condition" not in resource or self._holds(resource["Condition"])
        }

    def of_type(self, kind: str) -> dict[str, Any]:
        """The properties of all resources of that type, by name."""
        return {n: p for n, p in self.resources.items() if TEMPLATE["Resources"][n]["Type"] == kind}

    def policies(self) -> dict[str, list[dict[str, Any]]]:
        """The policies of every role: those in it, and those that are attached to it."""
        roles = self.of_type("AWS::IAM::Role")
        found = {name: [p["PolicyDocument"] for p in role["Policies"]] for name, role in roles.items()}
        for policy in self.of_type("AWS::IAM::Policy").values():
            for role in policy["Roles"]:
                found[role].append(policy["PolicyDocument"])
        return found

    def container(self, task: str) -> dict[str, Any]:
        (container,) = self.resources[task]["ContainerDefinitions"]
        return dict(container)

    def _holds(self, condition: str) -> bool:
        return bool(self._worked_out(TEMPLATE["Conditions"][condition]))

    def _worked_out(self, value: Any) -> Any:
        if isinstance(value, list):
            return [done for one in value if (done := self._worked_out(one)) is not None]
        if not isinstance(value, dict):
            return value
        ((name, given), *more) = value.items() if value else (("", None),)
        if not more and (name == "Ref" or name.startswith("Fn::")):
            return getattr(self, f"_{name.removeprefix('Fn::').lower()}")(given)
        return {key: done for key, one in value.items() if (done := self._worked_out(one)) is not None}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return None
        return (_PSEUDO | self._parameters | _REFS).get(name, name)

    def _getatt(self, path: list[str]) -> str:
        return _ATTRIBUTES[".".join(path)]

    def _sub(self, text: str) -> str:
        return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._ref(found[1])), text)

    def _if(self, given: list[Any]) -> Any:
        condition, then, otherwise = given
        return self._worked_out(then if self._holds(condition) else otherwise)

    def _equals(self, given: list[Any]) -> bool:
        left, right = map(self._worked_out, given)
        return bool(left == right)

    def _not(self, given: list[Any]) -> bool:
        return not self._worked_out(given[0])

    def _findinmap(self, given: list[Any]) -> Any:
        table, first, second = map(self._worked_out, given)
        return TEMPLATE["Mappings"][table][first][second]
