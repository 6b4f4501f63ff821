from dataclasses import replace

from components.evaluation.results.wording import setting_names, system_name, system_names
from components.evaluation.runs.records import System

HERE = System("base", "This computer", "local", "whisper-base")
THERE = System("base", "AWS eu-west-1", "eu-west-1", "whisper-base", "ml.g5.2xlarge", 1)
TINY = System("tiny", "This computer", "local", "whisper-tiny")


def test_what_is_unique_has_its_own_name() -> None:
    assert system_names([HERE, TINY]) == ["base", "tiny"]


def test_the_same_name_elsewhere_is_told_apart_by_its_place() -> None:
    assert system_names([HERE, THERE, TINY]) == ["base · This computer", "base · AWS eu-west-1", "tiny"]
    assert system_name([HERE, THERE], 1) == "base · AWS eu-west-1"


def test_settings_are_told_apart_by_what_they_differ_in_and_nothing_else() -> None:
    assert setting_names([(HERE, {}), (HERE, {"num_beams": 5}), (TINY, {"num_beams": 5})]) == [
        "base · no parameters",
        "base · num_beams=5",
        "tiny",
    ]
    larger = replace(THERE, instance_type="ml.g5.4xlarge")
    assert setting_names([(THERE, {}), (larger, {})]) == [
        "base · 1 x ml.g5.2xlarge",
        "base · 1 x ml.g5.4xlarge",
    ]
