"""How a network is trained: recipes, by name, from the papers and for a processor.

`paper-imagenet` and `paper-cifar` are LISSNAS's appendix F [1]_ read so that the two
labels, which look exchanged there, fit their data: ImageNet 1,024 images a step in
ghosts of 128 for 120 epochs, CIFAR 64 in ghosts of 32 for 200. Rates that the appendix
leaves open are those of SPOS [2]_ and of NAS-Bench-101's successors.

.. [1] Gopal et al., IJCAI 2023, doi:10.24963/ijcai.2023/86.
.. [2] Guo et al., ECCV 2020, arXiv:1904.00420.
.. [3] Chu et al., "FairNAS", ICCV 2021, arXiv:1907.01845.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Optimiser = Literal["sgd", "rmsprop", "adamw"]
Schedule = Literal["cosine", "linear", "constant"]
Precision = Literal["float32", "auto", "bfloat16", "float16", "float64"]


def check_choice(settings: object, name: str, known: Any) -> None:
    """Raise ValueError if a setting is none of the values of a literal type."""
    value = getattr(settings, name)
    if value not in get_args(known):
        listed = ", ".join(map(str, get_args(known)))
        raise ValueError(f"{name} must be one of {listed}, got {value!r}")


def check_least(settings: object, **least: int) -> None:
    """Raise ValueError if a setting is no whole number, or less than the least."""
    for name, low in least.items():
        value = getattr(settings, name)
        if value < low or value != int(value):
            raise ValueError(
                f"{name} must be a whole number from {low} on, got {value}"
            )


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    Parameters
    ----------
    epochs
        Passes over the images that train.
    batch
        Images a step, of all processes together.
    ghost
        Images that are normalised together in a step; 0 means all of a process.
    optimiser
        ``sgd``, ``rmsprop`` or ``adamw``.
    rate
        Highest learning rate.
    momentum
        Of SGD and RMSProp.
    nesterov
        Whether SGD's momentum looks ahead.
    decay
        Weight decay, of weights but not of norms and biases.
    schedule
        How the rate falls to 0: ``cosine``, ``linear`` or ``constant`` (it does not).
    warmup
        Epochs in which the rate rises from 0.
    pretrain
        Share of the steps in which one path of a deep supernet trains alone; after
        that, all options begin like those on it.
    smoothing
        Label smoothing.
    clip
        Largest norm of the gradient; 0 means any.
    crop
        Pixels by which training images are shifted at most.
    flip
        Whether half of the training images are mirrored.
    erase
        Chance that a random rectangle of a training image is erased.
    precision
        ``float32``, ``float64``, ``bfloat16``, or ``float16`` with scaled gradients;
        ``auto`` takes bfloat16 or float16 on a GPU and float32 elsewhere.
    channels_last
        Whether images are stored pixel by pixel, which convolutions often like.
    compile
        Whether `torch.compile` is used, where one network takes thousands of steps.

    Raises
    ------
    ValueError
        If a setting is out of its range.
    """

    epochs: int = 30
    batch: int = 64
    ghost: int = 0
    optimiser: Optimiser = "sgd"
    rate: float = 0.1
    momentum: float = 0.9
    nesterov: bool = False
    decay: float = 4e-5
    schedule: Schedule = "cosine"
    warmup: float = 1.0
    pretrain: float = 0.0
    smoothing: float = 0.1
    clip: float = 5.0
    crop: int = 0
    flip: bool = False
    erase: float = 0.0
    precision: Precision = "auto"
    channels_last: bool = True
    compile: bool = False

    def __post_init__(self) -> None:
        check_least(self, epochs=1, batch=2, ghost=0, crop=0)
        for name in ("decay", "warmup", "clip"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(
                    f"{name} must be finite and 0 or more, got {getattr(self, name)}"
                )
        if not 0 < self.rate < float("inf"):
            raise ValueError(f"rate must be finite and above 0, got {self.rate}")
        for name in ("momentum", "pretrain", "smoothing", "erase"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be in [0, 1), got {getattr(self, name)}")
        if self.warmup >= self.epochs:
            raise ValueError(
                f"warmup must be less than epochs ({self.epochs}), got {self.warmup}"
            )
        if self.ghost and self.batch % self.ghost:
            raise ValueError(
                f"ghost must divide batch ({self.batch}), got {self.ghost}"
            )
        if self.ghost == 1:
            raise ValueError("ghost must be 0 or at least 2, got 1")
        check_choice(self, "optimiser", Optimiser)
        check_choice(self, "schedule", Schedule)
        check_choice(self, "precision", Precision)
        if self.nesterov and not (self.optimiser == "sgd" and self.momentum):
            raise ValueError("nesterov needs the optimiser sgd with momentum")


RECIPES: dict[str, Recipe] = {
    "tiny": Recipe(epochs=20, batch=64, rate=0.1, crop=1),
    "tiny-supernet": Recipe(epochs=60, rate=0.1, crop=1, pretrain=0.3),
    "spos": Recipe(
        epochs=120,
        batch=1024,
        ghost=128,
        rate=0.5,
        schedule="linear",
        warmup=0,
        clip=0,
        crop=16,
        flip=True,
    ),
    "fairnas": Recipe(
        epochs=150, batch=256, rate=0.045, warmup=0, clip=0, crop=16, flip=True
    ),
    "paper-imagenet": Recipe(
        epochs=120,
        batch=1024,
        ghost=128,
        rate=0.5,
        schedule="linear",
        warmup=5,
        crop=16,
        flip=True,
    ),
    "paper-cifar": Recipe(
        epochs=200,
        batch=64,
        ghost=32,
        rate=0.025,
        decay=3e-4,
        warmup=5,
        smoothing=0,
        crop=4,
        flip=True,
    ),
}
