"""Learn in ten minutes what LISSNAS does: eight steps on real accuracies."""

from lissnas import ui

ui.page("Tour")
ui.tour()
