"""A survey: what was measured of one task's locality, and all it depends on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from lissnas import __version__
from lissnas.arrays import Scores
from lissnas.metrics.locality import (
    Curve,
    Locality,
    LocalitySettings,
    Walk,
    WalkSettings,
    verdict,
    walk_verdict,
)
from lissnas.spaces import SPACES
from lissnas.spaces.base import threshold_edit_distance

COSTS = "multiply-adds"
"""The name that stands for the exact costs where a task's name would stand."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """The locality of a task.

    Parameters
    ----------
    space, task
        Names in the registries; the task is `COSTS` for costs.
    source
        What the scores are: ``measured``, ``predicted`` or ``costs``.
    complete
        Whether all architectures of the space were measured, so pairs are random ones.
    pairs
        Locality by pairs.
    walk
        Locality by walks; None where measured scores are too few to walk along.
    about
        In words, what the scores are and where they come from.
    provenance
        Seed, settings, version, and the table's checksum, title and counts.
    quality
        Of the predictor, where one was used.
    """

    space: str
    task: str
    source: str
    complete: bool
    pairs: Locality
    walk: Walk | None
    about: str
    provenance: Mapping[str, Any]
    quality: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the space's title, the task, and the source if it is not truth."""
        mark = " (predicted)" if self.source == "predicted" else ""
        mark = mark or ("" if self.complete or self.source == "costs" else " (partial)")
        return f"{SPACES[self.space].title} · {self.task}{mark}"

    @property
    def threshold(self) -> int:
        """Return a third of the total edit distance."""
        return threshold_edit_distance(SPACES[self.space])

    @property
    def total(self) -> int:
        """Return the total edit distance."""
        return SPACES[self.space].total_edit_distance

    @property
    def verdict(self) -> str:
        """Return in words what the correlation at the threshold is."""
        what = {"predicted": "predictions", "costs": "multiply-adds"}
        ranks = "ranks" if self.provenance["pairs"]["ranks"] else ""
        subject = what.get(self.source, "networks")
        return verdict(self.pairs, self.threshold, self.total, subject, ranks)

    @property
    def walk_verdict(self) -> str:
        """Return in words how far the correlation reaches along walks."""
        if self.walk is None:
            return "Random walks meet too few measured architectures."
        return walk_verdict(self.walk)


def request(
    settings: LocalitySettings, walks: WalkSettings, seed: int, checksum: str
) -> dict[str, Any]:
    """Return all that a survey's numbers depend on, besides its names."""
    return {
        "version": __version__,
        "seed": seed,
        "pairs": asdict(settings),
        "walks": asdict(walks),
        "checksum": checksum,
    }


def survey_dict(found: Survey) -> dict[str, Any]:
    """Return a survey as what JSON can hold, unknown numbers as None."""
    sentences = {"verdict": found.verdict, "walk_verdict": found.walk_verdict}
    values: dict[str, Any] = _plain(asdict(found) | sentences)
    return values


def survey_from_dict(values: Mapping[str, Any]) -> Survey:
    """Return the survey that `survey_dict` wrote; ValueError if it is none."""
    try:
        pairs = dict(values["pairs"])
        kinds = {k: _curve(v) for k, v in pairs.pop("aad_by_kind").items()}
        found = Locality(
            distance=np.array(pairs.pop("distance"), dtype=np.int64),
            pairs=np.array(pairs.pop("pairs"), dtype=np.int64),
            rwa_curve=_curve(pairs.pop("rwa_curve")),
            aad_curve=_curve(pairs.pop("aad_curve")),
            noise=_scores(pairs.pop("noise")),
            unrelated=_number(pairs.pop("unrelated")),
            aad_by_kind=kinds,
            left_out=tuple(pairs.pop("left_out")),
        )
        walk = values["walk"]
        if walk is not None:
            walk = Walk(_curve(walk["curve"]), _scores(walk["noise"]))
        return Survey(
            space=values["space"],
            task=values["task"],
            source=values["source"],
            complete=values["complete"],
            pairs=found,
            walk=walk,
            about=values["about"],
            provenance=values["provenance"],
            quality=values["quality"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"survey lacks or misnames a part: {error}") from None


def _curve(values: Mapping[str, Any]) -> Curve:
    return Curve(*(_scores(values[name]) for name in ("values", "low", "high")))


def _scores(values: list[float | None]) -> Scores:
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _plain(value: Any) -> Any:
    """Return `value` with arrays as lists, and None for what is not finite."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
