"""`lissnas import` and `lissnas tables`."""

import json

import numpy as np
import pytest

from lissnas.cli import main
from lissnas.spaces import SPACES


@pytest.fixture
def home(empty_home, monkeypatch):
    """An empty home folder, and no other folder of tables."""
    monkeypatch.setenv("LISSNAS_DATA", "")
    return empty_home


def test_from_template_to_task(home, tmp_path, capsys):
    """A template, filled in and imported, is a task that other commands take."""
    path = tmp_path / "mine.csv"
    main(["import", "shufflenetv2", "--template", str(path)])
    filled = path.read_text().replace('",', '",0.7')
    path.write_text(filled)
    main(["import", "shufflenetv2", str(path), "--json"])
    done = json.loads(capsys.readouterr().out)
    assert done["tasks"] == ["imagenet"] and done["architectures"] == 3
    assert len(done["sha256"]) == 64
    main(["tables", "--json"])
    listed = json.loads(capsys.readouterr().out)
    assert "shufflenetv2" in {row["space"] for row in listed["tables"]}
    assert "nasbench101" in {row["space"] for row in listed["missing"]}


def test_a_part_of_a_space_is_marked_in_every_command(home, tmp_path, capsys):
    """Of an imported part, `predict` says what trained it, and `shrink` and `runs` of
    how many architectures true numbers are."""
    space = SPACES["mnasnet"]
    archs = space.sample(300, np.random.default_rng(0))
    texts = space.format(archs)
    accuracy = 0.5 + archs.sum(axis=1) / 500
    lines = [f'"{t}",{a}' for t, a in zip(texts, accuracy, strict=True)]
    path = tmp_path / "part.csv"
    path.write_text("\n".join(["arch,imagenet_val_acc", *lines]))
    main(["import", "mnasnet", str(path)])
    summary = capsys.readouterr().out
    assert "seconds" in summary and "architectures 300" in summary
    other = space.format(space.sample(1, np.random.default_rng(9)))[0]
    command = ["predict", "mnasnet", "imagenet", texts[0], other, "--rounds", "40"]
    main([*command, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["quality"]["held_out"] == 45
    assert [row["trained"] for row in found["archs"]] == [True, False]
    assert found["archs"][1]["true"] is None
    command = ["shrink", "mnasnet", "imagenet", "--target", "500", "--queries", "1500"]
    command += ["--predictor-rounds", "40", "--samples", "200"]
    main([*command, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["iterations"][0]["known"] == 300
    assert list(found["iterations"][0])[:3] == ["step", "size", "known"]
    last = found["final"]
    assert last["known"] < last["size"] and last["contains_best"] is None
    main(["runs", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["known"] == last["known"]


def test_what_is_missing_is_told(home, capsys):
    """People read what to get, how large it is, from where, and what to type then."""
    main(["tables"])
    lines = capsys.readouterr().out.splitlines()
    text = " ".join(" ".join(lines).split())
    assert "about 499 MB, from github.com/google-research/nasbench" in text
    assert "  Then: lissnas import nasbench101 nasbench_only108.tfrecord" in lines
    assert "  Then: lissnas import mnasnet anb_dataset_jsons.tar.gz" in lines
    assert "cora.bench" not in text and "lissnas[graph]" not in text  # it is there
    assert "mobilenet-21" in text.partition("No table is published of ")[2]


def test_tables_are_listed_by_file(home, tmp_path, capsys):
    """A table's title, file and licence are said once; a part of a space is called a
    part, and no line is wider than the terminal but for names that cannot be broken."""
    path = tmp_path / "mine.csv"
    path.write_text("arch,cifar10_val,cifar10_test\n00000010,0.5,0.4\n22222222,0.9,0.8")
    main(["import", "nasbench-macro", str(path)])
    capsys.readouterr()
    main(["tables"])
    text = capsys.readouterr().out
    assert "  nasbench-macro, a part, 2 of 3,969: cifar10, cifar10-test\n" in text
    assert "  nasbench201, all 15,625 of 15,625: cifar10, cifar100, imagenet" in text
    assert text.count("nasbench-macro-mine.parquet") == 1
    whole = [t for t in text.splitlines() if "/" not in t]
    assert max(map(len, whole)) <= 90


@pytest.mark.usefixtures("no_own_tables")
def test_what_is_unknown_of_an_architecture_is_told(home, tmp_path, capsys):
    """`describe` says what was not measured, and leaves out what does not exist."""
    main(["describe", "shufflenetv2", "0" * 20])
    text = capsys.readouterr().out
    assert "no table of accuracies here" in text and "None" not in text
    path = tmp_path / "mine.csv"
    path.write_text("arch,cifar10_val\n" + "1" * 20 + ",0.9")
    main(["import", "shufflenetv2", str(path)])
    main(["describe", "shufflenetv2", "0" * 20])
    text = capsys.readouterr().out
    assert "not measured cifar10" in text and "nan" not in text
    main(["describe", "shufflenetv2", "1" * 20])
    assert "tasks        cifar10 0.9000" in capsys.readouterr().out


def test_counts_are_of_distinct_architectures(home, tmp_path, capsys):
    """Rows that repeat an architecture, and notations of one, are counted once; a
    published table that knows more stays listed as missing beside a part of it."""
    path = tmp_path / "mine.csv"
    rows = ["00000010,0.5", "00000001,0.5", "00000010,0.5", "22222222,0.9", "1" * 8]
    path.write_text("\n".join(["arch,cifar10_val", *rows[:-1], rows[-1] + ","]))
    main(["import", "nasbench-macro", str(path)])
    assert "architectures 3" in capsys.readouterr().out
    main(["tables", "--json"])
    listed = json.loads(capsys.readouterr().out)
    row = next(r for r in listed["tables"] if r["space"] == "nasbench-macro")
    assert (row["rows"], row["known"], row["of"]) == (5, 2, 3_969)
    missing = {m["space"]: m for m in listed["missing"]}
    assert missing["nasbench-macro"]["networks"] == 3_969
    assert missing["nasbench-macro"]["bytes"] == 1_178_821


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "nasbench201"], "import needs FILE"),
        (["import", "nasbench201", "absent.csv"], "file must be there"),
        (["import", "nosuch", "x.csv"], "space must be one of"),
        (["import", "nasbench201", "--template", "pyproject.toml"], "not be there yet"),
    ],
)
def test_bad_input_is_one_sentence(home, capsys, arguments, words):
    """Exit code 2 and a sentence, nothing on standard output."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    captured = capsys.readouterr()
    assert stop.value.code == 2 and words in captured.err and not captured.out
