"""The paper's numbers beside ours on the Compare page."""

import streamlit as st

from lissnas.comparison import MEASURES, Row, entry, paper_numbers
from lissnas.comparison.paper import PUBLISHED, PaperNumber
from lissnas.comparison.summary import TEXTS, estimate_text
from lissnas.figures.theme import UNKNOWN, Columns
from lissnas.ui.compare_choice import KEY
from lissnas.ui.compare_found import Found, code_of
from lissnas.ui.frames import under

ABOUT = """
What the paper states of this space, beside what was measured here. It is shown for
comparison only. The paper's accuracies are on another scale: for NAS-Bench-101 its
maximum of 94.6 % is above the best mean test accuracy of the table (94.32 %); its
spaces differ in size from method to method, which is why sizes are matched here; its
diversities are ratios to the original space of a statistic that it does not define.
Where a method is compared at both sizes, ours is that of its own size. Tables 5 and 6
are missing from the published text; reductions follow from the sizes of Table 4.

*In the paper:* sections 5.2 and 5.4, Tables 1, 4 and 7.
"""


def paper_panel(found: Found) -> None:
    """Draw the paper's numbers of this space, if it has any."""
    numbers = paper_numbers(found.space.name)
    if not numbers or found.choice.comparison is None:
        return
    columns = paper_columns(numbers, found.rows)
    st.subheader("The paper's numbers beside ours", anchor=False)
    st.dataframe(
        columns,
        hide_index=True,
        key=f"{KEY}_paper",
        column_config={
            "paper": st.column_config.TextColumn(help="As stated in the paper."),
            "ours": st.column_config.TextColumn(help="Mean over seeds, half interval."),
        },
    )
    under(
        ABOUT,
        lambda: columns,
        f"paper-{found.space.name}",
        code_of(found, "paper"),
        pictures=False,
    )


def paper_columns(numbers: list[PaperNumber], rows: list[Row]) -> Columns:
    """Return one row for each number of the paper, ours beside it."""
    ours = {row.label: row for row in rows}  # own sizes come after matched ones
    columns: Columns = {
        name: [] for name in ("method", "measure", "paper", "ours", "our size", "table")
    }
    for number in numbers:
        labels = [number.label]
        if number.label == PUBLISHED and "lissnas" in ours:
            labels.append("lissnas")
        for label in labels:
            own = ours.get(label)
            title = own.title if own else entry(label).title
            kind = MEASURES[number.measure].format
            values = {
                "method": title,
                "measure": MEASURES[number.measure].title,
                "paper": TEXTS[kind].format(number.value),
                "ours": (own and estimate_text(own, number.measure)) or UNKNOWN,
                "our size": (own and estimate_text(own, "size")) or UNKNOWN,
                "table": f"Table {number.table}",
            }
            for name, value in values.items():
                columns[name].append(value)
    return columns
