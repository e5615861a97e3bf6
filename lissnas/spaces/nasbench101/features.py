"""placeholder"""
import numpy as np
from lissnas.arrays import Features, Ints
from lissnas.spaces.nasbench101.cells import EDGES, graphs
from lissnas.spaces.nasbench101.edits import digits
FEATURE_NAMES = ("x",)
def cell_features(cells: Ints) -> Features:
    edges = graphs().edges[graphs().cells[cells, 0]]
    bits = edges[:, None] >> np.arange(len(EDGES)) & 1
    ops = (digits(cells)[:, :, None] == np.arange(3)).reshape(len(cells), -1)
    return np.concatenate([bits, ops], axis=1).astype(np.float32)
