"""Slots: how many jobs may run at once on this machine, and on what.

One slot is the processor, named ``cpu``; each GPU is one more, named ``gpu:0`` and so
on. ``LISSNAS_DEVICES`` states the slots instead, such as ``cpu,cpu,0,1`` for two on
the processor and two GPUs; without it ``CUDA_VISIBLE_DEVICES`` says which GPUs there
are, and without that `nvidia-smi`. A job asks for a *device*: ``cpu``, ``gpu`` (any),
``gpu:1``, or ``gpu*2`` for several at once.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from functools import lru_cache

CPU, AUTO = "cpu", "auto"
DEVICE = re.compile(r"auto|cpu|gpu|gpu:([\w-]+)|gpu\*([1-9]\d?)")
SMI = ("nvidia-smi", "--query-gpu=index", "--format=csv,noheader")
SMI_SECONDS = 10


def slots() -> list[str]:
    """Return the slots of this machine, in the order in which they are given out.

    Raises
    ------
    ValueError
        If ``LISSNAS_DEVICES`` holds something else than devices.
    """
    stated = os.environ.get("LISSNAS_DEVICES")
    if stated is None:
        return [CPU, *(f"gpu:{name}" for name in gpus())]
    found: list[str] = []
    for part in filter(None, (part.strip() for part in stated.split(","))):
        name = part.removeprefix("gpu:")
        if not re.fullmatch(r"[\w-]+", name):
            raise ValueError(
                f"LISSNAS_DEVICES must be like cpu,0,1 (slots), got {stated!r}"
            )
        copies = sum(slot.partition("#")[0] == CPU for slot in found)
        cpu = CPU if not copies else f"{CPU}#{copies}"
        found.append(cpu if name == CPU else f"gpu:{name}")
    return list(dict.fromkeys(found))


def gpus() -> list[str]:
    """Return the names of the GPUs that may be used, as CUDA takes them."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return list(_from_driver())
    names = [part.strip() for part in visible.split(",")]
    return [name for name in names if name and name != "-1"]


@lru_cache(maxsize=1)
def _from_driver() -> tuple[str, ...]:
    """Return the GPUs that the driver lists; none where there is no driver."""
    try:
        answer = subprocess.run(
            SMI, capture_output=True, text=True, timeout=SMI_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in answer.stdout.splitlines() if line.strip())


def checked(device: str, gpu: bool, distributed: bool) -> str:
    """Return the device a job gets that asks for `device`, ``auto`` resolved.

    `gpu` says whether its kind can use one, `distributed` whether several.

    Raises
    ------
    ValueError
        If it is none, or this machine has none.
    """
    found = DEVICE.fullmatch(device)
    if not found:
        raise ValueError(
            f"device must be auto, cpu, gpu, gpu:0 or gpu*2, got {device!r}"
        )
    there = [slot for slot in slots() if slot.startswith("gpu:")]
    if device == AUTO:
        return "gpu" if gpu and there else CPU
    if device == CPU:
        return CPU
    if not gpu:
        raise ValueError(f"device must be cpu for this kind of job, got {device!r}")
    count = int(found[2] or 1)
    if count > 1 and not distributed:
        raise ValueError(f"device must be a single GPU for this kind, got {device!r}")
    if len(candidates(device, there)) < count:
        raise ValueError(
            f"device must be one of this machine ({', '.join(slots())}), got {device!r}"
        )
    return device


def count_of(device: str) -> int:
    """Return how many slots a device takes."""
    return int(device.partition("*")[2] or 1)


def candidates(device: str, among: Sequence[str]) -> list[str]:
    """Return which of the slots are such a device."""
    if device == CPU:
        return [slot for slot in among if slot.partition("#")[0] == CPU]
    if device.startswith("gpu:"):
        return [slot for slot in among if slot == device]
    return [slot for slot in among if slot.startswith("gpu:")]


def visible(slot: str) -> str:
    """Return what ``CUDA_VISIBLE_DEVICES`` must be in given slots, ``gpu:0,gpu:1``."""
    names = slot.split(",")
    return ",".join(n.removeprefix("gpu:") for n in names if n.startswith("gpu:"))
