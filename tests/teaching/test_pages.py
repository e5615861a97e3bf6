"""The Tour and the Glossary work at every step, in both themes, from a cold start."""

import shutil
from pathlib import Path

import pytest
from drawn import figures
from streamlit.testing.v1 import AppTest

from lissnas.teaching import LESSONS, TERMS

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {"space": 1, "locality": 3, "iteration": 0}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def made(example_home, tmp_path_factory):
    """A home with the finished example, which the tour stands on."""
    return shutil.copytree(example_home, tmp_path_factory.mktemp("tour") / "home")


@pytest.fixture
def home(made, monkeypatch):
    """That home, for one test."""
    monkeypatch.setenv("LISSNAS_HOME", str(made))
    monkeypatch.setenv("LISSNAS_DATA", "")


def opened(page, theme="light", **address):
    """Return a page as a browser that comes with this address first sees it."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    at.context["theme"] = theme
    for name, value in address.items():
        at.query_params[name] = str(value)
    return at.switch_page(f"pages/{page}.py").run()


def button(at, label):
    """Return the button of that label."""
    return next(found for found in at.button if found.label == label)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("step", range(1, len(LESSONS) + 1))
def test_every_step_is_drawn(home, step, theme):
    """Each step shows its title, its figures, its question, and no error."""
    lesson = LESSONS[step - 1]
    at = opened("tour", theme, step=step)
    assert not at.exception and not at.error and not at.warning
    assert at.header[0].value == lesson.title
    assert len(figures(at)) == FIGURES.get(lesson.key, 1)
    assert any(lesson.question in one.value for one in at.markdown)


def test_on_and_back_walk_through_the_tour(home):
    """The buttons move one step, and the address follows."""
    at = opened("tour")
    assert button(at, "Back").disabled
    at = button(at, "On").click().run()
    assert at.header[0].value == LESSONS[1].title
    at = button(at, "Back").click().run()
    assert at.header[0].value == LESSONS[0].title


@pytest.mark.parametrize("step", ["0", "99", "-1", "two"])
def test_a_wrong_step_is_answered_in_words(home, step):
    """An address that names no step shows the first, and says so."""
    at = opened("tour", step=step)
    assert "must be in 1..8" in at.warning[0].value and not at.exception
    assert at.header[0].value == LESSONS[0].title


def test_iterations_are_made_by_hand(home):
    """Each press adds a row; beginning anew forgets them."""
    at = opened("tour", step=4)
    at = button(at, "Draw the first sample").click().run()
    at = button(at, "Make an iteration").click().run()
    assert not at.exception
    assert at.dataframe[0].value["size"].tolist() == [15625, 7812]
    at = button(at, "Begin anew").click().run()
    assert not at.dataframe


def test_the_calculator_follows_its_sliders(home):
    """Theorem 1 with p = .6 and at least 5 of 10, GreedyNAS's example: .834."""
    at = opened("tour", step=5)
    at.slider(key="tour_good_shrunk").set_value(60.0)
    at.slider(key="tour_k").set_value(5)
    at = at.run()
    values = {metric.label: metric.value for metric in at.metric}
    assert values["P, shrunk"] == "0.834"


def test_a_presentation_hides_the_menu_until_it_is_left(home):
    """The address holds it, and a button leaves it."""
    at = opened("tour", present=1)
    assert button(at, "Leave the presentation")
    assert any("stSidebar" in str(one.proto) for one in at.get("html"))
    at = button(at, "Leave the presentation").click().run()
    assert button(at, "Present")


def test_the_tour_says_what_is_missing(home, monkeypatch, tmp_path):
    """Without the example's table there is a sentence, not a traceback."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    monkeypatch.setattr("lissnas.ui.store.EXAMPLE", _unknown())
    at = opened("tour")
    assert not at.exception and "cannot be shown" in at.error[0].value
    shutil.rmtree(tmp_path, ignore_errors=True)


def _unknown():
    """Return a study of a task that no table has."""
    from lissnas.session import Study

    return Study("nasbench201", "no-such-task")


def test_the_glossary_shows_all_terms_and_searches(home):
    """All terms at first; a search narrows them; none found is said in words."""
    at = opened("glossary")
    assert len(at.markdown) >= len(TERMS) and not at.exception
    at = at.text_input(key="glossary").set_value("shrink index").run()
    assert any(one.value.startswith("**Shrink index.**") for one in at.markdown)
    at = at.text_input(key="glossary").set_value("qqq").run()
    assert "No term contains" in at.info[0].value
