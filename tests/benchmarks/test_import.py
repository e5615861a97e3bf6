"""How fast a TFRecord file is imported, and in how much memory."""

import json
import resource
import time

from nasbench101_file import framed, record

from lissnas.oracles.importing import import_table
from lissnas.spaces import SPACES

EVERY = 20


def test_import_nasbench101(tmp_path, monkeypatch, capsys):
    """Records of the published form, one cell in twenty: at most 100 microseconds each,
    and less than 1 GiB for the whole process."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    space = SPACES["nasbench101"]
    archs = space.enumerate()[::EVERY]
    cells = zip(
        space.hashes(archs), space.format(archs), space.cost(archs).params, strict=True
    )
    path = tmp_path / "nasbench_only108.tfrecord"
    with path.open("wb") as file:
        for name, text, params in cells:
            content = record(name, 108, json.loads(text), int(params), 0.9, 0.8)
            file.write(framed(content) * 3)
    start = time.process_time()
    done = import_table("nasbench101", path)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    each = seconds / done.records * 1e6
    with capsys.disabled():
        print(f"\n{done.records:,} records: {each:.0f} us each, peak {memory:.2f} GiB")
    assert each <= 100 and memory < 1
