"""Labelled images as arrays, and their seeded, disjoint parts."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lissnas.arrays import Ints

Pixels = npt.NDArray[Any]
SPLIT = 101  # child of the seed
MOST_CLASSES = 100_000


@dataclass(frozen=True, eq=False)
class Images:
    """A data set.

    Parameters
    ----------
    name
        Short name, which tables carry.
    pixels
        ``(n, c, h, w)``, uint8 or float32, in memory or mapped from a file.
    labels
        ``(n,)`` int64, numbers of classes.
    classes
        Names of the classes.
    published
        How many images at the end are the publisher's test set; 0 if there is none.
    source
        Where the images come from, in words.
    """

    name: str
    pixels: Pixels
    labels: Ints
    classes: tuple[str, ...]
    published: int = 0
    source: str = field(default="", kw_only=True)

    @property
    def channels(self) -> int:
        """Return the number of channels."""
        return int(self.pixels.shape[1])

    @property
    def resolution(self) -> int:
        """Return the height of the images in pixels."""
        return int(self.pixels.shape[2])

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 of labels and pixels, of mapped ones of a sample."""
        digest = hashlib.sha256(np.ascontiguousarray(self.labels).tobytes())
        step = 1
        if isinstance(self.pixels, np.memmap):
            step = max(1, len(self.pixels) // 1000)
        digest.update(str((self.pixels.shape, self.pixels.dtype.str)).encode())
        digest.update(np.ascontiguousarray(self.pixels[::step]).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Disjoint rows ``(n,)`` that train, that rank, and that judge the last result."""

    train: Ints
    valid: Ints
    test: Ints


def split(images: Images, valid: float, test: float, seed: int) -> Split:
    """Return a stratified random split of all images.

    Every class is parted alike, to within one image. Where the publisher has a test
    set, that is the test part, and `test` is not used.

    Raises
    ------
    ValueError
        If a share is out of range, or too few images are left for a part.
    """
    for name, share in (("valid", valid), ("test", test)):
        if not 0 < share < 1:
            raise ValueError(f"{name} must be in (0, 1), got {share}")
    if valid + test >= 1:
        raise ValueError(f"valid and test must be less than 1, got {valid + test:g}")
    own = len(images.labels) - images.published
    rng = np.random.default_rng([seed, SPLIT])
    shares = (valid, 0.0 if images.published else test)
    parts: list[list[Ints]] = [[], [], []]
    for label in np.unique(images.labels[:own]):
        rows = rng.permutation(np.flatnonzero(images.labels[:own] == label))
        first = round(shares[0] * len(rows))
        last = first + round(shares[1] * len(rows))
        for part, taken in zip(
            parts, (rows[last:], rows[:first], rows[first:last]), strict=True
        ):
            part.append(taken)
    if images.published:
        parts[2].append(np.arange(own, len(images.labels)))
    train, ranked, judged = (np.sort(np.concatenate(part)) for part in parts)
    if not (len(train) and len(ranked) and len(judged)):
        raise ValueError(
            f"data {images.name} must have images enough for three parts, got "
            f"{len(train)} to train, {len(ranked)} to rank and {len(judged)} to test"
        )
    return Split(train, ranked, judged)


def checked_labels(labels: npt.NDArray[Any], n: int, what: str) -> Ints:
    """Return labels as int64 ``(n,)``; ValueError if they are none."""
    if labels.shape != (n,) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{what} must be {n} integers, got {labels.dtype} of shape {labels.shape}"
        )
    if n and (labels.min() < 0 or labels.max() >= MOST_CLASSES):
        raise ValueError(
            f"{what} must be in 0..{MOST_CLASSES - 1}, got {labels.min()} to "
            f"{labels.max()}"
        )
    return labels.astype(np.int64)
