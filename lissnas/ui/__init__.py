"""What pages are made of: the shell, forms, stored runs, and panels around figures."""

from lissnas.ui.compare_figures import figures as compare_figures
from lissnas.ui.compare_form import choice as compare_choice
from lissnas.ui.compare_paper import paper_panel
from lissnas.ui.compare_results import go_on as compare_go_on
from lissnas.ui.compare_results import results as compare_results
from lissnas.ui.details import best_panel, predictor_panel
from lissnas.ui.forms import settings_form, study_form
from lissnas.ui.landing import latest_runs, spaces_table
from lissnas.ui.maps import map_panel
from lissnas.ui.opening import open_run
from lissnas.ui.panels import (
    costs_panel,
    edf_panel,
    headline,
    metrics_row,
    timeline_panel,
)
from lissnas.ui.shell import current_theme, page
from lissnas.ui.state import shown_run, shown_step
from lissnas.ui.store import View, view
from lissnas.ui.toolbar import toolbar

__all__ = [
    "View",
    "best_panel",
    "compare_choice",
    "compare_figures",
    "compare_go_on",
    "compare_results",
    "costs_panel",
    "current_theme",
    "edf_panel",
    "headline",
    "latest_runs",
    "map_panel",
    "metrics_row",
    "open_run",
    "page",
    "paper_panel",
    "predictor_panel",
    "settings_form",
    "shown_run",
    "shown_step",
    "spaces_table",
    "study_form",
    "timeline_panel",
    "toolbar",
    "view",
]
