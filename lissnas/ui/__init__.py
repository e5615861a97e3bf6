"""What pages are made of: the shell, forms, stored runs, and panels around figures."""

from lissnas.ui.branching import tree_panel
from lissnas.ui.compare_figures import figures as compare_figures
from lissnas.ui.compare_form import choice as compare_choice
from lissnas.ui.compare_paper import paper_panel
from lissnas.ui.compare_results import go_on as compare_go_on
from lissnas.ui.compare_results import results as compare_results
from lissnas.ui.details import best_panel, predictor_panel
from lissnas.ui.explore import explored, spread_panel
from lissnas.ui.explore import headline as space_headline
from lissnas.ui.explore_arch import inputs as arch_inputs
from lissnas.ui.explore_cards import cards as arch_cards
from lissnas.ui.explore_map import map_panel as landscape_panel
from lissnas.ui.explore_map import universe as space_universe
from lissnas.ui.explore_neighbours import neighbours_panel
from lissnas.ui.forms import settings_form, study_form
from lissnas.ui.glossary import glossary
from lissnas.ui.landing import latest_runs, spaces_table
from lissnas.ui.locality import rwa_panel, walks_panel, words_panel
from lissnas.ui.locality_choice import locality_choice, measured
from lissnas.ui.locality_walk import walk_panel
from lissnas.ui.maps import map_panel
from lissnas.ui.opening import open_run
from lissnas.ui.panels import (
    costs_panel,
    edf_panel,
    headline,
    metrics_row,
    timeline_panel,
)
from lissnas.ui.pinning import pins_panel
from lissnas.ui.play import play_on
from lissnas.ui.run_selection import universe as run_universe
from lissnas.ui.runs_chosen import runs_chosen
from lissnas.ui.runs_files import runs_messages, runs_trash, runs_upload
from lissnas.ui.runs_list import runs_table
from lissnas.ui.selection_bar import bar as selection_bar
from lissnas.ui.shell import current_theme, page
from lissnas.ui.state import shown_run, shown_step
from lissnas.ui.store import View, view
from lissnas.ui.supernet import job_panel as supernet_job
from lissnas.ui.supernet import jobs_table as supernet_jobs
from lissnas.ui.supernet import start_form as supernet_start
from lissnas.ui.toolbar import toolbar
from lissnas.ui.tour import tour
from lissnas.ui.why_panel import why_panel

__all__ = [
    "View",
    "arch_cards",
    "arch_inputs",
    "best_panel",
    "compare_choice",
    "compare_figures",
    "compare_go_on",
    "compare_results",
    "costs_panel",
    "current_theme",
    "edf_panel",
    "explored",
    "glossary",
    "headline",
    "landscape_panel",
    "latest_runs",
    "locality_choice",
    "map_panel",
    "measured",
    "metrics_row",
    "neighbours_panel",
    "open_run",
    "page",
    "paper_panel",
    "pins_panel",
    "play_on",
    "predictor_panel",
    "run_universe",
    "runs_chosen",
    "runs_messages",
    "runs_table",
    "runs_trash",
    "runs_upload",
    "rwa_panel",
    "selection_bar",
    "settings_form",
    "shown_run",
    "shown_step",
    "space_headline",
    "space_universe",
    "spaces_table",
    "spread_panel",
    "study_form",
    "supernet_job",
    "supernet_jobs",
    "supernet_start",
    "timeline_panel",
    "toolbar",
    "tour",
    "tree_panel",
    "view",
    "walk_panel",
    "walks_panel",
    "why_panel",
    "words_panel",
]
