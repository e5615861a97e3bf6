"""Files that are damaged or made to do harm are refused in one sentence, whole."""

import gzip
import json
import os
import signal
import subprocess
import sys
import tarfile
import tracemalloc

import numpy as np
import pytest
from nasbench101_file import framed

from lissnas.oracles.importing import import_table, jsons, tfrecord
from lissnas.spaces import SPACES

from .test_files import GOOD, add, results, write_csv, write_macro


@pytest.fixture
def archive(tmp_path):
    """Return the path of a compressed archive of 200 results."""
    path = tmp_path / "anb_dataset_jsons.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        for name, values in results(200)[1].items():
            add(file, name, json.dumps(values).encode())
    return path


def refused(space, path):
    """Return the sentence with which a file is refused."""
    with pytest.raises(ValueError) as error:
        import_table(space, path)
    text = str(error.value)
    assert "\n" not in text and len(text) < 600
    return text


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("kind", ["cut", "altered"])
def test_a_damaged_archive_is_never_read_in_part(home, archive, part, kind):
    """Wherever a compressed archive is cut or altered, nothing of it is imported."""
    content = bytearray(archive.read_bytes())
    place = int(part * len(content))
    if kind == "cut":
        del content[place:]
    else:
        content[place] ^= 0xFF
    archive.write_bytes(bytes(content))
    assert "must be a folder or archive of results" in refused("mnasnet", archive)
    assert not list((home / "tables").rglob("*.parquet"))


@pytest.mark.parametrize("change", ["header", "end"])
def test_a_damaged_header_does_not_end_an_archive(home, archive, change):
    """Without compression, a wrong header or a missing end is damage as well."""
    content = bytearray(gzip.decompress(archive.read_bytes()))
    path = archive.with_name("anb_dataset_jsons.tar")
    with tarfile.open(archive) as file:
        members = file.getmembers()
    if change == "header":
        content[members[100].offset + 150] ^= 0xFF
    else:
        del content[members[100].offset :]
    path.write_bytes(bytes(content))
    assert "it is damaged at byte" in refused("mnasnet", path)


def test_an_archive_that_swells_is_not_held(home, tmp_path, monkeypatch):
    """What a small file decompresses to is limited before it is kept."""
    monkeypatch.setattr(jsons, "MAX_FILE", 1 << 20)
    path = tmp_path / "anb_dataset_jsons.tar.gz"
    path.write_bytes(gzip.compress(bytes(1 << 24)))
    tracemalloc.start()
    assert "holds more than 1,048,576 bytes" in refused("mnasnet", path)
    assert tracemalloc.get_traced_memory()[1] < 1 << 23
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("Infinity", "small whole number, got inf"),
        ("NaN", "small whole number, got nan"),
        ("4.7", "small whole number, got 4.7"),
        ("-1", "small whole number, got -1"),
        ("260", "small whole number, got 260"),
        ("1" + "0" * 30, "small whole number, got 1000"),
        ("1" + "0" * 5000, "is no JSON"),
        ('"4"', "small whole number, got '4'"),
        ("[[[4]]]", "small whole number, got"),
        ('4, "block0_e": 6', "the key 'block0_e' occurs twice"),
    ],
)
def test_choices_are_small_whole_numbers(home, tmp_path, choice, words):
    """Nothing is cut, rounded, wrapped or overwritten to become a choice."""
    values = results(2)[1]["result_0.json"]
    values["architecture"]["block0_e"] = "HERE"
    path = tmp_path / "anb_dataset_jsons"
    path.mkdir()
    text = json.dumps(values).replace('"HERE"', choice)
    (path / "result_0.json").write_text(text)
    assert words in refused("mnasnet", path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v | {"\ud800": {"test_acc": [80.0]}}, "surrogates not allowed"),
        (lambda v: v | {"0" * 100_000: {"test_acc": [80.0]}}, "row 27 is no"),
        (lambda v: v | {"0" * 8: {"test_acc": [10**4000]}}, "must be in percent"),
        (lambda v: v | {"0" * 9_000: 3}, "must have a list 'test_acc'"),
    ],
)
def test_what_is_refused_is_quoted_in_short(home, tmp_path, change, words):
    """A sentence stays one, however long what it quotes is."""
    assert words in refused("nasbench-macro", write_macro(tmp_path, change))


