"""Measures of spaces: distributions, shrinkage, locality, diversity, ranking."""
