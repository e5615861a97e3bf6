"""Settings of training and measuring, without torch: flags, forms and stored JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

from lissnas.shrink import SHRINKERS
from lissnas.spaces import SPACES
from lissnas.supernet.recipes import RECIPES, Recipe, check_choice, check_least

Sampling = Literal["uniform", "fair", "balanced"]
Preset = Literal["tiny", "paper"]
Device = Literal["auto", "cpu", "cuda"]
Chosen = TypeVar("Chosen", bound="Trained")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What all trainings share: the space, the data, the scale and the recipe.

    Parameters
    ----------
    space
        A space's name.
    data
        ``digits``, ``cifar10``, ``cifar100``, or a path to images.
    pixels
        Side to which images are resized; 0 leaves them, 224 for folders of images.
    scale
        Size of the networks: ``paper``, or ``tiny`` for a processor.
    valid, test
        Shares of the images that rank architectures, and that judge the last result.
    seed
        Non-negative integer; with it every number is fixed.
    device
        ``cuda``, ``cpu``, or ``auto`` for the first that is there.
    threads
        Threads on a processor; 0 leaves torch's choice.
    recipe
        How a network is trained.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    space: str = "shufflenetv2"
    data: str = "digits"
    pixels: int = 0
    scale: Preset = "tiny"
    valid: float = 0.2
    test: float = 0.2
    seed: int = 0
    device: Device = "auto"
    threads: int = 1
    recipe: Recipe = field(default_factory=lambda: RECIPES["tiny"])

    def __post_init__(self) -> None:
        if self.space not in SPACES:
            raise ValueError(
                f"space must be one of {', '.join(SPACES)}, got {self.space!r}"
            )
        check_least(self, pixels=0, seed=0, threads=0)
        for name in ("valid", "test"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must be in (0, 1), got {getattr(self, name)}")
        if self.valid + self.test >= 1:
            raise ValueError(
                f"valid and test must be less than 1, got {self.valid + self.test:g}"
            )
        check_choice(self, "scale", Preset)
        check_choice(self, "device", Device)


@dataclass(frozen=True, slots=True, kw_only=True)
class AloneSettings(Trained):
    """Networks trained alone, each from scratch.

    Parameters
    ----------
    archs
        Which architectures: a number of uniform draws, ``all``, a run's name for the
        members of its shrunk space, or a file with one architecture a line.
    repeats
        Trainings of each architecture, with different initial weights and orders.
    processes
        How many to train at a time.
    table
        Name of the table that is written; empty for one from space and data.
    """

    archs: str = "100"
    repeats: int = 1
    processes: int = 1
    table: str = ""

    def __post_init__(self) -> None:
        Trained.__post_init__(self)
        check_least(self, repeats=1, processes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings(Trained):
    """A supernet trained on paths drawn from a space or a part of it.

    Parameters
    ----------
    subset
        Where paths are drawn: empty for the whole space, a run's name for its shrunk
        space, or a file that a pipeline wrote.
    sampling
        ``uniform``: one path a step; ``fair``: paths that use every option once a
        step; ``balanced``: paths in proportion to their parameters.
    every
        Seconds between two checkpoints.
    """

    subset: str = ""
    sampling: Sampling = "uniform"
    every: float = 30.0
    recipe: Recipe = field(default_factory=lambda: RECIPES["tiny-supernet"])

    def __post_init__(self) -> None:
        Trained.__post_init__(self)
        check_choice(self, "sampling", Sampling)
        if not self.every > 0:
            raise ValueError(f"every must be above 0, got {self.every}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSettings:
    """Paths of a trained supernet measured on the images that rank.

    Parameters
    ----------
    supernet
        The folder of a trained supernet.
    archs
        Which architectures: a number of uniform draws from where the supernet drew its
        paths, ``all``, a run's name, or a file with one architecture a line.
    calibration
        Images over which batch-norm statistics are averaged for each path, at most as
        many as train; 25,600 is SPOS's number.
    batch
        Images at a time; it does not change the result beyond rounding.
    seed
        Draws architectures and calibration images.
    device
        ``cuda``, ``cpu``, or ``auto`` for the first that is there.
    threads
        Threads on a processor; 0 leaves torch's choice.
    table
        Name of the table that is written; empty for one from space and data.
    """

    supernet: str = ""
    archs: str = "1000"
    calibration: int = 25_600
    batch: int = 128
    seed: int = 0
    device: Device = "auto"
    threads: int = 1
    table: str = ""

    def __post_init__(self) -> None:
        check_least(self, calibration=2, batch=2, seed=0, threads=0)
        check_choice(self, "device", Device)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainSettings(Trained):
    """The best architectures retrained from scratch; the best of them is tested.

    Parameters
    ----------
    archs
        A file with one architecture a line, or architectures with semicolons between.
    repeats
        Trainings of each architecture.
    processes
        How many to train at a time.
    """

    archs: str = ""
    repeats: int = 1
    processes: int = 1

    def __post_init__(self) -> None:
        Trained.__post_init__(self)
        check_least(self, repeats=1, processes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings(Trained):
    """The paper's section 4.5: shrink by a supernet, and see what it is worth.

    Parameters
    ----------
    method
        How the space is shrunk by the predictor.
    target
        Architectures of the shrunk space, where the method takes a number.
    sampling
        How paths are drawn in both supernets.
    paths
        Paths of the full supernet that are measured to train the predictor.
    truths
        Networks trained alone to judge ranking, once from the full space and once
        from the shrunk one.
    alone_epochs
        Epochs of networks trained alone.
    queries
        Paths that the search measures in the shrunk supernet.
    max_macs
        Most multiply-adds of what is searched, at the paper's scale; 0 means any.
    retrained
        The best found that are trained from scratch.
    calibration
        Images over which batch-norm statistics are averaged for each path.
    processes
        Networks trained alone at a time.
    """

    method: str = "lissnas"
    target: int = 4096
    sampling: Sampling = "uniform"
    paths: int = 300
    truths: int = 20
    alone_epochs: int = 15
    queries: int = 100
    max_macs: float = 0.0
    retrained: int = 10
    calibration: int = 512
    processes: int = 1
    recipe: Recipe = field(default_factory=lambda: RECIPES["tiny-supernet"])

    def __post_init__(self) -> None:
        Trained.__post_init__(self)
        check_choice(self, "sampling", Sampling)
        if self.method not in SHRINKERS:
            raise ValueError(
                f"method must be one of {', '.join(SHRINKERS)}, got {self.method!r}"
            )
        check_least(self, target=1, paths=20, truths=3, alone_epochs=1, queries=1)
        check_least(self, retrained=1, calibration=2, processes=1)
        if not 0 <= self.max_macs < 2**63:
            raise ValueError(f"max_macs must be in 0..2**63, got {self.max_macs}")


def settings_dict(settings: Any) -> dict[str, Any]:
    """Return settings as what JSON can hold."""
    return asdict(settings)


def settings_from_dict(kind: type[Chosen], values: Mapping[str, Any]) -> Chosen:
    """Return the settings that `settings_dict` wrote; ValueError if they are none."""
    known = {one.name for one in fields(kind)}
    try:
        parts = dict(values)
        if "recipe" in known and isinstance(parts.get("recipe"), Mapping):
            parts["recipe"] = Recipe(**parts["recipe"])
        return kind(**parts)
    except TypeError as error:
        raise ValueError(f"settings hold unknown or missing values: {error}") from None


def data_name(data: str) -> str:
    """Return the short name of a data set: the name, or the path's last part."""
    return Path(data).name.partition(".")[0] or "data"
