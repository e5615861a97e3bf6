"""The commands that keep and hand on runs: exit 2 and one sentence on bad input."""

import json

import pytest

from lissnas import runs, sharing
from lissnas.cli import main
from lissnas.launch import DEMO, command


def output(capsys, *arguments):
    """Return what a command prints on standard output."""
    main(list(arguments))
    return capsys.readouterr().out


def failed(capsys, *arguments):
    """Return the sentence with which a command ends with 2."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr().err
    assert ended.value.code == 2 and said.startswith("lissnas: error: ")
    assert said.count("\n") == 1
    return said


def test_export_and_open(run, tmp_path, capsys):
    """A bundle that one command writes, the other takes in."""
    file = tmp_path / "a.lissnas"
    assert str(file) in output(capsys, "export", run.name, "--bundle", str(file))
    said = output(capsys, "open", str(file))
    assert f"{run.name}-2" in said
    assert len(runs.list_runs()) == 2
    cut = tmp_path / "cut.lissnas"
    cut.write_bytes(file.read_bytes()[:5000])
    assert "bundle must" in failed(capsys, "open", str(cut))
    assert "No such file" in failed(capsys, "open", str(tmp_path / "none"))


def test_export_as_a_report(run, tmp_path, capsys):
    """A report is a file with the run's name in it."""
    file = tmp_path / "a.html"
    output(capsys, "export", run.name, "--report", str(file))
    assert run.name in file.read_text()


def test_formats_that_do_not_fit_are_refused(run, tmp_path, capsys):
    """Images need a folder, tables none; and each says so."""
    file = str(tmp_path / "x")
    assert "--figures" in failed(capsys, "export", run.name, "--format", "png")
    wrong = ("export", run.name, "--report", file, "--format", "csv")
    assert "without csv or json" in failed(capsys, *wrong)
    wrong = ("export", run.name, "--bundle", file, "--out", file)
    assert "without csv or json" in failed(capsys, *wrong)
    assert "run must be" in failed(capsys, "export", "nowhere", "--report", file)


def test_note_and_search(run, capsys):
    """What is noted is listed, searched and printed."""
    output(capsys, "note", run.name, "--title", "A lecture", "--tags", "a, b")
    output(capsys, "note", run.name, "--notes", "Bring chalk")
    said = output(capsys, "note", run.name)
    assert "A lecture" in said and "a, b" in said and "chalk" in said
    (row,) = json.loads(output(capsys, "runs", "--json", "--search", "chalk LECTURE"))
    assert row["title"] == "A lecture" and row["tags"] == ["a", "b"]
    assert "No run" in output(capsys, "runs", "--search", "nothing")
    assert "title must" in failed(capsys, "note", run.name, "--title", "x" * 200)
    assert "run must" in failed(capsys, "note", "nowhere")


def test_delete_and_restore(run, capsys):
    """A run goes and comes back; the trash is emptied when asked."""
    output(capsys, "delete", run.name)
    assert run.name in output(capsys, "restore")
    assert run.name in output(capsys, "restore", run.name)
    output(capsys, "delete", run.name)
    assert "Removed 1" in output(capsys, "delete", "--empty-trash")
    assert sharing.trashed() == [] and runs.list_runs() == []
    assert "trash" in failed(capsys, "restore", run.name)
    assert "run must" in failed(capsys, "delete", "nowhere")
    assert "RUN must" in failed(capsys, "delete")


def test_the_demo_is_read_only_and_takes_options(monkeypatch):
    """`lissnas app --demo` sets what pages look at, before Streamlit's own options."""
    started = []
    monkeypatch.setattr("os.execv", lambda path, line: started.append(line))
    monkeypatch.delenv(DEMO, raising=False)
    import os

    monkeypatch.setenv(DEMO, "0")
    main(["app", "--demo", "--server.port", "8600"])
    assert os.environ[DEMO] == "1"
    assert started[0] == command(["--server.port", "8600"], demo=True)
    assert "--server.maxUploadSize" in started[0]
    assert "--server.maxUploadSize" not in command()
