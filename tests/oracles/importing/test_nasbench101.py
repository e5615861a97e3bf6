"""NAS-Bench-101 is read from its own files without TensorFlow, and nothing skipped."""

import json

import numpy as np
import pytest
from nasbench101_file import framed, record

from lissnas import oracles
from lissnas.oracles.importing import import_table
from lissnas.oracles.importing.nasbench101 import fields, metrics
from lissnas.oracles.importing.tfrecord import masked_checksums
from lissnas.spaces import SPACES


def test_checksums_are_crc32c():
    """Known values: of "123456789" (RFC 3720's polynomial), of nothing, masked."""
    plain = {b"123456789": 0xE3069283, b"": 0x00000000, b"a": 0xC1D04330}
    for content, value in plain.items():
        masked = ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF
        assert int(masked_checksums([content])[0]) == masked
    lengths = [b"x" * n for n in (3, 0, 7, 300)]
    together = masked_checksums(lengths)
    assert together.tolist() == [int(masked_checksums([c])[0]) for c in lengths]


def test_all_runs_are_kept(home, tfrecord, cells):
    """Validation and test accuracy of each run are columns, their mean the task."""
    ticks = []
    done = import_table("nasbench101", tfrecord, lambda *tick: ticks.append(tick))
    assert (done.records, done.rows, done.architectures) == (90, 30, 30)
    assert done.columns == ("cifar10_val", "cifar10_test")
    assert sum(n for n, _ in ticks) == ticks[0][1] == tfrecord.stat().st_size
    table = oracles.load("nasbench101", "cifar10")
    scores = table.lookup(SPACES["nasbench101"])(cells[0])
    np.testing.assert_allclose(scores, 0.81 + np.arange(30) / 1000)
    test = oracles.load("nasbench101", "cifar10-test")
    np.testing.assert_allclose(
        test.lookup(SPACES["nasbench101"])(cells[0]), 0.7 + np.arange(30) / 1000
    )
    assert "checksum is not the published one" in table.caveats
    assert done.checksum in table.source


def test_all_budgets_of_the_full_file(home, tmp_path, cells):
    """Shorter trainings are tasks of their own."""
    path = tmp_path / "nasbench_full.tfrecord"
    contents = [
        framed(record(name, epochs, spec, params, epochs / 1000, epochs / 2000))
        for name, spec, params in cells[1]
        for epochs in (4, 12, 36, 108)
        for _ in range(3)
    ]
    path.write_bytes(b"".join(contents))
    import_table("nasbench101", path)
    found = oracles.tasks("nasbench101")
    assert {"cifar10", "cifar10-test", "cifar10-val-4epochs"} <= set(found)
    short = oracles.load("nasbench101", "cifar10-val-12epochs")
    np.testing.assert_allclose(short.accuracy, 0.012)


def spoiled(contents, change):
    """Return records, the fifth changed as JSON."""
    values = json.loads(contents[5])
    change(values)
    return [*contents[:5], json.dumps(values).encode(), *contents[6:]]


def put(place, value):
    """Return a change of one entry."""
    return lambda values: values.__setitem__(place, value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(1, 100), r"epochs must be one of \(4, 12, 36, 108\), got 100"),
        (put(4, "AAA"), "record 5 is no record"),
        (put(4, "CgA="), "the metrics lack parameters or accuracies"),
        (put(4, "CgU="), "the metrics end within a field"),
        (put(4, "Cw=="), "unknown type 3"),
        (lambda values: values.pop(), "it is not a list of five"),
        (put(0, 7), "record 5 is no record"),
    ],
)
def test_malformed_records_are_named(home, tmp_path, contents, change, words):
    """A record that is not as published is refused by its number, and nothing kept."""
    path = tmp_path / "nasbench_only108.tfrecord"
    path.write_bytes(b"".join(map(framed, spoiled(contents, change))))
    with pytest.raises(ValueError, match=words) as error:
        import_table("nasbench101", path)
    assert "record 5" in str(error.value) and "\n" not in str(error.value)
    assert not list((home).rglob("*.parquet"))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (2, "01" * 3, "digits 0 or 1"),
        (3, "input,conv9x9,output", "must be 3 x 3 digits"),
    ],
)
def test_malformed_cells_are_named(home, tmp_path, contents, column, value, words):
    """Wrong matrices and operations of a cell's first record are refused."""
    values = json.loads(contents[0])
    values[column] = value
    path = tmp_path / "nasbench_only108.tfrecord"
    path.write_bytes(framed(json.dumps(values).encode()))
    with pytest.raises(ValueError, match=words):
        import_table("nasbench101", path)


def test_contradictions_are_refused(home, tmp_path, cells):
    """Parameters or a hash that the matrix does not have are no NAS-Bench-101."""
    path = tmp_path / "nasbench_only108.tfrecord"
    (name, spec, params), (other, _, _) = cells[1][:2]
    path.write_bytes(framed(record(name, 108, spec, params + 1, 0.9, 0.9)))
    with pytest.raises(ValueError, match=f"{params + 1:,} parameters in the file"):
        import_table("nasbench101", path)
    path.write_bytes(framed(record(other, 108, spec, params, 0.9, 0.9)))
    with pytest.raises(ValueError, match=f"has the hash {name} by its matrix"):
        import_table("nasbench101", path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b[:-3], "the file ends within record 89"),
        (lambda b: b[:7], "the file ends within record 0"),
        (lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:], "checksum of its content"),
        (lambda b: bytes([b[0] ^ 1]) + b[1:], "checksum of its length is wrong"),
        (lambda b: b"\xff" * 8 + b[8:], "record 0 is damaged or this is no TFRecord"),
        (lambda b: b"", "the file has no records"),
    ],
)
def test_damaged_files_are_refused(home, tfrecord, change, words):
    """A truncated or altered file is refused, whatever was altered."""
    tfrecord.write_bytes(change(tfrecord.read_bytes()))
    with pytest.raises(ValueError, match=words):
        import_table("nasbench101", tfrecord)


def test_any_bytes_are_fields_or_refused():
    """Bytes that are no protocol buffer give one sentence, never another error."""
    rng = np.random.default_rng(0)
    refused = 0
    for size in range(1, 200):
        buffer = rng.integers(0, 256, size, dtype=np.uint8).tobytes()
        for function in (lambda b: list(fields(b)), metrics):
            try:
                function(buffer)
            except ValueError:
                refused += 1
    assert refused > 200
