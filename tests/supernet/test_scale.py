"""Scales: the publications' sizes, what tiny images leave of them, clear refusals."""

from dataclasses import replace

import pytest

from lissnas.settings import options
from lissnas.spaces import SPACES
from lissnas.supernet.scale import PRESETS, Scale, scale_of


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("space", SPACES)
def test_every_space_has_every_preset(space, preset):
    """Presets take other images, and record them."""
    scale = scale_of(space, preset)
    assert scale.width == 1 or preset == "tiny"
    if not scale.nodes:
        other = scale_of(space, preset, resolution=16, channels=2, classes=5)
        assert (other.resolution, other.channels, other.classes) == (16, 2, 5)


@pytest.mark.parametrize(
    ("space", "images"),
    [
        ("nasbench101", (32, 3, 10)),
        ("shufflenetv2", (224, 3, 1000)),
        ("transnasbench101-micro", (256, 3, 47)),
    ],
)
def test_papers_scale(space, images):
    """The publications' images, with nothing skipped and every channel."""
    scale = scale_of(space, "paper")
    assert (scale.resolution, scale.channels, scale.classes) == images
    assert (scale.width, scale.skip_halvings, scale.stem_stride) == (1, 0, 1)
    assert scale.wide(17) == 17


def test_small_images_survive():
    """The first halvings are left out, so that the last maps keep 2 pixels or more."""
    small = scale_of("shufflenetv2", "paper", resolution=8)
    assert small.strides([2] * 5) == [1, 1, 1, 2, 2]
    assert scale_of("shufflenetv2", "paper", resolution=64).skip_halvings == 0
    modules = scale_of("transnasbench101-macro", "paper", resolution=8)
    assert modules.strides([2, 2, 2, 2]) == [1, 1, 2, 2]  # decisions keep theirs


def test_channels_at_other_widths():
    """Channels are rounded to a multiple and never vanish."""
    scale = Scale(8, width=1 / 16)
    assert [scale.wide(c, m) for c, m in ((128, 1), (16, 2), (8, 4))] == [8, 2, 4]


def test_every_field_is_explained():
    """Fields are plain and have a help text, for flags and forms."""
    fields = options(Scale)
    assert len(fields) == len(Scale.__slots__) - 1  # the resolution has no default
    assert all(field.help for field in fields)


@pytest.mark.parametrize(
    "change", [{"classes": 0}, {"resolution": 0}, {"width": 0.0}, {"stem_stride": 0}]
)
def test_numbers_out_of_range_are_refused(change):
    """The sentence names the field."""
    with pytest.raises(ValueError, match=f"{next(iter(change))} must be"):
        replace(Scale(8), **change)


def test_unknown_names_are_refused():
    """Spaces and presets that do not exist are listed with those that do."""
    with pytest.raises(ValueError, match=r"space must be one of .*'x'"):
        scale_of("x", "tiny")
    with pytest.raises(ValueError, match=r"preset must be one of .*'huge'"):
        scale_of("anynetx", "huge")
