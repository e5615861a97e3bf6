"""What a training runs in: its data on a device, its scale, its processor threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from lissnas.supernet.data import Images, load_images, split
from lissnas.supernet.feed import Feed, feed
from lissnas.supernet.optimise import device_of
from lissnas.supernet.scale import Scale, scale_of
from lissnas.supernet.settings import Trained


@dataclass(frozen=True, eq=False)
class Bench:
    """Data as batches, and how large networks are."""

    images: Images
    feed: Feed
    scale: Scale


def bench(settings: Trained, device: torch.device | None = None) -> Bench:
    """Return the data on a device, and the scale that fits its images.

    Raises
    ------
    ValueError
        If the data is missing or damaged, or the space's networks read no images.
    """
    images = load_images(settings.data, settings.pixels)
    parts = split(images, settings.valid, settings.test, settings.seed)
    scale = scale_of(
        settings.space,
        settings.scale,
        resolution=settings.pixels or images.resolution,
        channels=images.channels,
        classes=len(images.classes),
    )
    if scale.nodes:
        raise ValueError(
            f"space must have networks that read images, got {settings.space}, whose "
            "networks read graphs"
        )
    device = device_of(settings.device) if device is None else device
    last = settings.recipe.channels_last
    return Bench(images, feed(images, parts, device, settings.pixels, last), scale)


@contextmanager
def quiet_torch(threads: int) -> Iterator[None]:
    """Use so many threads (0: as before), and leave torch as it was found."""
    before = torch.get_num_threads()
    if threads:
        torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng():
            yield
    finally:
        torch.set_num_threads(before)
