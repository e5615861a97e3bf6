"""The settings of a training that takes a few steps."""

from dataclasses import replace

from lissnas.supernet.recipes import RECIPES
from lissnas.supernet.settings import TrainSettings

QUICK = replace(RECIPES["tiny"], epochs=1, batch=256, warmup=0.5)
TRAIN = TrainSettings(space="shufflenetv2", sampling="fair", recipe=QUICK)
