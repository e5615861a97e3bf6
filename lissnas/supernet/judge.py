"""How good a network is on images."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from lissnas.arrays import Ints, chunks
from lissnas.supernet.feed import Feed


class Quality(NamedTuple):
    """Share of images that a network gets right, and its mean cross-entropy."""

    accuracy: float
    loss: float


def evaluate(
    net: Callable[[Tensor], Tensor], feed: Feed, rows: Ints, batch: int = 512
) -> Quality:
    """Return how good a network in `eval` mode is on the images in `rows` ``(n,)``."""
    right, loss = 0, 0.0
    with torch.inference_mode():
        for part in chunks(len(rows), batch):
            images, labels = feed.at(rows[part])
            logits = net(images).float()
            right += int((logits.argmax(1) == labels).sum())
            loss += float(cross_entropy(logits, labels, reduction="sum"))
    return Quality(right / len(rows), loss / len(rows))
