"""Compute UMAPs in detached processes, each once, with results on disk.

All files of an embedding share its key, a hash of features, seed and settings:
``.features.npy`` goes in, ``.npy`` comes out, ``.lock`` exists while a process works
and is touched by it, ``.failed`` says what went wrong.
"""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lissnas.arrays import Features
from lissnas.embedding.points import EPOCHS, Plane, umap
from lissnas.embedding.settings import UmapSettings
from lissnas.home import cache_dir, write_atomic

STALE_SECONDS = 60.0
KEPT = 64
DEFAULT = UmapSettings()


@dataclass(frozen=True, slots=True)
class Status:
    """How far an embedding is: its state, seconds of work so far, words on failure."""

    state: Literal["absent", "running", "ready", "failed"]
    seconds: float = 0.0
    message: str = ""


def key_of(features: Features, seed: int = 0, settings: UmapSettings = DEFAULT) -> str:
    """Return the hash of features and of all that else decides the result."""
    about = f"umap {features.shape} {seed} {_text(settings)} {EPOCHS}"
    content = np.ascontiguousarray(features, dtype=np.float32).tobytes()
    return hashlib.sha256(about.encode() + content).hexdigest()[:32]


def file_of(key: str, suffix: str = ".npy") -> Path:
    """Return the path of one of the files of an embedding."""
    return cache_dir() / "embeddings" / f"{key}{suffix}"


def status(key: str) -> Status:
    """Return how far the embedding is; a worker that vanished has failed."""
    if file_of(key).exists():
        return Status("ready")
    failed, lock = file_of(key, ".failed"), file_of(key, ".lock")
    if failed.exists():
        return Status("failed", message=failed.read_text(encoding="utf-8"))
    try:
        touched = lock.stat().st_mtime
        about = _read_lock(lock)
    except FileNotFoundError:
        return Status("ready" if file_of(key).exists() else "absent")
    if _is_stale(touched, about):
        return Status("failed", message="The process ended without a result.")
    return Status(
        "running", seconds=max(time.time() - about.get("started", touched), 0)
    )


def start(features: Features, seed: int = 0, settings: UmapSettings = DEFAULT) -> str:
    """Start the computation unless it runs or is done, and return the key."""
    key = key_of(features, seed, settings)
    state = status(key).state
    if state in ("running", "ready"):
        return key
    if state == "failed":
        clear(key)
    lock = file_of(key, ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        return key  # somebody else was faster
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"started": time.time()}, file)
    _prune(lock.parent)
    content = BytesIO()
    np.save(content, np.ascontiguousarray(features, dtype=np.float32))
    write_atomic(file_of(key, ".features.npy"), content.getvalue())
    _spawn(key, seed, settings)
    return key


def load(key: str) -> Plane:
    """Return the points of a finished embedding; ValueError if there are none."""
    try:
        points: Plane = np.load(file_of(key), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(f"key must name a finished embedding, got {key}") from error
    if points.ndim != 2 or points.shape[1] != 2 or points.dtype != np.float32:
        raise ValueError(f"key must name points of shape (n, 2), got {points.shape}")
    return points


def cancel(key: str) -> None:
    """Stop the computation if it runs, and forget that it was asked for."""
    lock = file_of(key, ".lock")
    with contextlib.suppress(FileNotFoundError):
        about = _read_lock(lock)
        if "pid" in about and not _is_stale(lock.stat().st_mtime, about):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(about["pid"], signal.SIGTERM)
    clear(key)


def clear(key: str) -> None:
    """Remove what a computation without result left behind."""
    for suffix in (".lock", ".failed", ".features.npy"):
        file_of(key, suffix).unlink(missing_ok=True)


def work(key: str, seed: int, settings: UmapSettings = DEFAULT) -> None:
    """Compute an embedding whose features are on disk; this is the worker."""
    lock = file_of(key, ".lock")
    threading.Thread(target=_keep_fresh, args=(lock,), daemon=True).start()
    try:
        features = np.load(file_of(key, ".features.npy"), allow_pickle=False)
        points = umap(features, seed, settings)
        if not np.isfinite(points).all():
            raise ValueError("UMAP gave coordinates that are not finite.")
        content = BytesIO()
        np.save(content, points)
        file_of(key, ".features.npy").unlink(missing_ok=True)
        write_atomic(file_of(key), content.getvalue())
    except Exception as error:
        sentence = f"{type(error).__name__}: {error}"
        write_atomic(file_of(key, ".failed"), sentence.encode())
        raise
    finally:
        lock.unlink(missing_ok=True)
        file_of(key, ".features.npy").unlink(missing_ok=True)


def _text(settings: UmapSettings) -> str:
    """Return settings as the worker reads them."""
    return json.dumps(asdict(settings))


def _spawn(key: str, seed: int, settings: UmapSettings) -> None:
    """Start the worker, detached, and write its process number into the lock."""
    package = Path(__file__).resolve().parents[2]
    paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
    worker = subprocess.Popen(
        [sys.executable, "-m", "lissnas.embedding", key, str(seed), _text(settings)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=worker.wait, daemon=True).start()  # leave no zombie
    about = {"started": time.time(), "pid": worker.pid}
    lock = file_of(key, ".lock")
    if worker.poll() is None and lock.exists():
        lock.write_text(json.dumps(about), encoding="utf-8")


def _read_lock(lock: Path) -> dict[str, Any]:
    """Return what a lock says; nothing while it is being written."""
    try:
        found: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found


def _is_stale(touched: float, about: dict[str, Any]) -> bool:
    """Return whether nobody works under a lock any more."""
    if time.time() - touched > STALE_SECONDS:
        return True
    if "pid" not in about or os.name != "posix":
        return False
    try:
        os.kill(about["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _keep_fresh(lock: Path) -> None:
    """Touch the lock every few seconds for as long as it exists."""
    while lock.exists():
        with contextlib.suppress(FileNotFoundError):
            os.utime(lock)
        time.sleep(STALE_SECONDS / 12)


def _prune(folder: Path) -> None:
    """Remove all but the newest finished embeddings."""
    finished = [p for p in folder.glob("*.npy") if not p.name.endswith(".features.npy")]
    finished.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in finished[KEPT:]:
        path.unlink(missing_ok=True)
