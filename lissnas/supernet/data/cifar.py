"""CIFAR-10 and CIFAR-100 from the files of their binary version [1]_.

Each record is one byte of label (CIFAR-100: a coarse one, then a fine one) and 3,072
bytes of pixels, channel by channel. Nothing is unpickled, archives are not unpacked.

.. [1] Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009;
   https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lissnas.supernet.data.base import Images

PAGE = "www.cs.toronto.edu/~kriz/cifar.html"
PIXELS = 3 * 32 * 32


@dataclass(frozen=True, slots=True)
class Version:
    """The files of one of the two, their records, and the bytes of label of each."""

    name: str
    archive: str
    files: tuple[tuple[str, int], ...]
    test: tuple[str, int]
    labels: int
    classes: int


VERSIONS = {
    "cifar10": Version(
        "cifar10",
        "cifar-10-binary.tar.gz",
        tuple((f"data_batch_{i}.bin", 10_000) for i in range(1, 6)),
        ("test_batch.bin", 10_000),
        1,
        10,
    ),
    "cifar100": Version(
        "cifar100",
        "cifar-100-binary.tar.gz",
        (("train.bin", 50_000),),
        ("test.bin", 10_000),
        2,
        100,
    ),
}


def version_of(path: Path) -> Version | None:
    """Return which version a folder or archive holds, None if neither."""
    for version in VERSIONS.values():
        if path.name == version.archive:
            return version
        if path.is_dir() and (path / version.files[0][0]).is_file():
            return version
    return None


def cifar(version: Version, path: Path) -> Images:
    """Return all images, the 10,000 test images last.

    Raises
    ------
    ValueError
        If a file is missing, truncated, or no CIFAR.
    """
    wanted = dict([*version.files, version.test])
    size = version.labels + PIXELS
    limits = {name: count * size for name, count in wanted.items()}
    found = _archived(path, limits) if path.is_file() else _files(path, limits)
    for name, limit in limits.items():
        if name not in found:
            raise ValueError(
                f"{path} must hold {name} of {version.name}'s binary version, "
                f"got none; {PAGE} has {version.archive}"
            )
        if len(found[name]) != limit:
            raise ValueError(
                f"{name} of {version.name} must have {limit:,} bytes, got "
                f"{len(found[name]):,}: it is truncated or damaged; {PAGE} has "
                f"{version.archive}"
            )
    rows = np.concatenate(
        [np.frombuffer(found[name], np.uint8).reshape(-1, size) for name in wanted]
    )
    labels = rows[:, version.labels - 1].astype(np.int64)
    if labels.max() >= version.classes:
        raise ValueError(
            f"labels of {version.name} must be in 0..{version.classes - 1}, got "
            f"{labels.max()}: {path.name} is damaged"
        )
    pixels = np.ascontiguousarray(rows[:, version.labels :]).reshape(-1, 3, 32, 32)
    return Images(
        version.name,
        pixels,
        labels,
        tuple(map(str, range(version.classes))),
        version.test[1],
        source=f"{version.name}, binary version, {PAGE}",
    )


def _files(path: Path, limits: dict[str, int]) -> dict[str, bytes]:
    """Return the files of a folder, each to one byte beyond its limit at most."""
    found = {}
    for name, limit in limits.items():
        if (path / name).is_file():
            with (path / name).open("rb") as file:
                found[name] = file.read(limit + 1)
    return found


def _archived(path: Path, limits: dict[str, int]) -> dict[str, bytes]:
    """Return the files of an archive, read in memory."""
    found = {}
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                name = Path(member.name).name
                file = archive.extractfile(member) if member.isreg() else None
                if file is not None and name in limits:
                    found[name] = file.read(limits[name] + 1)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path.name} must be an undamaged archive, got: {error}; {PAGE} has it"
        ) from None
    return found
