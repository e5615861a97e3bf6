"""The task that trains a supernet.

The folder holds ``initial.pt``, the weights before the first step; ``checkpoint.pt``,
the last checkpoint; ``log.jsonl``, a line about each second; ``visits.json``, how often
each option was trained; at the end ``supernet.pt`` and ``result.json``.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from lissnas.home import write_atomic
from lissnas.runs import json_bytes
from lissnas.spaces import Space
from lissnas.subsets import Subset
from lissnas.supernet import checkpoint, networks, seeds
from lissnas.supernet import subset as subsets
from lissnas.supernet.distributed import joined
from lissnas.supernet.folders import (
    LOG,
    VISITS,
    append,
    claim,
    lines,
    result_in,
    settings_in,
    versions,
    write_result,
)
from lissnas.supernet.networks import Shared
from lissnas.supernet.optimise import device_of
from lissnas.supernet.sampling import Paths
from lissnas.supernet.setting import Bench, bench, quiet_torch
from lissnas.supernet.settings import TrainSettings, settings_from_dict
from lissnas.supernet.trainer import Trainer
from lissnas.work import Report, Stop

INITIAL, CHECKPOINT, FINAL = "initial.pt", "checkpoint.pt", "supernet.pt"
SUBSET = "subset.json"


def train(settings: TrainSettings, folder: Path, report: Report, stop: Stop) -> None:
    """Train a supernet to the end, from the last checkpoint if there is one."""
    with joined(device_of(settings.device)) as (group, device):
        if group.first:
            claim(folder, "train", settings)
        if result_in(folder) is not None:
            return
        with quiet_torch(settings.threads):
            trainer, at = prepared(settings, folder, device)
            trainer.group = group
            if group.first:
                _begin(folder, trainer)
            trainer.run(
                folder / CHECKPOINT,
                settings.every,
                report if group.first else lambda *_: None,
                stop,
                lambda numbers: (
                    _note(folder, trainer, numbers) if group.first else None
                ),
            )
            if group.first:
                _end(settings, folder, trainer, at)


def prepared(
    settings: TrainSettings, folder: Path, device: torch.device
) -> tuple[Trainer, Bench]:
    """Return a supernet before its first step."""
    at, space = bench(settings, device), subsets.space_of(settings.space)
    inside = paths_from(space, settings, folder)
    torch.manual_seed(seeds.number(settings.seed, seeds.WEIGHTS))
    net = networks.shared(settings.space, at.scale)
    paths = Paths(inside, space, settings.sampling, settings.seed)
    return Trainer(net, at.feed, settings.recipe, settings.seed, paths), at


def paths_from(space: Space, settings: TrainSettings, folder: Path) -> Subset:
    """Return where paths are drawn; a copy in the folder outlives its source."""
    kept = folder / SUBSET
    if not kept.is_file():
        subsets.write(kept, space, subsets.find(space, settings.subset))
    return subsets.read(space, kept)


def _begin(folder: Path, trainer: Trainer) -> None:
    """Store the initial weights, and forget what was logged after the checkpoint."""
    if not (folder / INITIAL).is_file():
        checkpoint.save(folder / INITIAL, {"net": trainer.net.state_dict()})
    step = 0
    if (folder / CHECKPOINT).is_file():
        step = int(checkpoint.load(folder / CHECKPOINT)["step"])
    kept = [line for line in lines(folder / LOG) if line.get("step", 0) <= step]
    (folder / LOG).unlink(missing_ok=True)
    for line in kept:
        append(folder / LOG, line)


def _note(folder: Path, trainer: Trainer, numbers: Any) -> None:
    """Log a line, and how often each option was trained so far."""
    append(folder / LOG, numbers)
    assert trainer.paths is not None
    decisions = trainer.paths.space.decisions
    write_atomic(
        folder / VISITS,
        json_bytes(
            {
                "step": trainer.step,
                "decisions": [decision.name for decision in decisions],
                "options": [list(decision.options) for decision in decisions],
                "visits": [
                    row[: len(decision.options)]
                    for row, decision in zip(
                        trainer.paths.visits.tolist(), decisions, strict=True
                    )
                ],
            }
        ),
    )


def _end(settings: TrainSettings, folder: Path, trainer: Trainer, at: Bench) -> None:
    """Store the final weights and what belongs to them."""
    checkpoint.save(folder / FINAL, {"net": trainer.net.state_dict()})
    write_result(
        folder,
        {
            "space": settings.space,
            "steps": trainer.steps,
            "scale": asdict(at.scale),
            "data": {"source": at.images.source, "sha256": at.images.fingerprint},
            "parameters": sum(p.numel() for p in trainer.net.parameters()),
            "note": trainer.note,
            "versions": versions(),
        },
    )
    (folder / CHECKPOINT).unlink(missing_ok=True)


@dataclass(frozen=True, eq=False)
class Trained:
    """A supernet that was trained: its settings, data, weights, and paths' set."""

    settings: TrainSettings
    space: Space
    bench: Bench
    net: Shared
    subset: Subset


def opened(folder: Path, device: torch.device) -> Trained:
    """Return a trained supernet.

    Raises
    ------
    ValueError
        If the folder has none that is finished, or the data changed since.
    """
    settings = settings_from_dict(TrainSettings, settings_in(folder, "train"))
    result = result_in(folder)
    if result is None:
        raise ValueError(f"supernet must be trained to the end, got {folder}")
    at = bench(settings, device)
    if at.images.fingerprint != result["data"]["sha256"]:
        raise ValueError(f"data {settings.data} must be what {folder} was trained on")
    net = networks.shared(settings.space, at.scale)
    net.load_state_dict(checkpoint.load(folder / FINAL)["net"])
    net.to(device)
    if settings.recipe.channels_last:
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    space = subsets.space_of(settings.space)
    return Trained(settings, space, at, net, subsets.read(space, folder / SUBSET))
