"""A study from the first unit to the last file."""

import csv
import json
import re
import shutil
from dataclasses import replace

import pytest
from tiny_study import TINY, computed

from lissnas.cli import main
from lissnas.reproduce import (
    execute,
    missing,
    read_rankings,
    stored,
    studied,
    units,
    write,
)
from lissnas.reproduce.results import results
from lissnas.reproduce.tables import paper_tables
from lissnas.reproduce.units import METHODS, PUBLISHED, SELECTIVE, Unit, file_name
from lissnas.search import SEARCHERS

MADE_UP = replace(TINY, spaces=("transnasbench101-macro", "shufflenetv2"))


def numbers(record):
    """Return a record without the times that it took."""
    outcome = {k: v for k, v in record.get("outcome", {}).items() if k != "seconds"}
    return {k: v for k, v in record.items() if k != "cpu_seconds"} | {
        "outcome": outcome
    }


def read(path):
    """Return a CSV as dictionaries."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shipped_study(tmp_path_factory):
    """Return the folder of a tiny study of what is shipped, with its records."""
    out = tmp_path_factory.mktemp("shipped")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LISSNAS_HOME", str(out / "home"))
        patch.delenv("LISSNAS_DATA", raising=False)
        records = computed(TINY, out / "cache")
        write(records, TINY, out, "lissnas reproduce --quick")
    return out, records


def test_a_study_needs_no_table_of_the_user(shipped_study):
    """What is shipped is enough for every method, the figures and the claims."""
    out, records = shipped_study
    labels = {one["unit"]["label"] for one in records}
    assert {SELECTIVE, PUBLISHED, "abs", "nse", "padnas", "top-predicted"} <= labels
    assert all(not one["outcome"]["problem"] for one in records if "outcome" in one)
    lines = read(out / "matched-nasbench201-cifar10-1562.csv")
    assert {float(line["size"]) for line in lines} == {1562}
    page = (out / "reproduction.html").read_text()
    assert "Figure 2" in page and "Figure 4" in page and "Figure 5" in page


def test_what_is_missing_is_said_and_not_invented(shipped_study):
    """Without a space's table its numbers are empty, and the page says why."""
    out, _ = shipped_study
    for name in ("1", "3", "4", "7", "8", "9", "10", "j"):
        lines = read(out / f"table-{name}.csv")
        assert lines
        for line in lines:
            assert line["verdict"] == "not measured"
            assert line["ours"] == line["low"] == line["high"] == ""
            assert line["paper"] and line["reason"]
    values = json.loads((out / "reproduction.json").read_text())
    assert {"Table 2", "Table 3", "NAS-Bench-101"} <= set(values["absent"])
    page = (out / "reproduction.html").read_text()
    assert all(why in page for why in values["absent"].values())


def test_supernets_fill_table_3(shipped_study, tmp_path):
    """Where a file has a supernet's numbers Table 3 holds them against the paper's."""
    _, records = shipped_study
    path = tmp_path / "supernets.csv"
    lines = ["space,method,seed,pearson,top1"]
    lines += [f"nasbench101,lissnas-published,{s},0.6{s},0.93" for s in range(3)]
    lines += [f"nasbench101,original,{s},0.46{s},0.91" for s in range(3)]
    path.write_text("\n".join(lines))
    rankings = read_rankings(path)
    write(records, TINY, tmp_path, "lissnas reproduce", rankings)
    found = [line for line in read(tmp_path / "table-3.csv") if line["ours"]]
    assert len(found) == 4 and {line["samples"] for line in found} == {"3"}
    assert {line["verdict"] for line in found} == {"agrees"}
    values = json.loads((tmp_path / "reproduction.json").read_text())
    assert "Table 3" not in values["absent"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2", "supernets must have the columns"),
        ("space,method,seed,pearson,top1\nmars,abs,0,.5,.9", "line 2: space must be"),
        ("space,method,seed,pearson,top1\nnasbench201,x,0,.5,.9", "methods must be"),
        ("space,method,seed,pearson,top1\nnasbench201,abs,0,5,.9", "pearson must be"),
        ("space,method,seed,pearson,top1\nnasbench201,abs,0,.5,93", "top1 must be"),
        ("space,method,seed,pearson,top1\nnasbench201,abs,0,.5", "line 2"),
    ],
)
def test_bad_numbers_of_supernets_are_refused(text, words, tmp_path):
    """A sentence that names the line and what was expected."""
    path = tmp_path / "supernets.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=words):
        read_rankings(path)
    with pytest.raises(ValueError, match="supernets must be a CSV"):
        read_rankings(tmp_path / "none.csv")


