"""One training step after the other, of a supernet or of a network alone.

A step is a function of the weights, the seed and its number, so a training that goes
on from a checkpoint ends with the weights of one that was never interrupted.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lissnas.arrays import Archs
from lissnas.supernet import checkpoint, distributed, seeds
from lissnas.supernet.alike import begin_alike, model_path
from lissnas.supernet.distributed import Group
from lissnas.supernet.feed import Feed
from lissnas.supernet.ghost import use_ghosts
from lissnas.supernet.networks.chains import SharedChain
from lissnas.supernet.optimise import clip, optimiser, precision, rate
from lissnas.supernet.recipes import Recipe
from lissnas.supernet.sampling import Paths
from lissnas.work import Report, Stop, Stopped, never, silent

Note = Callable[[Mapping[str, Any]], None]
BEAT = 1.0  # seconds between two reports


@dataclass(eq=False)
class Trainer:
    """A network in training: its weights, its optimiser and the number of the step.

    Parameters
    ----------
    net
        Called with images, or with images and a row ``(d,)`` where there are `paths`.
    paths
        Paths of each step of a supernet, all of which see the step's images and add
        their gradients; None for a network alone.
    """

    net: nn.Module
    feed: Feed
    recipe: Recipe
    seed: int
    paths: Paths | None = None
    group: Group = field(default_factory=Group)
    step: int = 0

    def __post_init__(self) -> None:
        local = self.feed.size(self.recipe) // self.group.world
        use_ghosts(self.net, min(self.recipe.ghost, local))
        self.net.to(self.feed.device)
        if self.recipe.precision == "float64":
            self.net.double()
        if self.recipe.channels_last:
            self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._weights = list(self.net.parameters())
        self._model: Archs | None = None
        self.optimiser = optimiser(self.net, self.recipe)
        parts = precision(self.recipe, self.feed.device)
        self._autocast: AbstractContextManager[object] = parts[0]
        self._scaler, self.note = parts[1:]
        each = self.feed.steps(self.recipe)
        self.steps = self.recipe.epochs * each
        self._warmup = round(self.recipe.warmup * each)
        self._called: Any = torch.compile(self.net) if self.recipe.compile else self.net

    @property
    def rate(self) -> float:
        """Return the learning rate of the next step."""
        return rate(self.recipe, self.step, self.steps, self._warmup)

    def advance(self) -> tuple[Tensor, Tensor]:
        """Take a step and return its mean loss and its share of correct answers."""
        recipe, group, step = self.recipe, self.group, self.step
        if not self.net.training:
            self.net.train()  # walks through all layers, of which a supernet has many
        torch.manual_seed(seeds.number(self.seed, seeds.NOISE, step, group.rank))
        images, labels = self.feed.batch(
            recipe, self.seed, step, group.rank, group.world
        )
        if recipe.precision == "float64":
            images = images.double()
        for parameters in self.optimiser.param_groups:
            parameters["lr"] = self.rate
        self.optimiser.zero_grad(set_to_none=True)
        loss = torch.zeros((), device=labels.device)
        right = torch.zeros((), device=labels.device)
        paths: list[tuple[Archs, ...]] = [()]
        if self.paths is not None:
            paths = [(row,) for row in self._rows(self.paths)]
        for path in paths:
            with self._autocast:
                logits = self._called(images, *path)
                part = cross_entropy(logits, labels, label_smoothing=recipe.smoothing)
            torch.autograd.backward(self._scaler.scale(part))
            loss += part.detach() / len(paths)
            right += (logits.detach().argmax(1) == labels).float().mean() / len(paths)
        self._scaler.unscale_(self.optimiser)
        gradients = [p.grad for p in self._weights if p.grad is not None]
        distributed.average(gradients, group)
        clip(gradients, recipe.clip)
        self._scaler.step(self.optimiser)
        self._scaler.update()
        self.step += 1
        return loss, right

    def _rows(self, paths: Paths) -> Archs:
        """Return the paths ``(k, d)`` of this step, which are counted.

        The path that trains alone at first is not: all options gain by it.
        """
        until = round(self.recipe.pretrain * self.steps)
        if until and self.step <= until and isinstance(self.net, SharedChain):
            model = model_path(self.net, paths) if self._model is None else self._model
            self._model = model
            if self.step < until:
                return model
            begin_alike(self.net, model[0])
        rows = paths(self.step)
        paths.count(rows)
        return rows

    def state(self) -> dict[str, Any]:
        """Return everything that a training goes on from."""
        distributed.average_statistics(self.net, self.group)
        return {
            "step": self.step,
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "scaler": self._scaler.state_dict(),
            "rate": self.rate,
            "seed": self.seed,
            "generator": torch.get_rng_state(),
            "visits": self.paths.visits.tolist() if self.paths else [],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned."""
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        if state["scaler"]:
            self._scaler.load_state_dict(state["scaler"])
        torch.set_rng_state(state["generator"].cpu())
        if self.paths is not None:
            self.paths.visits = np.array(state["visits"], dtype=np.int64)
        self.step = int(state["step"])

    def run(
        self,
        path: Path | None,
        every: float,
        report: Report = silent,
        stop: Stop = never,
        note: Note = lambda _: None,
    ) -> None:
        """Train to the end from the checkpoint at `path`, if there is one.

        A checkpoint is written every so many seconds and, if a `path` is given, when
        asked to stop.

        Raises
        ------
        Stopped
            When asked to; what was done is stored.
        """
        if path is not None and path.is_file():
            self.restore(checkpoint.load(path, self.feed.device))
        meter = Meter(self, report, note)
        saved = time.monotonic()
        while self.step < self.steps:
            meter.add(*self.advance())
            asked, due = meter.beat(), False
            if asked or self.group.world > 1:
                halt = distributed.agree(asked and stop(), self.group)
                due = distributed.agree(time.monotonic() - saved >= every, self.group)
                if halt:
                    self._save(path)
                    raise Stopped
            if due:
                self._save(path)
                saved = time.monotonic()
        meter.flush()
        distributed.average_statistics(self.net, self.group)

    def _save(self, path: Path | None) -> None:
        """Write a checkpoint; only the first process does."""
        if path is not None:
            state = self.state()
            if self.group.first:
                checkpoint.save(path, state)


class Meter:
    """Means of loss and accuracy since the last report, about once a second."""

    def __init__(self, trainer: Trainer, report: Report, note: Note) -> None:
        self._trainer, self._report, self._note = trainer, report, note
        self._sums: list[Tensor] = []
        self._start = self._last = time.monotonic()

    def add(self, loss: Tensor, right: Tensor) -> None:
        """Count a step."""
        self._sums.append(torch.stack([loss, right]))

    def beat(self) -> bool:
        """Report if it is time to, and return whether it was."""
        if time.monotonic() - self._last < BEAT:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Report what was counted."""
        if not self._sums:
            return
        trainer, now = self._trainer, time.monotonic()
        loss, right = torch.stack(self._sums).mean(0).tolist()
        spent = max(now - self._last, 1e-9)
        numbers = {
            "step": trainer.step,
            "loss": loss,
            "accuracy": right,
            "rate": trainer.rate,
            "images_per_second": len(self._sums)
            * trainer.feed.size(trainer.recipe)
            / spent,
            "seconds": now - self._start,
        }
        if trainer.feed.device.type == "cuda":
            numbers["memory_mib"] = torch.cuda.max_memory_allocated() / 2**20
        self._sums, self._last = [], now
        self._note(numbers)
        self._report(trainer.step, trainer.steps, numbers)
