"""Accuracies of many paths of a supernet, each with batch-norm statistics of its own.

Weights that many paths share have statistics that fit none of them, so every path's are
averaged anew over calibration images: as in SPOS [1]_, a pass in training mode over
batches, but with cumulative averages, which depend on no order. Done naively, a path
costs a pass over all batches, one after the other, and another over the images that are
judged. Here

- the calibration images are the same for all paths, prepared once;
- paths are taken in the order of their options, and in networks that are chains of
  layers a path begins where it first differs from the one before: what the layers
  before made of all images is kept, as far as there is room;
- the images that are judged follow the batches through each layer of a chain, so there
  is no second pass;
- on a GPU several batches go through at once, each with the statistics of its own.

None of this changes a number but for rounding. A path neither reads nor leaves any
state in the network, so results do not depend on which others are measured.

.. [1] Guo et al., ECCV 2020, arXiv:1904.00420: 200 batches of 128 images.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm

from lissnas.arrays import Archs, Ints, Scores
from lissnas.supernet import seeds
from lissnas.supernet.feed import Feed
from lissnas.supernet.networks import Shared
from lissnas.supernet.networks.chains import SharedChain

MOST_BYTES = 2**31  # of what is kept of the layers before
CUDA_BATCHES = 16  # that go through a GPU at once


class PathNorm(nn.BatchNorm2d):
    """A batch norm whose statistics are averages over the batches it has just seen.

    While `batches` is positive, images are that many batches, image i in batch i modulo
    `batches`, and are normalised by the statistics of theirs; otherwise, by the
    averages over all batches since `seen` was 0.
    """

    running_mean: Tensor
    running_var: Tensor
    batches: int
    seen: int

    def forward(self, input: Tensor) -> Tensor:
        """Return all images normalised."""
        channels, many = input.shape[1], self.batches
        parts = (self.running_mean, self.running_var, self.weight, self.bias)
        if channels != self.num_features:
            parts = tuple(p if p is None else p[:channels] for p in parts)  # type: ignore[assignment]
        mean, variance, weight, bias = parts
        if many > 1:
            return self._folded(input, *parts)
        factor = 0.0
        if many:
            self.seen += 1
            factor = 1 / self.seen
        return batch_norm(
            input, mean, variance, weight, bias, many > 0, factor, self.eps
        )

    def _folded(
        self,
        images: Tensor,
        mean: Tensor,
        variance: Tensor,
        weight: Tensor | None,
        bias: Tensor | None,
    ) -> Tensor:
        """Return several batches normalised, and add their statistics."""
        shape, many = images.shape, self.batches
        size, channels = shape[0] // many, shape[1]
        folded = images.reshape(size, many * channels, *shape[2:])
        means, variances = mean.repeat(many), variance.repeat(many)
        weight, bias = (p if p is None else p.repeat(many) for p in (weight, bias))
        found = batch_norm(folded, means, variances, weight, bias, True, 1.0, self.eps)
        self.seen += many
        for running, new in ((mean, means), (variance, variances)):
            new = new.view(many, channels).mean(0)
            running.lerp_(new, many / self.seen)
        return found.view(shape)


class Chunk(NamedTuple):
    """Images that go through a network together: `batches` batches, or judged ones."""

    images: Tensor
    batches: int


@dataclass(eq=False)
class Measurer:
    """Measures paths of a supernet, which it changes: it cannot train on.

    Parameters
    ----------
    calibration
        Rows ``(c,)`` of calibration images, in whole batches.
    judged
        Rows ``(v,)`` of the images whose share of correct answers is the accuracy.
    batch
        Images of a calibration batch; image i is in batch i modulo their number.
    """

    net: Shared
    feed: Feed
    calibration: Ints
    judged: Ints
    batch: int

    def __post_init__(self) -> None:
        self.net.eval()
        for module in self.net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.__class__ = PathNorm
        self._norms = {id(self.net): _norms(self.net)}
        self._chunks = list(self._prepared())
        self._labels = self.feed.at(self.judged)[1]
        self._before: list[nn.Module] = []
        self._kept: list[list[Tensor]] = []

    def _prepared(self) -> Iterator[Chunk]:
        """Yield the calibration images, then those that are judged."""
        many = len(self.calibration) // self.batch
        rows = self.calibration.reshape(self.batch, many)
        most = CUDA_BATCHES if self.feed.device.type == "cuda" else 1
        for start in range(0, many, most):
            part = np.ascontiguousarray(rows[:, start : start + most])
            yield Chunk(self.feed.at(part.reshape(-1))[0], part.shape[1])
        size = most * self.batch
        for start in range(0, len(self.judged), size):
            yield Chunk(self.feed.at(self.judged[start : start + size])[0], 0)

    def accuracy(self, row: Sequence[int]) -> float:
        """Return the share of the judged images that a path gets right."""
        row = tuple(row)
        with torch.inference_mode():
            if isinstance(self.net, SharedChain):
                outputs = self._along(self.net.path(row))
            else:
                images = [chunk.images for chunk in self._chunks]
                outputs = self._layer(self.net, images, row)
            judged = [
                logits
                for logits, chunk in zip(outputs, self._chunks, strict=True)
                if not chunk.batches
            ]
            right = int((torch.cat(judged).argmax(1) == self._labels).sum())
        return right / len(self.judged)

    def _along(self, layers: list[nn.Module]) -> list[Tensor]:
        """Return the outputs of a chain, from where it differs from the last one."""
        shared = 0
        for layer, before in zip(layers, self._before, strict=False):
            if layer is not before or shared == len(self._kept):
                break
            shared += 1
        del self._kept[shared:]
        self._before = layers
        x = self._kept[-1] if shared else [chunk.images for chunk in self._chunks]
        held = sum(t.nbytes for outputs in self._kept for t in outputs)
        for layer in layers[shared:]:
            x = self._layer(layer, x)
            held += sum(t.nbytes for t in x)
            if held <= MOST_BYTES and len(self._kept) == layers.index(layer):
                self._kept.append(x)
        return x

    def _layer(
        self, layer: nn.Module, images: Sequence[Tensor], *row: tuple[int, ...]
    ) -> list[Tensor]:
        """Return what a layer makes of all chunks, the batches first."""
        norms = self._norms.setdefault(id(layer), _norms(layer))
        for norm in norms:
            norm.seen = 0
        outputs, batches = [], -1
        for x, chunk in zip(images, self._chunks, strict=True):
            if chunk.batches != batches:
                batches = chunk.batches
                for norm in norms:
                    norm.batches = batches
            outputs.append(layer(x, *row))
        return outputs

    def __call__(self, archs: Archs) -> Scores:
        """Return the accuracies of canonical rows ``(n, d)``: an oracle."""
        scores = np.empty(len(archs))
        for i in in_order(archs):
            scores[i] = self.accuracy(archs[i].tolist())
        return scores


def _norms(module: nn.Module) -> list[PathNorm]:
    """Return the batch norms within a module."""
    return [norm for norm in module.modules() if isinstance(norm, PathNorm)]


def in_order(archs: Archs) -> Ints:
    """Return the order ``(n,)`` in which consecutive rows begin alike."""
    return np.lexsort(archs.T[::-1])


def measurer(
    net: Shared, feed: Feed, calibration: int, batch: int, seed: int
) -> Measurer:
    """Return what measures paths on the validation images.

    Calibration images are a seeded draw of training images, as many whole batches as
    `calibration` asks for and there are.
    """
    train = feed.split.train
    batch = min(batch, len(train))
    count = max(1, min(calibration, len(train)) // batch) * batch
    rows = seeds.generator(seed, seeds.CALIBRATION).permutation(train)[:count]
    return Measurer(net, feed, rows, feed.split.valid, batch)


def naive_accuracy(
    net: Shared, feed: Feed, row: Sequence[int], batches: Sequence[Ints], judged: Ints
) -> float:
    """Return a path's accuracy, measured as the definition says.

    Reset the statistics, pass over all batches in training mode, then judge in
    evaluation mode. It is what `Measurer` is tested and timed against.
    """
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    row, right = tuple(row), 0
    with torch.no_grad():
        net.train()
        for module in net.modules():
            if isinstance(module, nn.Dropout):
                module.eval()
        for rows in batches:
            net(feed.at(rows)[0], row)
        net.eval()
        for start in range(0, len(judged), 128):
            images, labels = feed.at(judged[start : start + 128])
            right += int((net(images, row).argmax(1) == labels).sum())
    return right / len(judged)
