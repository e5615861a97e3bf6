"""The task that measures for some seconds what a training would take.

It takes real steps of the supernet, and measures real paths, on the device where the
training would run. ``result.json`` has what `lissnas.supernet.estimate` reads.
"""

import time
from pathlib import Path

import psutil
import torch

from lissnas.supernet import networks, seeds
from lissnas.supernet.estimate import CALIBRATION, Speed, speed_dict
from lissnas.supernet.folders import claim, result_in, write_result
from lissnas.supernet.optimise import device_of
from lissnas.supernet.recalibrate import in_order, measurer
from lissnas.supernet.setting import Bench, quiet_torch
from lissnas.supernet.settings import TrainSettings
from lissnas.supernet.subset import Everything, space_of
from lissnas.supernet.tasks.train import prepared
from lissnas.supernet.trainer import Trainer
from lissnas.work import Report, Stop, Stopped

WARM, STEPS, PATHS = 2, 30, 6  # steps before and while time is taken, most paths
SECONDS = 5.0  # of steps, and of paths, at most
BATCH = 128


def speed(settings: TrainSettings, folder: Path, report: Report, stop: Stop) -> None:
    """Measure how fast a supernet trains and is measured, and its memory."""
    claim(folder, "speed", settings)
    if result_in(folder) is not None:
        return
    device = device_of(settings.device)
    with quiet_torch(settings.threads):
        trainer, at = prepared(settings, folder, device)
        step = _step_seconds(trainer, report, stop)
        paths = 1 if trainer.paths is None else len(trainer.paths(0))
        memory = _memory(device)
        path = _path_seconds(settings, at, stop)
    found = Speed(
        step_seconds=step,
        steps_per_epoch=trainer.feed.steps(settings.recipe),
        images_per_step=trainer.feed.size(settings.recipe),
        paths_per_step=paths,
        path_seconds=path,
        train_images=len(trainer.feed.split.train),
        valid_images=len(trainer.feed.split.valid),
        memory_mib=memory,
        device=_name(device),
        parameters=sum(p.numel() for p in trainer.net.parameters()),
    )
    report(STEPS, STEPS, {"images_per_second": found.images_per_second})
    write_result(folder, speed_dict(found))


def _step_seconds(trainer: Trainer, report: Report, stop: Stop) -> float:
    """Return the seconds of a training step, after some that do not count."""
    begin, count = time.monotonic(), 0
    while count < STEPS and (not count or time.monotonic() - begin < SECONDS):
        if stop():
            raise Stopped
        loss, _ = trainer.advance()
        loss.item()  # waits for the device
        if trainer.step == WARM:
            begin = time.monotonic()
        count = max(trainer.step - WARM, 0)
        report(count, STEPS, {})
    return (time.monotonic() - begin) / count


def _path_seconds(settings: TrainSettings, at: Bench, stop: Stop) -> float:
    """Return the seconds of measuring a path."""
    space = space_of(settings.space)
    net = networks.shared(settings.space, at.scale).to(at.feed.device)
    scorer = measurer(net, at.feed, CALIBRATION, BATCH, settings.seed)
    rng = seeds.generator(settings.seed, seeds.ARCHS)
    archs = Everything(space).sample(PATHS, rng)
    begin, count = time.monotonic(), 0
    for i in in_order(archs):
        scorer.accuracy(archs[i].tolist())
        count += 1
        if stop():
            raise Stopped
        if time.monotonic() - begin > SECONDS:
            break
    return (time.monotonic() - begin) / count


def _memory(device: torch.device) -> float:
    """Return the MiB in use: of the GPU at most so far, else of the process now."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    return float(psutil.Process().memory_info().rss) / 2**20


def _name(device: torch.device) -> str:
    """Return the name of a device for readers."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    return "processor"
