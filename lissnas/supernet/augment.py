"""Random crops, mirroring and erasing as operations on whole batches.

All random numbers of a batch are drawn at once on the processor, for the images of all
processes together: so results depend neither on the device nor on how many share it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from lissnas.supernet.recipes import Recipe

LEAST_AREA, MOST_AREA, ASPECT = 0.02, 0.33, 3.3


@dataclass(frozen=True, slots=True)
class Draws:
    """Random numbers in [0, 1), ``(b, 8)``, eight for each image of a batch."""

    numbers: Tensor

    def of(self, rank: int, world: int) -> "Draws":
        """Return those of every `world`-th image from `rank` on."""
        return Draws(self.numbers[rank::world])


def draw(count: int, seed: int) -> Draws:
    """Return the random numbers of `count` images."""
    generator = torch.Generator().manual_seed(seed)
    return Draws(torch.rand(count, 8, generator=generator))


def augment(images: Tensor, recipe: Recipe, draws: Draws) -> Tensor:
    """Return augmented images ``(b, c, h, w)``; borders and gaps are 0."""
    numbers = draws.numbers.to(images.device)
    if recipe.crop:
        images = shifted(images, recipe.crop, numbers[:, 0], numbers[:, 1])
    if recipe.flip:
        mirrored = (numbers[:, 2] < 0.5)[:, None, None, None]
        images = torch.where(mirrored, images.flip(3), images)
    if recipe.erase:
        images = erased(images, recipe.erase, numbers[:, 3:])
    return images


def shifted(images: Tensor, most: int, down: Tensor, right: Tensor) -> Tensor:
    """Return each image shifted by up to `most` pixels, as padding and a crop do."""
    height, width = images.shape[2:]
    padded = functional.pad(images, (most,) * 4)
    top = (down * (2 * most + 1)).long()
    left = (right * (2 * most + 1)).long()
    rows = top[:, None] + torch.arange(height, device=images.device)
    columns = left[:, None] + torch.arange(width, device=images.device)
    batch = torch.arange(len(images), device=images.device)
    found = padded.permute(0, 2, 3, 1)[
        batch[:, None, None], rows[:, :, None], columns[:, None, :]
    ]
    return found.permute(0, 3, 1, 2)


def erased(images: Tensor, chance: float, numbers: Tensor) -> Tensor:
    """Return images of which some have a random rectangle set to 0.

    The rectangle has 2 to 33% of the area and an aspect of up to 3.3, as usual.
    """
    height, width = images.shape[2:]
    area = height * width * (LEAST_AREA + numbers[:, 1] * (MOST_AREA - LEAST_AREA))
    aspect = ASPECT ** (2 * numbers[:, 2] - 1)
    tall = (area * aspect).sqrt().round().clamp(1, height)
    wide = (area / aspect).sqrt().round().clamp(1, width)
    top = (numbers[:, 3] * (height - tall + 1)).floor()
    left = (numbers[:, 4] * (width - wide + 1)).floor()
    rows = torch.arange(height, device=images.device)[None, :]
    columns = torch.arange(width, device=images.device)[None, :]
    inside_rows = (rows >= top[:, None]) & (rows < (top + tall)[:, None])
    inside = (columns >= left[:, None]) & (columns < (left + wide)[:, None])
    inside = inside[:, None, :] & inside_rows[:, :, None]
    chosen = (numbers[:, 0] < chance)[:, None, None]
    return images.masked_fill((inside & chosen)[:, None], 0)
