"""JSON, archives, CSV and Parquet of others become tables, whole or not at all."""

import io
import json
import os
import signal
import subprocess
import sys
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lissnas import oracles
from lissnas.home import tables_dir
from lissnas.oracles.importing import SOURCES, import_table, template
from lissnas.spaces import SPACES

GOOD = ["0.1", "0.2", "0.3", "0.4"]


def write_macro(folder, change=lambda values: values):
    """Write a file like NAS-Bench-Macro's with 27 of its strings."""
    values = {
        f"{i // 9}{i // 3 % 3}{i % 3}11111": {
            "test_acc": [80.5 + i / 10, 81.5 + i / 10, 82.5 + i / 10],
            "mean_acc": 81.5,
            "std": 1.0,
            "params": 1,
            "flops": 1,
        }
        for i in range(27)
    }
    path = folder / "nas-bench-macro_cifar10.json"
    path.write_text(json.dumps(change(values)))
    return path


def test_nasbench_macro(home, tmp_path):
    """Percent become fractions, and the mean of the runs is the task."""
    done = import_table("nasbench-macro", write_macro(tmp_path))
    assert done.records == 27 and done.columns == ("cifar10_test",)
    table = oracles.load("nasbench-macro", "cifar10")
    space = SPACES["nasbench-macro"]
    assert table.lookup(space)(space.parse(["02011111"]))[0] == pytest.approx(0.821)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: [], "must hold one object of networks"),
        (
            lambda v: v | {"01211111": 3},
            "network '01211111' must have a list 'test_acc'",
        ),
        (lambda v: v | {"01211111": {"test_acc": ["x"]}}, "must be a number, got 'x'"),
        (lambda v: v | {"01211111": {"test_acc": [181.0]}}, "must be in percent"),
        (lambda v: v | {"0121": {"test_acc": [81.0]}}, "row 27 is no architecture"),
        (lambda v: v | {"01211111": {"test_acc": [float("nan")]}}, "in percent"),
    ],
)
def test_wrong_macro_files_are_refused(home, tmp_path, change, words):
    """What is not as published is named."""
    with pytest.raises(ValueError, match=words):
        import_table("nasbench-macro", write_macro(tmp_path, change))
    assert not list((home / "tables").rglob("*.parquet"))


def results(count=6):
    """Return results of Accel-NASBench by name; the last repeats the first."""
    space = SPACES["mnasnet"]
    rows = space.sample(count, np.random.default_rng(0))
    rows[-1] = rows[0]
    found = {}
    for number, row in enumerate(rows):
        values = [d.options[o] for d, o in zip(space.decisions, row, strict=True)]
        choices = {}
        for block in range(7):
            e, k, layers, se = values[4 * block : 4 * block + 4]
            choices |= {f"block{block}_e": int(e), f"block{block}_k": int(k)}
            choices |= {f"block{block}_l": int(layers), f"block{block}_se": se == "1"}
        found[f"result_{number}.json"] = {
            "architecture": choices,
            "metrics": {"val_top1": 60.0 + number},
        }
    return rows, found


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_accel_nasbench(home, tmp_path, kind):
    """A folder or an archive of results; what was measured twice is averaged."""
    rows, found = results()
    path = tmp_path / "anb_dataset_jsons"
    if kind == "folder":
        path.mkdir()
        for name, values in found.items():
            (path / name).write_text(json.dumps(values))
    else:
        path = path.with_suffix(".tar.gz")
        with tarfile.open(path, "w:gz") as archive:
            for name, values in found.items():
                add(archive, f"./anb_dataset_jsons/{name}", json.dumps(values).encode())
    done = import_table("mnasnet", path)
    assert (done.records, done.architectures) == (6, 5)
    table = oracles.load("mnasnet", "imagenet")
    scores = table.lookup(SPACES["mnasnet"])(rows)
    np.testing.assert_allclose(scores, [0.625, 0.61, 0.62, 0.63, 0.64, 0.625])
    assert "1 rows repeat an architecture" in table.caveats


