"""Optimisers, the learning rate of each step, and precision."""

import math
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from lissnas.supernet.recipes import Recipe


def rate(recipe: Recipe, step: int, steps: int, warmup: int) -> float:
    """Return the learning rate of a step in 0..`steps` - 1.

    It rises linearly over the first `warmup` steps, the last of them having the full
    rate, and then falls to 0 at step `steps`: with ``t`` the share of the way,
    ``(1 + cos(pi t)) / 2`` or ``1 - t`` times the full rate.
    """
    if step < warmup:
        return recipe.rate * (step + 1) / warmup
    way = (step - warmup) / max(1, steps - warmup)
    if recipe.schedule == "cosine":
        return recipe.rate * (1 + math.cos(math.pi * way)) / 2
    return recipe.rate * (1 - way) if recipe.schedule == "linear" else recipe.rate


def optimiser(net: nn.Module, recipe: Recipe) -> Optimizer:
    """Return the optimiser; norms and biases do not decay."""
    weights = [p for p in net.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in weights if p.ndim > 1], "weight_decay": recipe.decay},
        {"params": [p for p in weights if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(
            groups, recipe.rate, recipe.momentum, nesterov=recipe.nesterov, foreach=True
        )
    if recipe.optimiser == "rmsprop":
        return torch.optim.RMSprop(
            groups, recipe.rate, alpha=0.9, eps=1.0, momentum=recipe.momentum
        )
    return torch.optim.AdamW(groups, recipe.rate)


def precision(
    recipe: Recipe, device: torch.device
) -> tuple[AbstractContextManager[object], torch.amp.GradScaler, str]:
    """Return a context for forward passes, a gradient scaler, and a note in words."""
    wanted = recipe.precision
    note = ""
    if wanted == "auto":
        wanted = "float32"
        if device.type == "cuda":
            wanted = "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    elif wanted == "float16" and device.type == "cpu":
        wanted = "float32"
        note = "float16 needs a GPU; this processor trains in float32."
    scaler = torch.amp.GradScaler(device.type, enabled=wanted == "float16")
    if wanted in ("float32", "float64"):
        return nullcontext(), scaler, note
    kind = torch.bfloat16 if wanted == "bfloat16" else torch.float16
    return torch.autocast(device.type, kind), scaler, note


def clip(gradients: list[Tensor], most: float) -> None:
    """Scale gradients to a norm of at most `most`, in place; 0 leaves them."""
    if most and gradients:
        norm = torch.nn.utils.get_total_norm(gradients, foreach=True)
        torch._foreach_mul_(gradients, torch.clamp(most / (norm + 1e-6), max=1.0))


def device_of(name: str) -> torch.device:
    """Return a device; ValueError if there is no GPU where one is asked for."""
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device must be cpu or auto on a machine without a GPU")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)
