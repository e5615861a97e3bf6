"""NAS-Bench-101: 423,624 cells of up to 7 vertices and 9 edges."""

from lissnas.spaces.nasbench101.space import NASBench101

__all__ = ["NASBench101"]
