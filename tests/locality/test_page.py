"""The Locality page opens for every space and table, and the walk can be stepped."""

import re
from pathlib import Path

import numpy as np
import pytest
from drawn import figures, names, states
from streamlit.testing.v1 import AppTest

from lissnas import selection
from lissnas.oracles import tasks
from lissnas.spaces import SPACES
from lissnas.survey import COSTS
from lissnas.ui.view.codes import decode

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
FULL = 5_000  # a full table is written of spaces up to this size
CURVES, WALK = 4, 3  # correlation, difference, walks, neighbours; map, steps, lags


def opened(*compare, theme="light", **address):
    """Return the page as a browser that comes with this address first sees it."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    at.context["theme"] = theme
    at.query_params["pairs"] = "1000"
    for name, value in address.items():
        at.query_params[name] = value
    if compare:
        at.query_params["compare"] = list(compare)
    return at.switch_page("pages/locality.py").run()


def label(space, task):
    return f"{SPACES[space].title} · {task}"


def words(at):
    """Return everything that the page says in HTML and captions."""
    said = [element.proto.body for element in at.get("html")]
    return " ".join([*said, *(caption.value for caption in at.caption)])


def button(at, name):
    return next(found for found in at.button if found.label == name)


def step(at):
    """Return the step at which the walk is."""
    (text,) = (m.value for m in at.markdown if m.value.startswith("**Step"))
    return int(text.split()[1].strip("*"))


@pytest.mark.parametrize("name", SPACES)
def test_every_space_without_a_table(folder, name):
    """Without accuracies a space opens with its costs, called that, and its walk."""
    theme = "dark" if name == "nasbench101" else "light"
    at = opened(label(name, COSTS), theme=theme)
    assert not at.exception and not at.error and not at.warning
    assert len(figures(at)) >= CURVES + WALK
    assert "multiply-adds, not accuracy" in words(at)


@pytest.mark.parametrize("name", SPACES)
def test_every_space_with_a_partial_table(make_table, name):
    """With 300 known the page says what is predicted or measured among them."""
    make_table(name, 300)
    task = next(iter(tasks(name)))
    if name == "nasbench201":
        task = next(t for t in tasks(name) if t not in ("cifar100", "imagenet16-120"))
    at = opened(label(name, task))
    assert not at.exception and not at.error and not at.warning
    assert len(figures(at)) >= CURVES + WALK
    assert label(name, task) in words(at)


@pytest.mark.parametrize(
    "name", [n for n, s in SPACES.items() if s.enumerable and s.size <= FULL]
)
def test_every_small_space_with_a_full_table(make_table, name):
    """With all known the truth is shown, unmarked."""
    make_table(name)
    at = opened(label(name, next(iter(tasks(name)))))
    assert not at.exception and not at.error and not at.warning
    assert "measured: made-up accuracies" in words(at)
    assert "not measured" not in words(at) and "only" not in words(at)


@pytest.mark.parametrize("known", [1, 10])
def test_a_table_of_almost_nothing(make_table, known):
    """Where nothing can be said of accuracies, the page says so and still walks."""
    make_table("transnasbench101-micro", known)
    task = next(iter(tasks("transnasbench101-micro")))
    at = opened(label("transnasbench101-micro", task))
    assert not at.exception and not at.error
    assert "too few pairs were measured" in words(at)
    assert len(figures(at)) >= CURVES + WALK


def test_it_opens_with_two_tasks_of_the_shipped_table(folder):
    """A first visit compares two data sets of NAS-Bench-201 on one axis."""
    at = opened()
    assert not at.exception
    assert at.multiselect[0].value == [
        label("nasbench201", "cifar10"),
        label("nasbench201", "imagenet16-120"),
    ]
    rwa = figures(at)[0]
    named = [trace["name"] for trace in rwa["data"] if trace.get("name")]
    assert named == at.multiselect[0].value
    assert any("third" in str(note) or "⅓" in str(note) for note in _notes(rwa))


def _notes(figure):
    return [note["text"] for note in figure["layout"]["annotations"]]


def test_the_address_of_a_space_opens_that_space(folder):
    """A link that names a space alone shows it."""
    at = opened(space="nasbench-macro")
    assert at.multiselect[0].value == [label("nasbench-macro", COSTS)]


def test_a_bad_address_falls_back(folder):
    """Names that do not exist open the page with its defaults."""
    at = opened("nowhere · nothing", space="nowhere")
    assert not at.exception and not at.error
    assert len(figures(at)) >= CURVES + WALK or at.info


def test_nothing_to_compare_is_answered(folder):
    """An empty choice asks for one."""
    at = opened()
    at.multiselect[0].set_value([]).run()
    assert not at.exception and "Choose what to compare" in at.info[0].value


def test_costs_and_accuracies_share_an_axis_only_relatively(folder):
    """Points of accuracy and multiply-adds are no common unit."""
    at = opened(label("nasbench201", "cifar10"), label("nasbench201", COSTS))
    assert not at.exception
    (switch,) = (g for g in at.button_group if g.key == "locality_difference")
    assert list(switch.options) and len(switch.options) == 1
    assert figures(at)[1]["layout"]["yaxis"]["title"]["text"].startswith("AAD /")


def test_the_walk_steps_resets_and_begins_anew(folder):
    """Each press of Step goes one edit further; Reset goes back to the start."""
    at = opened(label("nasbench-macro", COSTS))
    begun = step(at)
    button(at, "Step").click().run()
    assert step(at) == begun + 1
    button(at, "Reset").click().run()
    assert step(at) == 0
    first = [m.value for m in at.markdown if m.value.startswith("**Step")]
    button(at, "Another walk").click().run()
    assert step(at) == 0
    assert first != [m.value for m in at.markdown if m.value.startswith("**Step")]
    assert not at.exception


def test_the_walk_shows_what_is_selected_and_keeps_it(folder):
    """What was selected elsewhere is lit on the walk's map, and stays selected."""
    space = SPACES["nasbench-macro"]
    archs = space.enumerate()[::4]
    at = opened(label(space.name, COSTS))
    assert states(at)["locality_walk_map"]["lit"] is None
    chosen = selection.picked(selection.empty(space), space, archs, "another page")
    at.session_state[f"selection_of_{space.name}"] = chosen
    at.run()
    assert not at.exception
    for view in ("locality_walk_map", "locality_walk_steps"):
        called = names(at)[view]
        rows = decode(states(at)[view]["lit"], len(called))
        assert {called[row] for row in rows} == set(called) & set(space.short(archs))
    assert any(re.search(r"[1-9]\d* of [\d,]+ selected", m.value) for m in at.markdown)
    button(at, "Step").click().run()
    assert len(at.session_state[f"selection_of_{space.name}"]) == len(archs)


