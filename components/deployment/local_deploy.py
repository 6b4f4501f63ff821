"""Deployments on this computer: the same three resources as on AWS, in the embedded control plane."""

from collections.abc import Callable

from components.deployment import tags
from components.deployment.plan import DeploymentPlan
from components.targets.aws_errors import explained
from components.targets.target import Target
from components.whisper.contract import MODEL_ID

_VARIANT = "AllTraffic"


def create(
    target: Target, plan: DeploymentPlan, noted: dict[str, str], on_created: Callable[[str], None]
) -> None:
    """Creates model, endpoint configuration and endpoint of the plan, all three under the endpoint's name.

    `noted` and `on_created` as in `jumpstart.create`.

    Raises:
        EndpointError: the control plane refuses one of the calls. What was created before stays.
    """
    sagemaker, name, listed = target.client("sagemaker"), plan.endpoint_name, tags.as_list(noted)
    with explained(name):
        sagemaker.create_model(
            ModelName=name, PrimaryContainer={"Environment": {MODEL_ID: plan.model.name}}, Tags=listed
        )
        on_created("CreateModel")
        variant = {"VariantName": _VARIANT, "ModelName": name, "InitialInstanceCount": plan.instance_count}
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], Tags=listed)
        on_created("CreateEndpointConfig")
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, Tags=listed)
        on_created("CreateEndpoint")
