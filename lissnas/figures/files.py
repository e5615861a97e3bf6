"""Figures and their numbers as files: CSV, and web pages that need nothing else."""

import csv
import io
from html import escape

import plotly.graph_objects as go
from plotly.io import to_html
from plotly.offline import get_plotlyjs

from lissnas.figures.theme import FONT, LIGHT, Columns

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
POLICY += "img-src data: blob:"
STYLE = f"""
body {{ font-family: {FONT}; color: {LIGHT.ink}; background: {LIGHT.surface};
  max-width: 1080px; margin: 2rem auto; padding: 0 1rem; line-height: 1.5; }}
h1, h2, h3 {{ line-height: 1.2; margin-top: 2.2rem; }}
h1 {{ margin-top: 0; }}
table {{ border-collapse: collapse; width: 100%; font-size: 0.9rem; display: block;
  overflow-x: auto; }}
th, td {{ text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; vertical-align: top;
  border-bottom: 1px solid {LIGHT.grid}; }}
th {{ color: {LIGHT.muted}; font-weight: 600; white-space: nowrap; }}
.note {{ color: {LIGHT.muted}; font-size: 0.9rem; }}
button {{ font: inherit; font-size: 0.85rem; color: {LIGHT.ink}; cursor: pointer;
  background: {LIGHT.surface}; border: 1px solid {LIGHT.grid}; border-radius: 6px;
  padding: 0.2rem 0.7rem; }}
pre {{ background: #f3f6f9; padding: 0.8rem 1rem; border-radius: 6px;
  overflow-x: auto; font-size: 0.85rem; }}
"""


def csv_bytes(columns: Columns) -> bytes:
    """Return columns as CSV with a header; unknown numbers are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(
            ["" if value is None or value != value else value for value in row]
        )
    return text.getvalue().encode()


def figure_html(figure: go.Figure, name: str) -> str:
    """Return a figure as a part of a page that holds Plotly's script."""
    part = to_html(
        figure,
        include_plotlyjs=False,
        full_html=False,
        div_id=name,
        config={"displaylogo": False, "responsive": True, "showSendToCloud": False},
    )
    return str(part)


def table_html(columns: Columns) -> str:
    """Return columns as a table; numbers as they are, text escaped."""
    head = "".join(f"<th>{escape(str(name))}</th>" for name in columns)
    rows = []
    for row in zip(*columns.values(), strict=True):
        cells = "".join(f"<td>{escape(str(value))}</td>" for value in row)
        rows.append(f"<tr>{cells}</tr>")
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def paragraphs_html(text: str) -> str:
    """Return an explanation in light Markdown as plain paragraphs, escaped."""
    found = text.replace("**", "").replace("*", "").strip().split("\n\n")
    return "".join(f'<p class="note">{escape(part)}</p>' for part in found)


def saving_html(name: str) -> str:
    """Return buttons that save the figure of that name as a picture, for a page."""
    buttons = "".join(
        f"<button onclick=\"Plotly.downloadImage('{escape(name)}', "
        f"{{format: '{kind}', filename: '{escape(name)}', scale: 2}})\">"
        f"Save as {kind.upper()}</button> "
        for kind in ("png", "svg")
    )
    return f'<p class="note">{buttons}</p>'


def page_html(title: str, parts: list[str]) -> bytes:
    """Return a page that holds all it needs and may load nothing."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            f"<script>{get_plotlyjs()}</script></head><body>",
            *parts,
            "</body></html>",
            "",
        ]
    ).encode()
