"""Sets are kept whole, come back the same, and are never trusted."""

import json

import numpy as np
import pytest

from lissnas import selection
from lissnas.spaces import SPACES

SPACE = SPACES["nasbench201"]
GOOD = {
    "format": 1,
    "space": "nasbench201",
    "title": "mine",
    "created": "2026-01-01",
    "architectures": [SPACE.format(SPACE.enumerate()[:1])[0]],
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    return tmp_path


def some(space=SPACE, count=20):
    archs = space.canonical(space.sample(count, np.random.default_rng(0)))
    return selection.picked(selection.empty(space), space, archs, "the map")


@pytest.mark.parametrize("name", SPACES)
def test_a_set_comes_back(name):
    """What is kept of any space is read again, architecture by architecture."""
    space = SPACES[name]
    found = some(space)
    kept = selection.keep(found, space, "  Good & small, 1 ")
    assert kept.name == "good-small-1" and kept.title == "Good & small, 1"
    again = selection.load(space, kept.name)
    assert set(again.keys.tolist()) == set(found.keys.tolist())
    assert again.source == ("set 'Good & small, 1'",)
    assert selection.names(space) == ["good-small-1"]


def test_a_set_can_be_replaced_and_deleted(home):
    """The same name replaces; what is deleted is gone, and may be deleted again."""
    selection.keep(some(), SPACE, "a")
    selection.keep(some(count=3), SPACE, "A")
    assert len(selection.load(SPACE, "a")) <= 3
    selection.delete(SPACE, "a")
    selection.delete(SPACE, "a")
    assert selection.names(SPACE) == []
    assert [p for p in home.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("title", ["", "...", "/", "\u00fc"])
def test_titles_that_name_no_file_are_refused(title):
    """A title must leave letters or digits for the name of its file."""
    with pytest.raises(ValueError, match="title must hold"):
        selection.keep(some(), SPACE, title)


def test_no_title_leads_out_of_the_folder(home):
    """Whatever a title holds, its file lies in the folder of its space."""
    kept = selection.keep(some(), SPACE, "../../../etc/passwd")
    assert kept.path == home / "sets" / "nasbench201" / "etc-passwd.json"
    with pytest.raises(ValueError, match="cannot be read"):
        selection.load(SPACE, "../../nasbench101/x")


def test_nothing_is_not_kept():
    """A set holds at least one architecture."""
    with pytest.raises(ValueError, match="at least one architecture"):
        selection.keep(selection.empty(SPACE), SPACE, "a")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "\x00",
        "[" * 100_000,
        json.dumps(GOOD | {"format": 2}),
        json.dumps(GOOD | {"space": "nasbench101"}),
        json.dumps(GOOD | {"architectures": []}),
        json.dumps(GOOD | {"architectures": "|x|"}),
        json.dumps(GOOD | {"architectures": [7]}),
        json.dumps(GOOD | {"architectures": ["no such cell"]}),
        json.dumps({name: GOOD[name] for name in GOOD if name != "title"}),
    ],
)
def test_damaged_and_hostile_files_are_refused_in_words(home, content):
    """A file that is no set of this space is a ValueError; it is listed."""
    path = home / "sets" / "nasbench201" / "bad.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(ValueError):
        selection.load(SPACE, "bad")
    assert selection.names(SPACE) == ["bad"]


def test_a_set_written_by_hand_is_read(home):
    """The format is what the documentation says: strings of the space in JSON."""
    path = home / "sets" / "nasbench201" / "hand.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(GOOD))
    assert len(selection.load(SPACE, "hand")) == 1
