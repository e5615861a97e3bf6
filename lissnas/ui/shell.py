"""What all pages share: page settings, the menu, the logo, the theme."""

from pathlib import Path

import streamlit as st

from lissnas.figures.theme import Theme, theme_of
from lissnas.home import app_dir
from lissnas.ui import address
from lissnas.ui.demo import demo_note

PAGES = (
    ("app.py", "Home", ":material/home:", "What LISSNAS is, and what is there."),
    (
        "pages/tour.py",
        "Tour",
        ":material/school:",
        "Learn in ten minutes what LISSNAS does, on real accuracies.",
    ),
    (
        "pages/explore.py",
        "Explore",
        ":material/explore:",
        "See what a search space holds, and what one edit changes.",
    ),
    (
        "pages/locality.py",
        "Locality",
        ":material/scatter_plot:",
        "See how alike networks perform that are few edits apart.",
    ),
    (
        "pages/shrink.py",
        "Shrink",
        ":material/filter_alt:",
        "Shrink a search space step by step and see what happens.",
    ),
    (
        "pages/compare.py",
        "Compare",
        ":material/compare_arrows:",
        "Compare methods on the same predictor, budget and size.",
    ),
    (
        "pages/supernet.py",
        "Supernet",
        ":material/hub:",
        "Train supernets in the background, and see how well they rank.",
    ),
    (
        "pages/runs.py",
        "Runs",
        ":material/folder_open:",
        "Search, note, compare and hand on the stored runs.",
    ),
    (
        "pages/glossary.py",
        "Glossary",
        ":material/dictionary:",
        "What the words mean, and where the paper has them.",
    ),
)
DARK = """<style>
[data-testid="stBaseButton-primary"]:not(:disabled),
[data-testid="stMultiSelect"] [data-tag], [data-testid="stMultiSelect"] [data-tag] * {
  color: #10171f !important;
}
</style>"""
"""White words on the dark theme's blue would not stand out (2.3 to 1)."""
PRESENTATION = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"],
[data-testid="stToolbar"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding-top: 1.2rem; zoom: 1.22; }
</style>"""


def page(title: str) -> None:
    """Set up a page: its title, the logo and the menu. Comes first in every page."""
    address.remember(title)
    icon = asset("icon.svg")
    st.set_page_config(
        page_title=f"{title} · LISSNAS",
        page_icon=str(icon) if icon else None,
        layout="wide",
    )
    logo, style = asset(f"logo-{current_theme().name}.svg"), asset("style.css")
    if logo:
        st.logo(str(logo), size="large", icon_image=str(icon) if icon else None)
    if style:
        st.html(style)
    if current_theme().name == "dark":
        st.html(DARK)
    if presenting():
        st.html(PRESENTATION)
    with st.sidebar:
        for path, label, symbol, text in PAGES:
            left = address.left(label)
            st.page_link(path, label=label, icon=symbol, help=text, query_params=left)
        demo_note()


def presenting() -> bool:
    """Return whether the address asks for a presentation: no menu, large type."""
    return address.part("present") == "1"


def current_theme() -> Theme:
    """Return the figures' theme for the appearance the reader chose."""
    return theme_of(st.context.theme.type)


def asset(name: str) -> Path | None:
    """Return the path of a shipped file, None where it is missing."""
    path = app_dir() / "assets" / name
    return path if path.is_file() else None
