"""Automatic scaling of an endpoint's instances, with Application Auto Scaling.

It can be set up only once an endpoint is in service. Deleting the endpoint takes it down again, alarms included:
SageMaker sees to that, if this identity may do `application-autoscaling:DeregisterScalableTarget` ("Delete endpoints
that have autoscaling policies", SageMaker's developer guide).
"""

from components.deployment.endpoints import EndpointSummary
from components.targets.aws_errors import explained
from components.targets.target import Target

_POLICY = "whisper-portal-invocations-per-instance"
_METRIC = "SageMakerVariantInvocationsPerInstance"


def set_up(target: Target, endpoint: EndpointSummary) -> None:
    """Gives an endpoint in service the automatic scaling that its tag asks for, once; there is none on this computer.

    Target tracking on the invocations per instance and minute, with AWS's pauses of 300 s between two changes.

    Raises:
        EndpointError: AWS refuses.
    """
    if endpoint.scaling is None or endpoint.variant is None or target.endpoint_url:
        return
    client = target.client("application-autoscaling")
    which = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{endpoint.name}/variant/{endpoint.variant}",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    tracking = {
        "TargetValue": float(endpoint.scaling.invocations),
        "PredefinedMetricSpecification": {"PredefinedMetricType": _METRIC},
    }
    with explained(f"automatic scaling of {endpoint.name}"):
        if client.describe_scaling_policies(**which)["ScalingPolicies"]:
            return
        client.register_scalable_target(
            **which, MinCapacity=endpoint.scaling.lowest, MaxCapacity=endpoint.scaling.highest
        )
        client.put_scaling_policy(
            **which,
            PolicyName=_POLICY,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=tracking,
        )