def test_every_output_is_searched(shipped_study):
    """Full space and each method's output, by all searches and both oracles; the lead
    over the full space is paired, and the page shows curves."""
    out, records = shipped_study
    lines = read(out / "search-nasbench201-cifar10.csv")
    found = {line["label"] for line in lines}
    assert found == {"original", *METHODS, "top-predicted"}
    kinds = {line["search"] for line in lines}
    assert kinds == {f"{s} by truth" for s in SEARCHERS} | {"evolution by predictor"}
    for line in lines:
        value = float(line["true"])
        assert 0 < value < 1 and (line["lead_mean"] == "") == (
            line["label"] == "original"
        )
    one = next(r for r in records if r["unit"]["part"] == "search")
    assert 0.5 < one["about"]["best_pair"] < 1
    page = (out / "reproduction.html").read_text()
    assert "Does a shrunk space make search better?" in page
    assert "The best of the predictor" in page


def test_markdown_holds_what_was_measured(shipped_study):
    """A document for people who read no HTML: command, tables, searches, gaps."""
    out, _ = shipped_study
    text = (out / "reproduction.md").read_text()
    assert "lissnas reproduce --quick" in text
    assert "| LISSNAS selective |" in text and "after 10 queries" in text
    assert "**Table 3**" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_the_page_needs_nothing_else(shipped_study):
    """One file with everything in it, which may load nothing."""
    page = (shipped_study[0] / "reproduction.html").read_text()
    assert "default-src 'none'" in page
    outside = page.replace(re.search(r"<script>.*?</script>", page, re.S)[0], "", 1)
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=", outside)


