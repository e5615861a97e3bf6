"""Runs to keep and to hand on: notes, a trash, one-file bundles, reports, pictures.

What comes from elsewhere is checked before it is used (`open_bundle`): archives,
arrays, JSON and the predictor's trees, without unpickling anything, and a run is
taken in whole or not at all.
"""

from lissnas.sharing.about import About, read_about, tags_from, write_about
from lissnas.sharing.bundle import bundle_bytes, open_bundle, write_bundle
from lissnas.sharing.cards import Card, card_of, cards, matching
from lissnas.sharing.images import write_figures
from lissnas.sharing.pictures import PICTURES, available, columns, draw
from lissnas.sharing.reading import Record, read
from lissnas.sharing.report import report_bytes, write_report
from lissnas.sharing.trash import Trashed, delete, empty, restore, trashed

__all__ = [
    "PICTURES",
    "About",
    "Card",
    "Record",
    "Trashed",
    "available",
    "bundle_bytes",
    "card_of",
    "cards",
    "columns",
    "delete",
    "draw",
    "empty",
    "matching",
    "open_bundle",
    "read",
    "read_about",
    "report_bytes",
    "restore",
    "tags_from",
    "trashed",
    "write_about",
    "write_bundle",
    "write_figures",
    "write_report",
]
