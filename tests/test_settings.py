"""Settings classes become flags and forms."""

from dataclasses import dataclass
from typing import Literal

from lissnas.settings import field_help, options
from lissnas.shrink import SHRINKERS


@dataclass(frozen=True)
class Sample:
    """A sample.

    Parameters
    ----------
    first, second
        Shared words
        on two lines.
    third
        Alone.

    Raises
    ------
    ValueError
        Never.
    """

    first: int = 1
    second: Literal["a", "b"] = "a"
    third: float | None = None
    fourth: tuple[int, ...] = ()


def test_help_comes_from_the_docstring():
    """Each field has its words of the section Parameters, and no others."""
    both = "Shared words on two lines."
    assert field_help(Sample) == {"first": both, "second": both, "third": "Alone."}


def test_options_have_type_default_and_choices():
    """Plain fields become options in order; others cannot be flags and are left out."""
    found = [(o.name, o.type, o.default, o.choices) for o in options(Sample)]
    assert found == [
        ("first", int, 1, ()),
        ("second", str, "a", ("a", "b")),
        ("third", float, None, ()),
    ]


def test_every_setting_of_every_method_is_explained():
    """A form or ``--help`` never shows a bare name."""
    for method in SHRINKERS.values():
        for option in options(method):
            assert len(option.help) > 10, option.name
