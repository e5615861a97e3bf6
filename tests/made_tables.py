"""Made-up tables of any space, for tests."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lissnas.oracles import additive
from lissnas.spaces import SPACES
from lissnas.spaces.base import sample_distinct


def write_table(folder, name, known=None):
    """Write an additive table of some or all architectures of a space."""
    space = SPACES[name]
    count = space.size if known is None else known
    if count == space.size:
        archs = space.enumerate()
    else:
        archs = sample_distinct(space, count, np.random.default_rng(1))
    column = pa.array(0.4 + 0.5 * additive(space)(archs))
    about = {"space": name, "title": f"made-up accuracies of {space.title}"}
    fields = [
        pa.field("arch", pa.string()),
        pa.field("test_accuracy", pa.float64(), metadata={"unit": "fraction"}),
    ]
    arrays = [pa.array(space.format(archs)), column]
    schema = pa.schema(fields, metadata=about)
    table = pa.Table.from_arrays(arrays, schema=schema)
    pq.write_table(table, folder / f"{name}.parquet")
    return name
