"""The tour: eight lessons, each the real thing on real accuracies."""

from lissnas.ui.tour.frame import tour

__all__ = ["tour"]
