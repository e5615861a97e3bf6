"""What work will take follows from a measured speed."""

from dataclasses import replace

import pytest

from lissnas.supernet.estimate import (
    Speed,
    alone_seconds,
    measuring_seconds,
    pipeline_seconds,
    same_speed,
    speed_dict,
    speed_of,
    training_seconds,
)
from lissnas.supernet.settings import PipelineSettings, TrainSettings, settings_dict

SPEED = Speed(
    step_seconds=0.5,
    steps_per_epoch=10,
    images_per_step=64,
    paths_per_step=4,
    path_seconds=0.2,
    train_images=1000,
    valid_images=488,
    memory_mib=300,
    device="processor",
    parameters=1234,
)


def test_seconds_follow_from_steps_and_paths():
    """Epochs times steps times seconds; a network alone takes one path of a step."""
    settings = TrainSettings()
    assert training_seconds(settings, SPEED) == settings.recipe.epochs * 10 * 0.5
    assert alone_seconds(8, 2, 4, SPEED) == pytest.approx(8 * 2 * 10 * 0.125 / 4)
    assert measuring_seconds(10, 512, SPEED) == pytest.approx(2)
    whole = measuring_seconds(10, 10**6, SPEED)
    assert whole == pytest.approx(2 * 1488 / 1000)


def test_a_pipeline_is_the_sum_of_its_parts():
    """Two supernets, the networks trained alone, and all measured paths."""
    one = PipelineSettings(paths=20, truths=3, queries=8, retrained=4, alone_epochs=2)
    parts = 2 * training_seconds(one, SPEED) + alone_seconds(10, 2, 1, SPEED)
    parts += measuring_seconds(20 + 12 + 8, one.calibration, SPEED)
    assert pipeline_seconds(one, SPEED) == pytest.approx(parts)


def test_a_speed_holds_for_what_does_not_change_a_step():
    """Seeds and epochs do not matter, the batch, the data and the sampling do."""
    measured = settings_dict(TrainSettings())
    longer = replace(TrainSettings().recipe, epochs=99)
    assert same_speed(TrainSettings(seed=3, recipe=longer), measured)
    assert same_speed(PipelineSettings(), measured)
    larger = replace(longer, batch=128)
    for other in (
        TrainSettings(recipe=larger),
        TrainSettings(data="cifar10"),
        TrainSettings(sampling="fair"),
        TrainSettings(scale="paper"),
    ):
        assert not same_speed(other, measured)
    assert not same_speed(TrainSettings(), {})


def test_a_speed_survives_json_and_damage_is_no_speed():
    """What a job wrote is read again; anything else is none."""
    assert speed_of(speed_dict(SPEED)) == SPEED
    assert speed_of({"step_seconds": 1}) is None
