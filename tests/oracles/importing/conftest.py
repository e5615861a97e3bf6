"""Small files in the formats in which benchmarks are published."""

import base64
import json
import struct

import numpy as np
import pytest

from lissnas.oracles.importing.tfrecord import masked_checksums
from lissnas.spaces import SPACES

FOLLOWED = {"conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return an empty home folder, and no other folder of tables."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISSNAS_DATA", "")
    return tmp_path / "home"


def varint(value):
    """Return a number as protocol buffers write it."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def metrics(params, evaluations):
    """Return a ModelMetrics message of (epoch, time, train, val, test) each."""
    message = b""
    for evaluation in evaluations:
        body = b"".join(
            varint(number << 3 | 1) + struct.pack("<d", value)
            for number, value in enumerate(evaluation, start=1)
        )
        body += varint(6 << 3 | 2) + varint(4) + b"path"
        message += varint(1 << 3 | 2) + varint(len(body)) + body
    message += varint(2 << 3) + varint(params)
    return message + varint(3 << 3 | 1) + struct.pack("<d", 1234.5)


def framed(content):
    """Return one TFRecord."""
    header = struct.pack("<Q", len(content))
    checksums = masked_checksums([header]), masked_checksums([content])
    ends = [struct.pack("<I", int(found[0])) for found in checksums]
    return header + ends[0] + content + ends[1]


def record(name, epochs, spec, params, val, test):
    """Return the content of one record of NAS-Bench-101."""
    matrix = "".join(str(int(bit)) for row in spec["matrix"] for bit in row)
    evaluations = [
        (0.0, 0.0, 0.1, 0.1, 0.1),
        (epochs / 2, 50.0, 0.5, 0.4, 0.4),
        (float(epochs), 100.0, 1.0, val, test),
    ]
    encoded = base64.b64encode(metrics(params, evaluations)).decode()
    return json.dumps([name, epochs, matrix, ",".join(spec["ops"]), encoded]).encode()


@pytest.fixture
def cells():
    """Return 30 cells: rows, and for each its hash, official JSON and parameters."""
    space = SPACES["nasbench101"]
    archs = space.sample(30, np.random.default_rng(0))
    specs = [json.loads(text) for text in space.format(archs)]
    return archs, list(
        zip(space.hashes(archs), specs, space.cost(archs).params.tolist(), strict=True)
    )


@pytest.fixture
def contents(cells):
    """Return the records of all cells: three runs of 108 epochs, values by number."""
    return [
        record(name, 108, spec, params, 0.8 + i / 1000 + run / 100, 0.7 + i / 1000)
        for i, (name, spec, params) in enumerate(cells[1])
        for run in range(3)
    ]


@pytest.fixture
def tfrecord(tmp_path, contents):
    """Return the path of a TFRecord file of these records."""
    path = tmp_path / "nasbench_only108.tfrecord"
    path.write_bytes(b"".join(map(framed, contents)))
    return path
