"""The angle between initial and trained weights of architectures, as in ABS [1]_.

The vector of an architecture holds the weights along it, `networks.path_weights`; the
angle between that of the initial weights and that of the trained ones is larger for
architectures that train better.

.. [1] Hu et al., "Angle-based Search Space Shrinking for Neural Architecture Search",
   ECCV 2020, arXiv:2004.13431.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lissnas.arrays import Archs, Scores
from lissnas.supernet import checkpoint, networks
from lissnas.supernet.folders import result_in, settings_in
from lissnas.supernet.scale import Scale

State = Mapping[str, Tensor]


def angles(
    initial: State, current: State, space: str, archs: Archs, scale: Scale
) -> Scores:
    """Return the angle of each architecture in radians, ``(n,)``.

    `initial` and `current` are the states of one supernet of the space and scale.
    An architecture without weights, or with weights of length 0, has the angle 0.
    """
    nets = []
    for state in (initial, current):
        with torch.random.fork_rng():
            net = networks.shared(space, scale)
        net.load_state_dict(dict(state))
        nets.append(net)
    found = np.empty(len(archs))
    with torch.no_grad():
        for i, row in enumerate(archs.tolist()):
            weights = (networks.path_weights(net, tuple(row)) for net in nets)
            found[i] = _angle(*weights)
    return found


def _angle(before: Sequence[Tensor], after: Sequence[Tensor]) -> float:
    """Return the angle between two vectors that are given in parts."""
    inner = first = second = 0.0
    for a, b in zip(before, after, strict=True):
        x, y = a.detach().double().flatten(), b.detach().double().flatten()
        inner += float(x @ y)
        first += float(x @ x)
        second += float(y @ y)
    if not (first and second):
        return 0.0
    return float(np.arccos(np.clip(inner / np.sqrt(first * second), -1, 1)))


def angles_in(folder: Path, archs: Archs) -> Scores:
    """Return the angles ``(n,)`` in a supernet that was trained in a folder."""
    settings, result = settings_in(folder, "train"), result_in(folder)
    if result is None:
        raise ValueError(f"supernet must be trained to the end, got {folder}")
    states = (
        checkpoint.load(folder / name)["net"] for name in ("initial.pt", "supernet.pt")
    )
    scale = Scale(**result["scale"])
    initial, current = states
    return angles(initial, current, str(settings["space"]), archs, scale)
