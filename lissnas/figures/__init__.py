"""Figures: pure functions from data to plotly figures, in a light and a dark theme.

Each module has an `ABOUT` that explains its figure to a reader, and a function that
returns the numbers behind it as columns.
"""
