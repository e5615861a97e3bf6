"""Widgets follow the address, and what an address cannot mean is said in a sentence."""

from pathlib import Path
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from lissnas.ui import address

ROOT = Path(__file__).resolve().parents[2]


def page():
    """Draw a widget of each kind, what they return, and a button that puts parts."""
    import streamlit as st

    from lissnas.ui import address

    kind = address.choose(st.selectbox, "Kind", "kind", ("near", "far"), "near")
    count = address.choose(
        st.segmented_control, "Count", "count", (10, 20), 20, clears=("text",)
    )
    seed = address.number(st.number_input, "Seed", "seed", 7)
    text = address.words(st.text_input, "Text", "text")
    lines = address.switch(st.toggle, "Lines", "lines")
    st.code(repr((kind, count, seed, text, lines)))
    if st.session_state.get("fills"):
        address.remember(st.session_state["fills"])
        address.fill({"kind": kind, "seed": str(seed)})
    if chosen := st.session_state.get("chosen"):
        address.remember("chooser")
        address.put_seen("page", {"of": chosen}, ("of",))
    st.caption("news" if address.is_news("page", ("kind",)) else "seen")


def opened(**parts):
    at = AppTest.from_function(page, default_timeout=60)
    at.query_params.update(parts)
    return at.run()


def parts(at):
    """Return the address, one text a part."""
    found = at.query_params.items()
    return {name: one[0] if isinstance(one, list) else one for name, one in found}


def test_widgets_show_the_address_and_change_it():
    """An address sets each widget, each widget its part, and others stay."""
    given = {"kind": "far", "count": "10", "seed": "3", "text": "a b", "lines": "1"}
    at = opened(**given, other="x")
    assert not at.exception and not at.warning
    assert at.code[0].value == "('far', 10, 3, 'a b', True)"
    at.selectbox[0].set_value("near").run()
    assert parts(at) == given | {"kind": "near", "other": "x"}
    assert at.caption[0].value == "news"
    at.toggle[0].set_value(False).run()
    assert "lines" not in at.query_params and at.caption[0].value == "seen"
    at.segmented_control[0].set_value(20).run()
    assert "text" not in at.query_params and parts(at)["count"] == "20"
    assert at.code[0].value == "('near', 20, 3, '', False)"


def test_unknown_values_are_a_sentence_each_and_the_default_is_shown():
    """What cannot be is quoted beside what could, once for each part."""
    at = opened(kind="x", count="11", seed="-1", lines="yes")
    assert not at.exception
    assert [one.value for one in at.warning] == [
        "kind must be one of near, far, got 'x'; near is shown.",
        "count must be one of 10, 20, got '11'; 20 is shown.",
        "seed must be a number of 0 or more, got '-1'; 7 is shown.",
        "lines must be one of 0, 1, got 'yes'; 0 is shown.",
    ]
    assert at.code[0].value == "('near', 20, 7, '', False)"


def test_no_widget_is_bound_by_streamlit_itself():
    """Bound widgets leave no step in the history and drop unknown values in silence."""
    for path in [*(ROOT / "lissnas/ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        assert 'bind="query-params"' not in path.read_text(), path.name


def test_an_address_cannot_speak_markdown():
    """Words of an address are shown as they are: no link, no picture, no markup."""
    at = opened(kind="[a](http://b) **c** ~d~ <e>")
    assert at.code[0].value == "('near', 20, 7, '', False)"
    (told,) = at.warning
    assert r"\[a\](http\://b) \*\*c\*\* \~d\~ \<e\>" in told.value


def test_who_goes_back_is_not_led_forth_again():
    """A page completes an address once a visit, so the way back leads out of it."""
    at = opened(seed="3")
    at.session_state["fills"] = "one page"
    at.run()
    assert parts(at) == {"kind": "near", "seed": "3"}
    del at.query_params["kind"]  # one step back
    at.run()
    assert parts(at) == {"seed": "3"} and not at.exception
    at.query_params["seed"] = "4"
    at.run()
    assert parts(at) == {"kind": "near", "seed": "4"}
    del at.query_params["kind"]
    at.session_state["fills"] = "another page"
    at.run()
    assert parts(at) == {"kind": "near", "seed": "4"}


def test_what_runs_by_itself_changes_no_address(monkeypatch):
    """A timer's message can hold old values of widgets; nobody chose those."""
    at = opened(kind="far", lines="1")
    timer = SimpleNamespace(fragment_ids_this_run=["one"])
    monkeypatch.setattr(address, "get_script_run_ctx", lambda **_: timer)
    at.selectbox[0].set_value("near")
    at.toggle[0].set_value(False).run()
    assert parts(at) == {"kind": "far", "lines": "1"} and not at.exception
    assert at.code[0].value == "('far', 20, 7, '', True)"
    monkeypatch.undo()
    at.selectbox[0].set_value("near").run()
    assert parts(at) == {"kind": "near", "lines": "1"}


def test_a_choice_is_put_again_only_when_it_is_another():
    """Back at an address without the choice, that stays until the choice changes."""
    at = opened()
    at.session_state["chosen"] = "a"
    at.run()
    assert parts(at) == {"of": "a"}
    del at.query_params["of"]  # one step back
    at.run()
    assert parts(at) == {}
    at.session_state["chosen"] = "b"
    at.run()
    assert parts(at) == {"of": "b"}
    at.session_state["chosen"] = "a"
    at.run()
    assert parts(at) == {"of": "a"}