def test_one_long_record_needs_no_more_memory(home, tmp_path):
    """A long record among many is checked without padding all others to its length;
    one beyond any of the benchmark's is refused."""
    small = [b"x" * (i % 500) for i in range(20_000)]
    long = b"y" * tfrecord.MAX_RECORD
    tracemalloc.start()
    together = tfrecord.masked_checksums([*small, long])
    assert tracemalloc.get_traced_memory()[1] < 6 * tfrecord.PADDED
    tracemalloc.stop()
    rows = [0, 1, 499, 10_000, 20_000]
    for row in rows:
        alone = tfrecord.masked_checksums([[*small, long][row]])
        assert together[row] == alone[0]
    path = tmp_path / "nasbench_only108.tfrecord"
    path.write_bytes(framed(long + b"y"))
    assert "record 0 must have at most 65,536 bytes" in refused("nasbench101", path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no CSV in UTF-8 (Empty CSV file)"),
        (b"arch,cifar10_val\n\xff,0.5\n", "invalid UTF8"),
        (b"arch,cifar10_val\n421211,0.5,3\n", "Expected 2 columns, got 3"),
        (b"arch,a_val,a_val\n421211,0.5,0.6\n", "two columns have the same name"),
        (b"cifar10_val\n0.5\n", "the architecture column 'arch'"),
        (b"arch,cifar10_val\n421211,high\n", "no accuracy column found"),
        (b"arch,cifar10_val\n421211,inf\n", "got inf in column 'cifar10_val', row 0"),
        (b"arch,cifar10_val\n", "all accuracies of nasbench201 are unknown"),
    ],
)
def test_wrong_csv_is_refused_as_csv(home, tmp_path, content, words):
    """What is wrong with a CSV is said of a CSV, not of the Parquet it would become."""
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    text = refused("nasbench201", path)
    assert words in text and "no Parquet" not in text


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_csv_of_any_program_is_read(home, tmp_path, mark, end):
    """Byte-order marks, both line ends and quoted fields with line ends are CSV."""
    lines = [b"arch,cifar10_val,note", b'421211,0.5,"two' + end + b'lines"', b""]
    path = tmp_path / "mine.csv"
    path.write_bytes(mark + end.join(lines))
    assert import_table("nasbench201", path).rows == 1


CHILD = """
import resource, sys
from lissnas.cli import main
from lissnas.oracles import reader
check = reader.check
def wait(part):
    print("checking", flush=True)
    sys.stdin.readline()
    check(part)
if sys.argv[1] == "wait":
    reader.check = wait
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
main(["import", "nasbench201", sys.argv[2]])
"""


def child(how, path):
    """Return a process that imports a CSV through the command line."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, how, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets its background jobs ignore Ctrl-C, and these their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_interrupting_changes_nothing_and_leaves_nothing(home, tmp_path):
    """Ctrl-C ends an import with the old table as it was and no file beside it."""
    done = import_table("nasbench201", write_csv(tmp_path, GOOD))
    first = done.path.read_bytes()
    path = write_csv(tmp_path, ["0.9", "0.2", "0.3", "0.4"])
    process = child("wait", path)
    assert process.stdout.readline().strip() == "checking"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "no table was changed" in errors and "Traceback" not in errors
    assert done.path.read_bytes() == first
    assert os.listdir(done.path.parent) == [done.path.name]


def test_a_full_disk_changes_nothing_and_leaves_nothing(home, tmp_path):
    """Where no more can be written the old table stays, and one sentence says why."""
    done = import_table("nasbench201", write_csv(tmp_path, GOOD))
    first = done.path.read_bytes()
    process = child("full", write_csv(tmp_path, ["0.9", "0.2", "0.3", "0.4"]))
    _, errors = process.communicate()
    assert process.returncode == 2
    assert "cannot be written (File too large)" in errors
    assert "Traceback" not in errors and errors.count("\n") == 1
    assert done.path.read_bytes() == first
    assert os.listdir(done.path.parent) == [done.path.name]


def test_any_archive_is_read_or_refused(home, tmp_path):
    """Bytes altered at the front of an archive give whole columns or a sentence, never
    another error."""
    path = tmp_path / "anb_dataset_jsons.tar"
    with tarfile.open(path, "w") as file:
        for name, values in results(3)[1].items():
            add(file, name, json.dumps(values).encode())
    content, rng = path.read_bytes(), np.random.default_rng(0)
    names, refusals = SPACES["mnasnet"].table_columns, 0
    for _ in range(300):
        altered = bytearray(content)
        altered[int(rng.integers(2048))] = int(rng.integers(256))
        path.write_bytes(bytes(altered))
        try:
            found = jsons.read_accel(path, lambda *_: None)
        except ValueError:
            refusals += 1
            continue
        assert all(len(found.columns[name]) == found.records for name in names)
    assert refusals > 50
