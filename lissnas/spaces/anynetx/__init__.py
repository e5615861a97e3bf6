"""AnyNetX: four stages of residual bottlenecks, free in depth, width and groups."""

from lissnas.spaces.anynetx.refinements import Grid, Sizes, refinement_sizes
from lissnas.spaces.anynetx.space import AnyNetX

__all__ = ["AnyNetX", "Grid", "Sizes", "refinement_sizes"]