def add(archive, name, content, kind=tarfile.REGTYPE, link=""):
    """Add a member to an archive."""
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = len(content), kind, link
    archive.addfile(member, io.BytesIO(content))


def test_hostile_archives_touch_nothing(home, tmp_path):
    """Names that climb, links and huge members are not written or followed."""
    path = tmp_path / "anb_dataset_jsons.tar"
    _, found = results(2)
    content = json.dumps(found["result_0.json"]).encode()
    with tarfile.open(path, "w") as archive:
        add(archive, "../../result_0.json", content)
        add(archive, "/etc/result_1.json", content)
        add(archive, "result_2.json", b"", tarfile.SYMTYPE, "/etc/passwd")
    before = {p for p in tmp_path.rglob("*")}
    done = import_table("mnasnet", path)
    assert (done.records, done.architectures) == (2, 1)
    new = {p for p in tmp_path.rglob("*")} - before
    assert {p.name for p in new if p.is_file()} == {done.path.name}
    with tarfile.open(path, "w") as archive:
        add(archive, "result_0.json", b" " * (1 << 20) + b"{}")
    with pytest.raises(ValueError, match="larger than"):
        import_table("mnasnet", path)
    path.write_bytes(b"no archive at all")
    with pytest.raises(ValueError, match="must be a folder or archive of results"):
        import_table("mnasnet", path)
    with tarfile.open(path, "w") as archive:
        add(archive, "result_0.json", b"[" * 100_000)
    with pytest.raises(ValueError, match="is no JSON"):
        import_table("mnasnet", path)


@pytest.mark.parametrize("name", SPACES)
def test_templates_can_be_filled_in(home, tmp_path, name):
    """A template of any space, accuracies filled in, is imported as it is."""
    lines = template(name).splitlines()
    assert len(lines) == 4 and lines[1].endswith(",")
    path = tmp_path / "mine.csv"
    filled = [f"{line}{0.5 + i / 10}" for i, line in enumerate(lines[1:])]
    path.write_text("\n".join([lines[0], *filled]))
    done = import_table(name, path)
    assert done.rows == done.architectures == 3
    assert done.path == tables_dir() / f"{name}-mine.parquet"
    found = [t for t in oracles.tasks(name).values() if t.path == done.path]
    assert [task.known for task in found] == [3]
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=r"all accuracies of .* are unknown"):
        import_table(name, path)


def write_csv(folder, accuracies, name="mine.csv"):
    """Write a CSV of NAS-Bench-201 cells in digits."""
    path = folder / name
    rows = [f"{i:06d},{a}" for i, a in zip((0, 1, 10, 11), accuracies, strict=True)]
    path.write_text("\n".join(["arch,cifar10_acc", *rows]))
    return path


def test_digits_stay_text_and_gaps_unknown(home, tmp_path):
    """Leading zeros of strings survive, empty fields are unknown."""
    done = import_table("nasbench201", write_csv(tmp_path, ["1", "", "0.5", "0"]))
    task = next(t for t in oracles.tasks("nasbench201").values() if t.path == done.path)
    assert task.known == 3
    table = oracles.load("nasbench201", task.task)
    scores = table.lookup(SPACES["nasbench201"])(
        SPACES["nasbench201"].parse(["000000", "000001", "000010", "000011"])
    )
    np.testing.assert_array_equal(scores, [1, np.nan, 0.5, 0])


def test_percent_are_refused_with_the_remedy(home, tmp_path):
    """Accuracies in percent are not guessed to be fractions."""
    with pytest.raises(ValueError, match=r"got 91\.5: divide percentages by 100"):
        import_table("nasbench201", write_csv(tmp_path, ["91.5", "90", "89", "1"]))


