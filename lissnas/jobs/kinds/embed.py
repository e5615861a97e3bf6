"""Maps: a UMAP of features, kept where the pages look for it."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from lissnas.arrays import Features
from lissnas.embedding import umap
from lissnas.embedding.jobs import file_of, key_of
from lissnas.home import write_atomic
from lissnas.jobs.kinds.base import Kind
from lissnas.work import Report, Stop, Stopped


@dataclass(frozen=True, slots=True)
class EmbedSettings:
    """A map as a job.

    Parameters
    ----------
    features
        A file of NumPy (``.npy``) with one row of features for each architecture.
    seed
        Of the layout.
    """

    features: str
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.features.endswith(".npy"):
            raise ValueError(f"features must be a .npy file, got {self.features!r}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {self.seed}")


def embed_settings(features: Features, seed: int = 0) -> EmbedSettings:
    """Return settings for features ``(n, p)``, which are stored for the job."""
    path = file_of(key_of(features, seed), ".asked.features.npy")
    write_atomic(path, _npy(np.ascontiguousarray(features, dtype=np.float32)))
    return EmbedSettings(str(path), seed)


def run(
    settings: EmbedSettings, folder: Path, report: Report, stop: Stop
) -> Mapping[str, Any]:
    """Compute a map, unless it is there already."""
    features = _features(Path(settings.features))
    key = key_of(features, settings.seed)
    if not file_of(key).exists():
        if stop():
            raise Stopped
        points = umap(features, settings.seed)
        write_atomic(file_of(key), _npy(points))
    write_atomic(folder / "points.npy", file_of(key).read_bytes())
    report(1, 1, {"rows": float(len(features))})
    return {"key": key, "points": str(folder / "points.npy")}


def _features(path: Path) -> Features:
    """Return the features in a file; ValueError where there are none."""
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"features must be a .npy file of numbers: {error}") from None
    if not isinstance(found, np.ndarray) or found.ndim != 2:
        raise ValueError(f"features must have shape (n, p), got that of {path}")
    return found.astype(np.float32)


def _npy(values: Any) -> bytes:
    """Return an array as the content of a .npy file."""
    content = BytesIO()
    np.save(content, values, allow_pickle=False)
    return content.getvalue()


def _describe(settings: EmbedSettings) -> str:
    return f"Map of {Path(settings.features).name}, seed {settings.seed}"


EMBED = Kind("Map (UMAP)", EmbedSettings, run, _describe)
