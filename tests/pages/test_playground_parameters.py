from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ProductionVariantTypeDef

from components.targets.target import Target
from components.whisper.parameters import ON_SCREEN, Parameter, Value
from components.widgets.endpoints import known_targets
from tests.pages.conftest import Wire
from tests.pages.driver import (
    choose,
    choose_sample,
    open_playground,
    press_transcribe,
    run,
    set_number,
    wait_in_service,
    widget,
)

VALUES: dict[str, Value] = {
    "language": "haitian creole",
    "task": "translate",
    "max_length": 17,
    "max_new_tokens": 0,
    "num_beams": 4,
    "num_return_sequences": 2,
    "no_repeat_ngram_size": 6,
    "early_stopping": False,
    "do_sample": True,
    "temperature": 1.25,
    "top_k": 7,
    "top_p": 0.35,
}
PARTNERS: dict[str, dict[str, Value]] = {"language": {"task": "transcribe"}, "task": {"language": "french"}}


@pytest.fixture
def ready(playground: AppTest, wire: Wire) -> AppTest:
    """The playground with audio, before an endpoint that says yes to everything."""
    wire.reply = [" Yes."]
    return choose_sample(playground)


def set_parameter(app: AppTest, parameter: Parameter, value: Value) -> None:
    if isinstance(value, str | bool):
        choose(app, parameter.name, str(value).lower())
    else:
        assert isinstance(value, int | float)
        set_number(app, parameter.name, value)


def label(app: AppTest, group: str) -> str:
    return str(app.expander(key=f"group_{group}").label)


@pytest.mark.parametrize("parameter", ON_SCREEN, ids=lambda parameter: parameter.name)
def test_each_parameter_reaches_the_request_as_set(ready: AppTest, wire: Wire, parameter: Parameter) -> None:
    wanted = {parameter.name: VALUES[parameter.name]} | PARTNERS.get(parameter.name, {})
    for entry in ON_SCREEN:
        if entry.name in wanted:
            set_parameter(ready, entry, wanted[entry.name])
    press_transcribe(ready)
    sent = {name: value for name, value in wire.payload.items() if name != "audio_input"}
    assert sent == wanted
    assert [type(sent[name]) for name in wanted] == [type(value) for value in wanted.values()]


@pytest.mark.parametrize("parameter", ON_SCREEN, ids=lambda parameter: parameter.name)
def test_each_parameter_explains_itself(playground: AppTest, parameter: Parameter) -> None:
    key = f"set_{parameter.name}" if parameter.slider else parameter.name
    assert widget(playground, key).help == parameter.help


def test_with_nothing_set_the_raw_audio_is_sent(ready: AppTest, wire: Wire) -> None:
    press_transcribe(ready)
    assert wire.requests[0].content_type == "audio/wav"


def test_what_is_unset_again_is_not_sent(ready: AppTest, wire: Wire) -> None:
    set_number(ready, "num_beams", 5)
    ready.toggle(key="set_num_beams").set_value(False)
    press_transcribe(run(ready))
    assert wire.requests[0].content_type == "audio/wav"


@pytest.mark.parametrize(
    ("group", "settings", "message"),
    [
        ("task", {"language": "french"}, "task is not set"),
        ("task", {"task": "translate"}, "language is not set"),
        ("length", {"max_length": 20, "max_new_tokens": 20}, "give only one"),
        ("beam_search", {"num_beams": 2, "num_return_sequences": 3}, "at most num_beams"),
    ],
)
def test_contradictions_are_shown_beside_their_group_and_not_sent(
    ready: AppTest, wire: Wire, group: str, settings: dict[str, Any], message: str
) -> None:
    for name, value in settings.items():
        set_parameter(ready, next(p for p in ON_SCREEN if p.name == name), value)
    shown = [box.value.replace("\\", "") for box in ready.main.error]
    assert len(shown) == 1
    assert message in shown[0]
    assert "check" in label(ready, group)
    assert ready.button(key="transcribe").disabled
    assert "Change the parameters" in ready.container(key="actions").caption[0].value
    assert not wire.requests


def test_badges_count_what_is_set_and_reset_unsets_it(ready: AppTest, wire: Wire) -> None:
    assert ready.button(key="reset").disabled
    set_number(ready, "num_beams", 5)
    choose(ready, "early_stopping", "false")
    set_number(ready, "top_k", 9)
    assert "2 set" in label(ready, "beam_search")
    assert "1 set" in label(ready, "sampling")
    assert label(ready, "length") == "Length"
    ready.button(key="reset").click()
    press_transcribe(run(ready))
    assert label(ready, "beam_search") == "Beam search"
    assert wire.requests[0].content_type == "audio/wav"


def test_settings_without_effect_say_so_where_they_stand(ready: AppTest) -> None:
    set_number(ready, "top_k", 9)
    notes = [caption.value.replace("\\", "") for caption in ready.expander(key="group_sampling").caption]
    assert notes == [":material/info: top_k has no effect unless do_sample is true."]
    choose(ready, "do_sample", "true")
    assert not ready.expander(key="group_sampling").caption
    assert not ready.button(key="transcribe").disabled


@pytest.fixture
def tiny_en(portal: Target) -> Iterator[str]:
    """The name of an endpoint that serves whisper-tiny.en."""
    name, sagemaker = "tiny-en", portal.sagemaker()
    sagemaker.create_model(
        ModelName=name,
        PrimaryContainer={"Environment": {"MODEL_ID": "whisper-tiny.en"}},
        ExecutionRoleArn="arn:aws:iam::000000000000:role/none",
    )
    variant: ProductionVariantTypeDef = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    wait_in_service(portal, name)
    yield name
    sagemaker.delete_endpoint(EndpointName=name)
    known_targets.endpoints_of.clear()


def test_an_english_only_model_takes_neither_language_nor_task(tiny_en: str, wire: Wire) -> None:
    wire.reply = [" Yes."]
    app = choose_sample(open_playground(language="french", task="translate"))
    app.selectbox(key="endpoint").set_value(tiny_en)
    run(app)
    assert app.selectbox(key="language").disabled
    assert widget(app, "task").disabled
    assert "knows English only" in app.expander(key="group_task").caption[0].value
    press_transcribe(app)
    assert wire.requests[0].content_type == "audio/wav"
    app.selectbox(key="endpoint").set_value("whisper-base")
    press_transcribe(run(app))
    assert wire.payload["language"] == "french"