def test_refused_table_leaves_the_old_one(home, tmp_path):
    """A second import replaces the first whole; one that is refused changes nothing."""
    done = import_table("nasbench201", write_csv(tmp_path, GOOD))
    first = done.path.read_bytes()
    with pytest.raises(ValueError, match="is no architecture"):
        path = write_csv(tmp_path, GOOD)
        path.write_text(path.read_text().replace("000001", "999999"))
        import_table("nasbench201", path)
    assert done.path.read_bytes() == first
    import_table("nasbench201", write_csv(tmp_path, ["0.9", "0.2", "0.3", "0.4"]))
    assert done.path.read_bytes() != first
    assert os.listdir(done.path.parent) == [done.path.name]


def test_killed_import_leaves_the_old_table(home, tmp_path):
    """A process killed while it imports leaves the table that was there, and what it
    left behind goes with the next import."""
    done = import_table("nasbench201", write_csv(tmp_path, GOOD))
    first = done.path.read_bytes()
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from lissnas.oracles import reader\n"
        "from lissnas.oracles.importing import import_table\n"
        "def wait(part):\n"
        "    print('checking', flush=True)\n"
        "    time.sleep(60)\n"
        "reader.check = wait\n"
        "import_table('nasbench201', Path(sys.argv[1]))\n"
    )
    path = write_csv(tmp_path, ["0.9", "0.2", "0.3", "0.4"])
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().strip() == "checking"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert done.path.read_bytes() == first
    assert len(os.listdir(done.path.parent)) == 2
    import_table("nasbench201", path)
    assert os.listdir(done.path.parent) == [done.path.name]


def test_parquet_in_the_schema(home, tmp_path):
    """A Parquet file keeps its metadata and gets the space's name."""
    path = tmp_path / "some table.v2.parquet"
    schema = pa.schema(
        [("arch", pa.string()), ("cifar10_val", pa.float64())],
        metadata={"title": "Mine", "licence": "CC0-1.0"},
    )
    rows = {"arch": ["421211", "333333"], "cifar10_val": [0.82, 0.91]}
    pq.write_table(pa.table(rows, schema=schema), path)
    done = import_table("nasbench201", path)
    task = next(t for t in oracles.tasks("nasbench201").values() if t.path == done.path)
    assert (task.title, task.licence) == ("Mine", "CC0-1.0")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match="truncated, damaged or no Parquet"):
        import_table("nasbench201", path)


def test_files_that_cannot_be_imported(home, tmp_path):
    """Unknown files, pickles and a missing file are one sentence with what to do."""
    for name, space, words in [
        ("transnas-bench_v10141024.pth", "transnasbench101-macro", "convert it to CSV"),
        ("cora.bench", "nasbench-graph", "read from their own package only"),
        ("x.pkl", "nasbench201", "file must be one of a .csv or .parquet"),
    ]:
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(ValueError, match=words):
            import_table(space, tmp_path / name)
    with pytest.raises(ValueError, match="file must be there"):
        import_table("nasbench201", tmp_path / "absent.csv")
    with pytest.raises(ValueError, match="space must be one of"):
        import_table("nasbench1", tmp_path / "x.pkl")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_folder_that_cannot_be_written(home, tmp_path):
    """An unwritable folder of tables is one sentence."""
    tables_dir().mkdir(parents=True)
    tables_dir().chmod(0o500)
    with pytest.raises(ValueError, match="cannot be written"):
        import_table("nasbench201", write_csv(tmp_path, GOOD))


def test_home_that_is_a_file(tmp_path, monkeypatch):
    """A home that cannot be a folder is one sentence."""
    (tmp_path / "home").write_text("x")
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    with pytest.raises(ValueError, match=r"cannot be written .*; LISSNAS_HOME"):
        import_table("nasbench201", write_csv(tmp_path, GOOD))


def test_sources_are_complete():
    """Each published table names a known space, a page and a licence."""
    for source in SOURCES:
        assert source.space in SPACES and source.page and source.licence
        assert source.read is not None or source.how
