"""Seeds of the parts of a training, so that each step's draws depend on nothing else.

A generator is made anew from the seed, the part, and the epoch or step. So the state
of all of them is the number of the step, and a training that goes on draws what one
would have drawn that was never interrupted.
"""

import numpy as np

ORDER, PATHS, AUGMENT, NOISE, WEIGHTS, ARCHS, CALIBRATION = range(7)


def generator(seed: int, *part: int) -> np.random.Generator:
    """Return the generator of a part."""
    return np.random.default_rng(np.random.SeedSequence([seed, *part]))


def number(seed: int, *part: int) -> int:
    """Return a seed of 63 bits for torch's generators."""
    state = np.random.SeedSequence([seed, *part]).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(1))
