"""Several processes that train one network, as `torchrun` starts them.

Gradients and statistics are averaged over all processes. Only those of the layers
that a step used are sent, since a path uses few of a supernet's; every process draws
the same paths, so they agree on which.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Group:
    """The number of this process, and how many there are."""

    rank: int = 0
    world: int = 1

    @property
    def first(self) -> bool:
        """Whether this process writes files."""
        return self.rank == 0


@contextmanager
def joined(device: torch.device) -> Iterator[tuple[Group, torch.device]]:
    """Join the processes that `torchrun` started, if it did, and leave at the end."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1 or "RANK" not in os.environ:
        yield Group(), device
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    own = not dist.is_initialized()
    if own:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Group(dist.get_rank(), dist.get_world_size()), device
    finally:
        if own:
            dist.destroy_process_group()


def average(tensors: Sequence[Tensor], group: Group) -> None:
    """Replace tensors by their mean over all processes, one message for each dtype."""
    if group.world == 1 or not tensors:
        return
    for kind in {tensor.dtype for tensor in tensors}:
        alike = [tensor for tensor in tensors if tensor.dtype == kind]
        flat = torch.cat([tensor.reshape(-1) for tensor in alike])
        dist.all_reduce(flat)
        flat /= group.world
        parts = torch.split(flat, [tensor.numel() for tensor in alike])
        for tensor, part in zip(alike, parts, strict=True):
            tensor.copy_(part.view_as(tensor))


def average_statistics(net: nn.Module, group: Group) -> None:
    """Replace running means and variances by their mean over all processes.

    Running averages are linear, so once at the end is as good as after each step.
    """
    if group.world > 1:
        average([b for b in net.buffers() if b.is_floating_point()], group)


def agree(answer: bool, group: Group) -> bool:
    """Return whether the answer of any process is yes."""
    if group.world == 1:
        return answer
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    votes = torch.tensor(float(answer), device=device)
    dist.all_reduce(votes)
    return bool(votes > 0)
