"""The Supernet page: start long work on networks, watch it, and see what came out."""

from lissnas.ui.supernet.detail import job_panel
from lissnas.ui.supernet.start import start_form
from lissnas.ui.supernet.table import jobs_table

__all__ = ["job_panel", "jobs_table", "start_form"]