def test_the_walk_says_and_marks_what_the_last_edit_brought(folder):
    """A chain of twenty blocks is drawn as rows of boxes, the changed one marked."""
    at = opened(label("shufflenetv2", COSTS))
    text = "".join(one.value for one in at.markdown)
    block = re.search(r"Last edit: block (\d+): .* \N{RIGHTWARDS ARROW} (.*)\.", text)
    drawn = [element.proto.body for element in at.get("html")]
    boxes = [body for body in drawn if "Layers in order" in body]
    assert len(boxes) == 1 and boxes[0].count("border:2px") == 1
    marked = boxes[0].split("border:2px")[1].split("</span>")[0]
    assert f"{block[1]}</small> {block[2]}" in marked


def test_the_walk_plays_and_pauses(folder):
    """Play turns into Pause, each run goes one step on, and the end stops it."""
    at = opened(label("nasbench-macro", COSTS))
    begun = step(at)
    button(at, "Play").click().run()
    assert button(at, "Step").disabled and step(at) > begun
    now = step(at)
    at.run()
    assert step(at) == now + 1
    button(at, "Pause").click().run()
    paused = step(at)
    at.run()
    assert step(at) == paused and not button(at, "Step").disabled
    at.session_state["locality_walk_at"] = 59
    button(at, "Play").click().run()
    assert step(at) == 60 and button(at, "Play").disabled
    assert not at.exception


def test_more_pairs_make_narrower_bands(folder):
    """The number of pairs is live."""
    name = label("nasbench201", "cifar10")
    widths = []
    at = opened(name)
    for pairs in (1_000, 10_000):
        at.select_slider[0].set_value(pairs).run()
        assert not at.exception
        one = next(t for t in figures(at)[0]["data"] if t.get("name") == name)
        widths.append(_width(one))
    assert widths[0] > 2 * widths[1]


def _width(trace):
    """Return the mean width of a curve's band, from what hovering shows."""
    import base64

    held = trace["customdata"]
    values = np.frombuffer(base64.b64decode(held["bdata"]), held["dtype"])
    rows = values.reshape([int(n) for n in str(held["shape"]).split(",")])
    return float((rows[:, 1] - rows[:, 0]).mean())
