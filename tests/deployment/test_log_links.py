import pytest

from components.deployment.log_links import console_log_url, log_group
from components.targets.target import Target
from tests.deployment.fake_aws import LOCAL


def test_the_log_group_is_that_of_sagemaker() -> None:
    assert log_group("whisper-base") == "/aws/sagemaker/Endpoints/whisper-base"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("us-east-1", "us-east-1.console.aws.amazon.com"),
        ("cn-northwest-1", "cn-northwest-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_the_link_leads_to_the_console_of_the_partition(region: str, host: str) -> None:
    assert console_log_url(Target("AWS", region), "whisper-base") == (
        f"https://{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/"
        "$252Faws$252Fsagemaker$252FEndpoints$252Fwhisper-base"
    )


def test_a_name_can_not_break_out_of_the_link() -> None:
    url = console_log_url(Target("AWS", "eu-west-1"), 'a"><b %')
    assert url is not None
    assert url.endswith("$252FEndpoints$252Fa$2522$253E$253Cb$2520$2525")


def test_this_computer_has_no_console() -> None:
    assert console_log_url(LOCAL, "whisper-base") is None
