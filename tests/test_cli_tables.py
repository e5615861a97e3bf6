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
    text = capsys.readouterr().out
    line = next(t for t in text.splitlines() if "nasbench_only108" in t)
    assert "about 499 MB, from github.com/google-research/nasbench" in line
    assert "`lissnas import nasbench101 nasbench_only108.tfrecord`" in line


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
