"""The home folder obeys the environment, and files are written whole."""

import os
from pathlib import Path

import pytest

from lissnas import home


def test_environment_names_the_folders(monkeypatch, tmp_path):
    """LISSNAS_HOME holds everything of the user; LISSNAS_DATA may name several."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    monkeypatch.setenv("LISSNAS_DATA", os.pathsep.join(["/a", "", "/b"]))
    assert home.home() == tmp_path
    for folder in (home.cache_dir(), home.runs_dir(), home.tables_dir()):
        assert folder.parent == tmp_path
    assert home.data_dirs() == [Path("/a"), Path("/b")]
    assert not list(tmp_path.iterdir())


def test_defaults_without_environment(monkeypatch):
    """Without the variables the home is the platform's and no data is elsewhere."""
    monkeypatch.delenv("LISSNAS_HOME", raising=False)
    monkeypatch.delenv("LISSNAS_DATA", raising=False)
    assert home.home().is_absolute() and home.home().name == "lissnas"
    assert home.data_dirs() == []


def test_write_makes_folders_and_replaces(tmp_path):
    """A file is written with its folder, replaced whole, and leaves nothing beside."""
    path = tmp_path / "a" / "b.json"
    home.write_atomic(path, b"one")
    home.write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]
    ordinary = tmp_path / "ordinary"
    ordinary.write_bytes(b"")
    assert path.stat().st_mode == ordinary.stat().st_mode


def test_failed_write_leaves_the_old_file(tmp_path):
    """When writing fails, the old content stays and no part is left behind."""
    path = tmp_path / "file"
    home.write_atomic(path, b"old")
    with pytest.raises(TypeError):
        home.write_atomic(path, "text is no bytes")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
