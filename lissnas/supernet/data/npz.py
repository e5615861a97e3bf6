"""Images of the user's own in one npz file, never unpickled."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lissnas.supernet.data.base import Images, Pixels, checked_labels

MOST_BYTES = 2**36
CHANNELS = (1, 2, 3, 4)


def npz(path: Path) -> Images:
    """Return the arrays `images` and `labels` of a file.

    `images` may be ``(n, h, w)``, ``(n, h, w, c)`` or ``(n, c, h, w)``, of uint8 or
    floating point.

    Raises
    ------
    ValueError
        If the file is damaged, states sizes it does not have, or holds something else.
    """
    arrays = _read(path)
    images = _pixels(arrays["images"], path.name)
    labels = checked_labels(arrays["labels"], len(images), f"labels of {path.name}")
    if len(images) < 10:
        raise ValueError(f"{path.name} must hold at least 10 images, got {len(images)}")
    if images.dtype != np.uint8:
        images = images.astype(np.float32)
        if not np.isfinite(images).all():
            raise ValueError(f"images of {path.name} must be finite, got NaN or inf")
    present = np.unique(labels)
    if len(present) < 2:
        raise ValueError(f"labels of {path.name} must be of 2 classes or more, got 1")
    names = tuple(map(str, present))
    labels = np.searchsorted(present, labels)
    source = f"{path.name}, a file of the user's"
    return Images(path.stem, images, labels, names, source=source)


def _read(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the two arrays, once their headers agree with the sizes of the file."""
    found = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for name in ("images", "labels"):
                _check_header(archive, name)
        with np.load(path, allow_pickle=False) as stored:
            for name in ("images", "labels"):
                found[name] = stored[name]
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError) as error:
        reason = str(error).strip("'\"").rstrip(".").partition("\n")[0]
        raise ValueError(
            f"{path.name} must be an npz file with the arrays images and labels, got a "
            f"damaged or another one ({reason})"
        ) from None
    return found


def _check_header(archive: zipfile.ZipFile, name: str) -> None:
    """Raise ValueError if an array's header does not fit what the file holds."""
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            read = np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
        left = info.file_size - file.tell()
    stated = int(np.prod([int(n) for n in shape], dtype=object)) * dtype.itemsize
    if dtype.hasobject or stated != left:
        raise ValueError(f"{name} states {stated:,} bytes but has {left:,}")
    if stated > MOST_BYTES:
        raise ValueError(f"{name} has more than {MOST_BYTES:,} bytes")


def _pixels(images: npt.NDArray[Any], name: str) -> Pixels:
    """Return images as ``(n, c, h, w)``."""
    plain = images.dtype == np.uint8 or np.issubdtype(images.dtype, np.floating)
    if images.ndim == 3 and plain:
        images = images[:, None]
    last = images.ndim == 4 and images.shape[3] in CHANNELS
    if last and images.shape[1] not in CHANNELS:
        images = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    if not plain or images.ndim != 4 or images.shape[1] not in CHANNELS:
        raise ValueError(
            f"images of {name} must be uint8 or floating point of shape (n, h, w), "
            f"(n, h, w, c) or (n, c, h, w), got {images.dtype} of {images.shape}"
        )
    if images.shape[2] != images.shape[3] or not 4 <= images.shape[2] <= 1024:
        raise ValueError(
            f"images of {name} must be squares of 4 to 1024 pixels, got "
            f"{images.shape[2]} x {images.shape[3]}"
        )
    return images