def test_files_carry_their_provenance(shipped_study):
    """Seeds, budgets, checksums, version and command stand beside the numbers."""
    out, records = shipped_study
    values = json.loads((out / "reproduction.json").read_text())["provenance"]
    assert values["command"] == "lissnas reproduce --quick"
    assert values["settings"]["seeds"] == TINY.seeds
    assert values["settings"]["predictor"]["pairs"] == TINY.predictor.pairs
    assert values["units"] == len(records)
    checksum = values["tables"]["nasbench201 cifar10"]["checksum"]
    assert re.fullmatch("[0-9a-f]{64}", checksum)
    budgets = {
        line["budget"] for line in read(out / "matched-nasbench201-cifar10-1562.csv")
    }
    assert budgets == {str(15_625 // 4)}


def test_every_csv_parses(shipped_study):
    """Each table of the JSON is a CSV with the same columns and rows."""
    out, _ = shipped_study
    tables = json.loads((out / "reproduction.json").read_text())["tables"]
    assert {path.stem for path in out.glob("*.csv")} == set(tables)
    for name, lines in tables.items():
        parsed = read(out / f"{name}.csv")
        assert [list(line) for line in parsed] == [list(line) for line in lines]


def test_an_interrupted_study_goes_on(shipped_study, tmp_path, monkeypatch):
    """What was computed is kept, and the rest has the numbers it would have had."""
    out, records = shipped_study
    monkeypatch.setenv("LISSNAS_HOME", str(out / "home"))
    monkeypatch.delenv("LISSNAS_DATA", raising=False)
    listed, cache = units(TINY)[1:8], tmp_path / "cache"
    steps = execute(listed, TINY, cache)
    done = [next(steps) for _ in range(3)]
    steps.close()
    assert missing(listed, TINY, cache) == listed[3:]
    (cache / file_name(done[0], TINY)).write_text("{ half a fil")
    assert missing(listed, TINY, cache) == [listed[0], *listed[3:]]
    again = computed(TINY, cache, listed)
    assert [numbers(one) for one in again] == [numbers(one) for one in records[1:8]]


def test_a_file_stands_for_all_that_its_numbers_depend_on(shipped_only):
    """Other settings, seeds or budgets never find the wrong file."""
    unit = Unit("shrink", "nasbench201", "cifar10", "naive", 100, 1000)
    other = replace(TINY, predictor=replace(TINY.predictor, rounds=31))
    names = {file_name(unit, TINY), file_name(unit, other)}
    for change in ({"seed": 1}, {"size": 200}, {"queries": 900}, {"label": "abs"}):
        names.add(file_name(replace(unit, **change), TINY))
    assert len(names) == 6
    assert file_name(unit, TINY) == file_name(unit, replace(TINY, seeds=9))


def test_partial_tables_are_judged_by_a_second_predictor(with_made_up, tmp_path):
    """No method is measured by the predictor that it asked."""
    listed = [u for u in units(MADE_UP) if u.space == "shufflenetv2" and u.label]
    wanted = [u for u in listed if u.label in ("original", "naive", "lissnas")]
    records = computed(MADE_UP, tmp_path, wanted)
    for one in records:
        assert one["about"]["truth"] == "judged"
        assert one["about"]["known"] == 400
        assert one["outcome"]["mean_true"] != one["outcome"]["mean_predicted"]
    found = {one["unit"]["label"]: one["outcome"] for one in records}
    assert found["lissnas"]["mean_true"] > found["original"]["mean_true"] + 0.005
    tables = paper_tables(results(records), MADE_UP)
    verdicts = {
        line["verdict"] for line in tables["1"] if "selective" in line["method"]
    }
    assert verdicts and "not measured" not in verdicts


def test_processes_change_the_order_only(with_made_up, tmp_path):
    """Two processes write the very files that one writes."""
    settings = replace(MADE_UP, spaces=("transnasbench101-macro",), seeds=2)
    listed = [u for u in units(settings) if u.label in ("original", "naive")]
    first = computed(settings, tmp_path / "one", listed)
    two = list(execute(listed, settings, tmp_path / "two", processes=2))
    assert sorted(map(str, two)) == sorted(map(str, listed))
    second = [stored(unit, settings, tmp_path / "two") for unit in listed]
    assert [numbers(one) for one in first] == [numbers(one) for one in second]


def test_studied_spaces_are_those_with_tables(with_made_up):
    """Every space with a table is studied, and no other."""
    found = {space for space, _ in studied(replace(TINY, spaces=()))}
    assert {"nasbench201", "transnasbench101-macro", "shufflenetv2"} <= found
    assert "nasbench101" not in found


def test_the_command_goes_on(
    shipped_study, shipped_only, tmp_path, capsys, monkeypatch
):
    """The command computes what is missing and no more, and counts verdicts."""
    monkeypatch.setattr("lissnas.cli.reproduce.QUICK", TINY)
    out = tmp_path / "again"
    shutil.copytree(shipped_study[0] / "cache", out / "cache")
    there = sorted((out / "cache").iterdir())
    for path in there[:2]:
        path.unlink()
    times = {path: path.stat().st_mtime_ns for path in there[2:]}
    main(["reproduce", "--quick", "--out", str(out), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert sorted((out / "cache").iterdir()) == there
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())
    assert found["units"] == len(there)
    assert found["verdicts"]["not measured"] > 100
    assert (out / "reproduction.html").is_file()


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--spaces", "nasbench999"], "space must be one of"),
        (["--seeds", "0"], "seeds must be"),
        (["--processes", "0"], "processes must be"),
        (["--tasks", "-1"], "tasks must be"),
        (["--large", "3"], "large must be"),
        (["--sizes", "many"], "sizes must be whole numbers"),
        (["--sizes", "0"], "sizes must be"),
        (["--sizes", "90000"], "queries must be at least twice"),
    ],
)
def test_bad_flags_are_refused_in_one_sentence(flags, named, tmp_path, capsys):
    """A wrong flag ends with exit code 2 before anything is computed."""
    with pytest.raises(SystemExit) as stopped:
        main(["reproduce", "--quick", "--out", str(tmp_path), *flags])
    assert stopped.value.code == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_is_a_file_is_refused(shipped_only, tmp_path, capsys):
    """What cannot be written to is said, not traced."""
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(SystemExit) as stopped:
        main(["reproduce", "--quick", "--spaces", "nasbench201", "--out", str(path)])
    assert stopped.value.code == 2
    assert "error" in capsys.readouterr().err
