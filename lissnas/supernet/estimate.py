"""What a training will take, from a measurement of its speed; without torch."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from lissnas.supernet.settings import PipelineSettings, Trained, settings_dict

CALIBRATION = 512  # images with which the seconds of a path are measured
SAME = (
    *("space", "data", "pixels", "scale", "valid", "test", "device", "threads"),
    "sampling",
)
SAME_RECIPE = (
    *("batch", "ghost", "optimiser", "crop", "flip", "erase", "precision"),
    *("channels_last", "compile"),
)


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a supernet trains and is measured.

    Parameters
    ----------
    step_seconds, steps_per_epoch, images_per_step, paths_per_step
        Of training.
    path_seconds
        Of measuring a path, calibrated with `CALIBRATION` images.
    train_images, valid_images
        Images of the data set.
    memory_mib
        Memory of the process, or of the GPU.
    device
        Where it was measured.
    parameters
        Weights of the supernet.
    """

    step_seconds: float
    steps_per_epoch: int
    images_per_step: int
    paths_per_step: int
    path_seconds: float
    train_images: int
    valid_images: int
    memory_mib: float
    device: str
    parameters: int

    @property
    def images_per_second(self) -> float:
        """Return how many images a second a training takes."""
        return self.images_per_step / max(self.step_seconds, 1e-9)


def speed_dict(found: Speed) -> dict[str, Any]:
    """Return a speed for JSON."""
    return asdict(found) | {"images_per_second": found.images_per_second}


def speed_of(values: Mapping[str, Any]) -> Speed | None:
    """Return the speed that `speed_dict` wrote, None if it is none."""
    try:
        return Speed(**{one.name: values[one.name] for one in fields(Speed)})
    except (KeyError, TypeError):
        return None


def same_speed(settings: Trained, measured: Mapping[str, Any]) -> bool:
    """Return whether a measurement with stored settings holds for these.

    Epochs, seeds, rates and the part of the space do not change how long a step takes.
    """
    own = settings_dict(settings)
    if "sampling" not in own:
        own["sampling"] = "uniform"
    recipe, other = own["recipe"], measured.get("recipe", {})
    return all(own[name] == measured.get(name) for name in SAME) and all(
        recipe[name] == other.get(name) for name in SAME_RECIPE
    )


def training_seconds(settings: Trained, found: Speed) -> float:
    """Return the seconds that a supernet's training takes, but for its start."""
    return settings.recipe.epochs * found.steps_per_epoch * found.step_seconds


def measuring_seconds(paths: int, calibration: int, found: Speed) -> float:
    """Return the seconds that measuring paths takes.

    The images that go through a path are those that calibrate and those that rank.
    """
    own = min(calibration, found.train_images) + found.valid_images
    base = min(CALIBRATION, found.train_images) + found.valid_images
    return paths * found.path_seconds * own / base


def alone_seconds(networks: int, epochs: int, processes: int, found: Speed) -> float:
    """Return the seconds that networks trained alone take.

    A step of one network takes as long as one path of a step of the supernet.
    """
    step = found.step_seconds / found.paths_per_step
    return networks * epochs * found.steps_per_epoch * step / processes


def pipeline_seconds(settings: PipelineSettings, found: Speed) -> float:
    """Return the seconds of a pipeline: two supernets, networks alone, paths.

    Fitting the predictor and shrinking are left out, they take seconds.
    """
    one = settings
    paths = one.paths + 4 * one.truths + one.queries
    networks = 2 * one.truths + one.retrained
    return (
        2 * training_seconds(one, found)
        + alone_seconds(networks, one.alone_epochs, one.processes, found)
        + measuring_seconds(paths, one.calibration, found)
    )
