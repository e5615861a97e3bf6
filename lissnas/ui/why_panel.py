"""Why is this one in: one architecture of a run, chosen, typed or clicked."""

from typing import Any

import numpy as np
import streamlit as st

from lissnas.arrays import Archs
from lissnas.fate import WORDS, Reason, Why, fates, why, words
from lissnas.figures.theme import UNKNOWN, percent
from lissnas.runs import history
from lissnas.sharing.snippets import why_snippet
from lissnas.ui.frames import code_below
from lissnas.ui.pinning import pin_buttons
from lissnas.ui.run_selection import true_of
from lissnas.ui.selected import current
from lissnas.ui.steering import barred
from lissnas.ui.store import View

KEY = "shrink_why"
ABOUT = """
**Why is this one in, or not?** Type an architecture as the field writes it, click one
on the map, or select one anywhere. The sentence says what decided up to the iteration
shown: it was kept, it scored below the lowest that was kept, the run met it but never
asked for its score, it is farther than the radius of every seed, a limit left no room,
an option was dropped, or a test fails. **Came in** is the iteration that first drew,
made or scored it. The **seed** is the one it was made from; of one that was never made,
the nearest of all seeds. The **threshold** is the lowest score kept in the iteration
that decided, or the lowest of its seeds where only seeds are chosen by score. A true
accuracy comes from the benchmark table; the run never sees it.
"""


def show_why(shown: View, arch: Archs) -> None:
    """Ask about a row ``(d,)``: what a click on the map does."""
    st.session_state[_key(shown)] = shown.space.short(arch[None])[0]


def why_panel(shown: View, step: int) -> None:
    """Draw why an architecture is in the space of an iteration, or why not."""
    st.markdown("**Why is this one in?**", help=ABOUT)
    typed = st.text_input(
        "Architecture",
        key=_key(shown),
        placeholder="Type one, click one on the map, or select one",
        label_visibility="collapsed",
    )
    try:
        arch, source = _asked(shown, step, typed)
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
        return
    past = history(shown.stored[: step + 1])
    true = float(true_of(shown, arch[None])[0])
    found = why(shown.space, past, arch, true, barred(shown, arch))
    text = f"{source} `{shown.space.short(arch[None])[0]}`: {found.sentence}"
    if found.inside:
        st.success(text, icon=":material/check:")
    else:
        st.info(text, icon=_ICONS.get(found.reason, ":material/block:"))
    st.dataframe(facts(shown, found), hide_index=True, width="stretch")
    with st.expander("Iteration by iteration", icon=":material/timeline:"):
        _life(shown, step, arch)
    pin_buttons(st.container(horizontal=True), shown, arch)
    code_below(why_snippet(shown.run.name, step, shown.space.format(arch[None])[0]))


_ICONS = {
    Reason.BELOW: ":material/trending_down:",
    Reason.FAR: ":material/social_distance:",
    Reason.UNQUERIED: ":material/help:",
    Reason.LIMIT: ":material/compress:",
}


def facts(shown: View, found: Why) -> dict[str, list[str]]:
    """Return what is known of an architecture as a table of two columns."""
    name = UNKNOWN if found.seed is None else shown.space.short(found.seed[None])[0]
    if found.maker is not None and found.seed is not None:
        name += f" of iteration {found.maker}"
    edits = UNKNOWN if found.distance is None else str(found.distance)
    if found.seed is None and found.distance is not None:
        edits = f"more than {edits}"
    rows: dict[str, Any] = {
        "what decided": found.reason.value,
        "came in": _iteration(found.born),
        "in since, or left": _iteration(found.since if found.inside else found.left),
        "seed": name,
        "edits from it": edits,
        "predicted": percent(found.predicted),
        "threshold": percent(found.threshold),
        "true": percent(found.true),
    }
    return {"": list(rows), "value": [str(value) for value in rows.values()]}


def _iteration(step: int | None) -> str:
    """Return an iteration for readers."""
    return "never" if step is None else f"iteration {step}"


def _life(shown: View, step: int, arch: Archs) -> None:
    """Draw what each iteration did with an architecture."""
    known = fates(shown.space, history(shown.stored[: step + 1]), arch[None])
    told = words(known)[0]
    made = known.distance[0]
    st.dataframe(
        {
            "iteration": known.steps.tolist(),
            "it was": told,
            "predicted, %": (100 * known.predicted[0]).tolist(),
            "edits from its seed": [int(d) if d >= 0 else None for d in made],
            "that is": [WORDS[word] for word in told],
        },
        hide_index=True,
        column_config={
            "predicted, %": st.column_config.NumberColumn(format="%.2f"),
        },
    )


def _asked(shown: View, step: int, typed: str) -> tuple[Archs, str]:
    """Return the architecture asked about ``(d,)``, and where it comes from."""
    space = shown.space
    if typed.strip():
        return space.canonical(space.parse([typed.strip()]))[0], "The one asked for,"
    chosen = current(space)
    if len(chosen):
        of = "The one" if len(chosen) == 1 else f"The first of {len(chosen):,}"
        return chosen.archs[0], f"{of} selected,"
    one = shown.stored[step].iteration
    archs, scores = one.space, one.space_predicted
    if step == 0:
        archs, scores = one.sample, one.sample_predicted
    row = int(np.argmax(np.nan_to_num(scores, nan=-1)))
    return archs[row], "The best by prediction,"


def _key(shown: View) -> str:
    """Return where what is typed about a space is kept."""
    return f"{KEY}_{shown.space.name}"
