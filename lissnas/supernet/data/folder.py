"""Folders of images, one folder a class, as ImageNet comes.

Images are decoded once, by several processes, resized to squares and kept as one
mapped array in the cache; listings are kept with them. So training reads pixels as
fast as the disk gives them, whatever the files are.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage

import numpy as np

from lissnas.home import cache_dir, write_atomic
from lissnas.supernet.data.base import Images, Pixels
from lissnas.workers import workers

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".ppm", ".tif", ".tiff"}
TRAIN, TEST = ("train",), ("val", "valid", "validation", "test")
DEFAULT_PIXELS, CHUNK = 224, 64


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder, relative to it, with the class of each.

    `published` counts those at the end that lie in a folder of validation images.
    """

    files: tuple[str, ...]
    labels: tuple[int, ...]
    classes: tuple[str, ...]
    published: int


def is_folder_of_images(path: Path) -> bool:
    """Return whether a folder has folders of images in it."""
    if not path.is_dir():
        return False
    roots = [path, *(path / name for name in (*TRAIN, *TEST))]
    for root in roots:
        for inner in sorted(root.iterdir())[:50] if root.is_dir() else []:
            if inner.is_dir() and any(
                file.suffix.lower() in SUFFIXES for file in inner.iterdir()
            ):
                return True
    return False


def folder(path: Path, pixels: int = 0, processes: int = 0) -> Images:
    """Return the images of a folder as squares of `pixels` (0: 224) a side.

    Raises
    ------
    ValueError
        If a file is no image, the disk is too full, or there are too few classes.
    """
    pixels = pixels or DEFAULT_PIXELS
    found = listing(path)
    if len(found.classes) < 2:
        raise ValueError(
            f"data {path} must hold folders of images of 2 classes or more, got "
            f"{len(found.classes)}"
        )
    arrays = _decoded(path, found, pixels, processes or os.cpu_count() or 1)
    labels = np.array(found.labels, dtype=np.int64)
    source = f"the folder {path.name}, {len(labels):,} images at {pixels} pixels"
    return Images(
        path.name, arrays, labels, found.classes, found.published, source=source
    )


def listing(path: Path) -> Listing:
    """Return the images of a folder, those to train first, in order of their names."""
    train = next((path / name for name in TRAIN if (path / name).is_dir()), path)
    test = next((path / name for name in TEST if (path / name).is_dir()), None)
    if train == path:
        test = None
    classes = tuple(sorted(p.name for p in train.iterdir() if p.is_dir()))
    files: list[str] = []
    labels: list[int] = []
    counts = []
    for root in [train, *([test] if test else [])]:
        for number, name in enumerate(classes):
            inner = root / name
            listed = sorted(os.listdir(inner)) if inner.is_dir() else []
            images = [n for n in listed if Path(n).suffix.lower() in SUFFIXES]
            files += [str((inner / n).relative_to(path)) for n in images]
            labels += [number] * len(images)
        counts.append(len(files))
    published = counts[-1] - counts[0]
    return Listing(tuple(files), tuple(labels), classes, published)


def _decoded(path: Path, found: Listing, pixels: int, processes: int) -> Pixels:
    """Return all images ``(n, 3, pixels, pixels)``, mapped from the cache."""
    sizes = [(path / name).stat() for name in found.files]
    key = json.dumps(
        [str(path.resolve()), pixels, found.files, found.labels]
        + [[s.st_size, s.st_mtime_ns] for s in sizes]
    )
    stem = hashlib.sha256(key.encode()).hexdigest()[:24]
    target = cache_dir() / "images" / f"{stem}.npy"
    shape = (len(found.files), 3, pixels, pixels)
    if not target.is_file():
        _decode(path, found, shape, target, processes)
        write_atomic(target.with_suffix(".json"), key.encode())
    mapped: Pixels = np.load(target, mmap_mode="r", allow_pickle=False)
    return mapped


def _decode(
    path: Path,
    found: Listing,
    shape: tuple[int, int, int, int],
    target: Path,
    processes: int,
) -> None:
    """Decode all images into a file that takes its name when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    needed, free = int(np.prod(shape)), disk_usage(target.parent).free
    if needed > free:
        raise ValueError(
            f"data {path.name} needs {needed / 2**30:.1f} GiB at {shape[2]} pixels in "
            f"the cache {target.parent}, but {free / 2**30:.1f} are free"
        )
    draft = target.with_suffix(f".{os.getpid()}.part")
    try:
        written = np.lib.format.open_memmap(draft, "w+", np.uint8, shape)
        start = 0
        for block in _blocks(path, found.files, shape[2], processes):
            written[start : start + len(block)] = block
            start += len(block)
        written.flush()
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _blocks(
    path: Path, files: Sequence[str], pixels: int, processes: int
) -> Iterator[Pixels]:
    """Yield decoded images in order, some at a time."""
    parts = [files[i : i + CHUNK] for i in range(0, len(files), CHUNK)]
    if processes == 1 or len(parts) < 4:
        for part in parts:
            yield decode(path, part, pixels)
        return
    with workers(processes) as pool:
        n = len(parts)
        yield from pool.map(decode, [path] * n, parts, [pixels] * n)


def decode(path: Path, files: Sequence[str], pixels: int) -> Pixels:
    """Return images as centred squares ``(n, 3, pixels, pixels)`` uint8.

    Raises
    ------
    ValueError
        If a file is no undamaged image.
    """
    from PIL import Image

    found = np.empty((len(files), 3, pixels, pixels), dtype=np.uint8)
    for row, name in zip(found, files, strict=True):
        try:
            with Image.open(path / name) as image:
                colour = image.convert("RGB")
            side = min(colour.size)
            left, top = ((length - side) // 2 for length in colour.size)
            square = colour.resize(
                (pixels, pixels),
                Image.Resampling.BILINEAR,
                (left, top, left + side, top + side),
                reducing_gap=3.0,
            )
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as e:
            raise ValueError(f"{name} must be an undamaged image, got: {e}") from None
        row[:] = np.asarray(square).transpose(2, 0, 1)
    return found
