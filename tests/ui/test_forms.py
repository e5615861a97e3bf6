"""A form is the fields of a settings class: types, defaults, help and refusals."""

from streamlit.testing.v1 import AppTest


def form():
    """Draw a form of one field of each kind, and what it returns."""
    from dataclasses import dataclass
    from typing import Literal

    import streamlit as st

    from lissnas.ui import settings_form

    @dataclass(frozen=True)
    class Settings:
        """Settings.

        Parameters
        ----------
        count
            How many there are.
        """

        count: int = 3
        share: float = 0.5
        exact: bool = True
        kind: Literal["near", "far"] = "near"
        limit: int | None = None

        def __post_init__(self) -> None:
            if self.count < 1:
                raise ValueError(f"count must be at least 1, got {self.count}")

    try:
        st.code(repr(settings_form(Settings, "page")))
    except ValueError as error:
        st.error(str(error))


def opened():
    """Return the form in a page of its own."""
    return AppTest.from_function(form, default_timeout=60).run()


def test_defaults_make_the_default_instance():
    """An untouched form is the class's defaults, of every type."""
    at = opened()
    assert not at.exception
    text = at.code[0].value
    assert "count=3, share=0.5, exact=True, kind='near', limit=None" in text
    assert at.number_input(key="page_count").help == "How many there are."


def test_changes_reach_the_instance_with_their_type():
    """What is entered is what the class gets, integers as integers."""
    at = opened()
    at.number_input(key="page_count").set_value(7)
    at.selectbox(key="page_kind").set_value("far")
    at.toggle(key="page_exact").set_value(False)
    at.number_input(key="page_limit").set_value(9)
    text = at.run().code[0].value
    assert "count=7, share=0.5, exact=False, kind='far', limit=9" in text


def test_what_the_class_refuses_is_an_error_in_words():
    """The page can show the class's own sentence."""
    at = opened()
    at.number_input(key="page_count").set_value(0).run()
    assert not at.exception
    assert at.error[0].value == "count must be at least 1, got 0"
