"""Checkpoints: written whole or not at all, and read as plain tensors only."""

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from lissnas.home import write_atomic


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint; the one that was there stays until the new one is whole."""
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    try:
        write_atomic(path, buffer.getvalue())
    except OSError as error:
        raise ValueError(
            f"{path.parent} cannot be written ({error.strerror}); the last checkpoint "
            "there is whole, and the same command goes on from it"
        ) from error


def load(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Return a checkpoint, never unpickling objects.

    Raises
    ------
    ValueError
        If the file is missing, damaged, or holds anything but tensors and plain data.
    """
    try:
        found = torch.load(path, map_location=device, weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise ValueError(_damaged(path, error)) from None
    except pickle.UnpicklingError as error:
        raise ValueError(_damaged(path, error)) from None
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} must be a checkpoint, got {type(found)}")
    return found


def _damaged(path: Path, error: Exception) -> str:
    """Return why a checkpoint cannot be read."""
    reason = str(error).strip().partition("\n")[0][:200] or type(error).__name__
    return f"{path} must be an undamaged checkpoint, got: {reason}"
