"""Batches of images on a device, in an order that the seed and the step fix."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lissnas.arrays import Ints
from lissnas.supernet import seeds
from lissnas.supernet.augment import augment, draw
from lissnas.supernet.data import Images, Split
from lissnas.supernet.recipes import Recipe

STATISTICS = 20_000  # images over which means and deviations are taken
IN_MEMORY = 2**32  # bytes of pixels that are kept on the device as a whole


@dataclass(frozen=True, eq=False)
class Feed:
    """Normalised batches of a split data set.

    Parameters
    ----------
    images, labels
        Raw pixels ``(n, c, h, w)``, on the device if there is room, and labels.
    split
        Rows of the parts.
    mean, deviation
        Of the training images, ``(1, c, 1, 1)``.
    """

    images: Tensor
    labels: Tensor
    split: Split
    mean: Tensor
    deviation: Tensor
    device: torch.device
    pixels: int
    channels_last: bool = False

    def steps(self, recipe: Recipe) -> int:
        """Return how many steps an epoch has; images beyond whole batches wait."""
        return max(1, len(self.split.train) // self.size(recipe))

    def size(self, recipe: Recipe) -> int:
        """Return how many images a step has, fewer than asked of small data sets."""
        return min(recipe.batch, len(self.split.train))

    def batch(
        self, recipe: Recipe, seed: int, step: int, rank: int = 0, world: int = 1
    ) -> tuple[Tensor, Tensor]:
        """Return the images and labels of a training step, those of one process."""
        count, size = self.steps(recipe), self.size(recipe)
        epoch, place = divmod(step, count)
        order = self._order(seed, epoch)[place * size : (place + 1) * size]
        images, labels = self.at(order[rank::world])
        if recipe.crop or recipe.flip or recipe.erase:
            draws = draw(size, seeds.number(seed, seeds.AUGMENT, step))
            images = self._laid(augment(images, recipe, draws.of(rank, world)))
        return images, labels

    def at(self, rows: Ints) -> tuple[Tensor, Tensor]:
        """Return normalised images and labels of rows ``(b,)``."""
        place = torch.from_numpy(np.ascontiguousarray(rows))
        if self.images.device == self.device:
            place = place.to(self.device)
        raw = self.images.index_select(0, place).to(self.device)
        labels = self.labels[place.to(self.labels.device)]
        images = (raw.float() - self.mean) / self.deviation
        if self.pixels and self.pixels != images.shape[-1]:
            size = (self.pixels, self.pixels)
            images = functional.interpolate(
                images, size, mode="bilinear", antialias=True
            )
        return self._laid(images), labels

    def _laid(self, images: Tensor) -> Tensor:
        """Return images in the memory format of the feed."""
        if self.channels_last:
            return images.contiguous(memory_format=torch.channels_last)
        return images.contiguous()

    def _order(self, seed: int, epoch: int) -> Ints:
        """Return the training rows in the order of an epoch."""
        return _shuffled(self.split.train.tobytes(), seed, epoch)


@lru_cache(maxsize=4)
def _shuffled(rows: bytes, seed: int, epoch: int) -> Ints:
    """Return rows in the order of an epoch."""
    rng = seeds.generator(seed, seeds.ORDER, epoch)
    return rng.permutation(np.frombuffer(rows, dtype=np.int64))


def feed(
    images: Images,
    split: Split,
    device: torch.device,
    pixels: int = 0,
    channels_last: bool = False,
) -> Feed:
    """Return the batches of a data set on a device."""
    mean, deviation = statistics(images, split)
    raw: Any = images.pixels
    if not isinstance(raw, np.memmap):
        raw = np.ascontiguousarray(raw)
    elif raw.nbytes <= IN_MEMORY:
        raw = np.array(raw)
    tensor = _mapped(raw)
    if tensor.nbytes <= IN_MEMORY:
        tensor = tensor.to(device)
    labels = torch.from_numpy(images.labels).to(device)
    parts = (mean.to(device), deviation.to(device))
    return Feed(tensor, labels, split, *parts, device, pixels, channels_last)


def _mapped(pixels: Any) -> Tensor:
    """Return pixels as a tensor; of a file that is only read, without writing."""
    if not isinstance(pixels, np.memmap):
        return torch.from_numpy(pixels)
    shape, count = pixels.shape, int(np.prod(pixels.shape))
    offset, name = pixels.offset, str(pixels.filename)
    whole = torch.from_file(name, False, offset + count, dtype=torch.uint8)
    return whole[offset:].view(shape)


def statistics(images: Images, split: Split) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of each channel over training images."""
    rows = split.train
    rows = rows[:: -(-len(rows) // STATISTICS)]
    pixels = np.asarray(images.pixels[rows], dtype=np.float64)
    mean, deviation = pixels.mean((0, 2, 3)), pixels.std((0, 2, 3))
    deviation = np.where(deviation > 0, deviation, 1)
    shape = (1, -1, 1, 1)
    return tuple(  # type: ignore[return-value]
        torch.from_numpy(a.astype(np.float32)).view(shape) for a in (mean, deviation)
    )
