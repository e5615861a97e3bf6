"""Runs that come and go: bundles taken in, deletions and the way back."""

import streamlit as st

from lissnas import sharing
from lissnas.sharing.trash import DAYS
from lissnas.ui import address
from lissnas.ui.demo import SENTENCE, is_demo
from lissnas.ui.text import plain

KEY = "runs"
FAILED = (ValueError, OSError)
MEGABYTES = 50


def runs_upload() -> None:
    """Draw where a bundle is dropped, and take in what is; nothing in a demo."""
    if is_demo():
        return
    st.divider()
    turn = st.session_state.setdefault(f"{KEY}_turn", 0)
    given = st.file_uploader(
        "Open a run from a bundle",
        type="lissnas",
        key=f"{KEY}_bundle_{turn}",
        max_upload_size=MEGABYTES,
        help="A file that “Download bundle” or `lissnas export RUN --bundle FILE` "
        "made, on any machine. It is checked before it is used.",
    )
    if given is None or st.session_state.get(f"{KEY}_refused") == given.file_id:
        return
    try:
        with st.spinner("Checking the bundle"):
            run = sharing.open_bundle(given.getvalue())
    except FAILED as error:
        st.session_state[f"{KEY}_refused"] = given.file_id
        st.session_state[f"{KEY}_error"] = f"{given.name} was not opened: {error}"
        return
    st.session_state[f"{KEY}_turn"] = turn + 1
    st.session_state[f"{KEY}_message"] = (
        f"Opened as run {run.name}, with {run.steps} iterations."
    )
    address.put({f"{KEY}_shown": run.name})
    st.rerun()


def runs_messages() -> None:
    """Say what was done or refused since the page was drawn, and offer the way back."""
    if is_demo():
        st.info(SENTENCE, icon=":material/lock:")
    error = st.session_state.pop(f"{KEY}_error", None)
    if error:
        st.error(plain(error), icon=":material/error:")
    message = st.session_state.pop(f"{KEY}_message", None)
    if message:
        st.success(message, icon=":material/check:")
    gone = st.session_state.get(f"{KEY}_deleted")
    if gone and not is_demo():
        left, right = st.columns([6, 1], vertical_alignment="center")
        listed = gone[0] if len(gone) == 1 else f"{len(gone)} runs"
        left.info(
            f"Deleted {listed}; kept in the trash for {DAYS} days.",
            icon=":material/delete:",
        )
        right.button(
            "Undo",
            icon=":material/undo:",
            on_click=take_back,
            args=(gone,),
            key=f"{KEY}_undo",
            width="stretch",
        )


def delete(names: list[str]) -> None:
    """Move runs to the trash."""
    if is_demo():
        return
    done = []
    try:
        for name in names:
            sharing.delete(name)
            done.append(name)
    except FAILED as error:
        st.session_state[f"{KEY}_error"] = f"Not everything was deleted: {error}"
    st.session_state[f"{KEY}_deleted"] = done
    address.put({f"{KEY}_shown": None})


def take_back(names: list[str]) -> None:
    """Take runs back out of the trash."""
    if is_demo():
        return
    try:
        found = [sharing.restore(name) for name in names]
    except FAILED as error:
        st.session_state[f"{KEY}_error"] = f"Not everything was restored: {error}"
        return
    listed = ", ".join(found)
    st.session_state[f"{KEY}_message"] = f"Restored {listed}."
    st.session_state.pop(f"{KEY}_deleted", None)


def runs_trash() -> None:
    """Draw the deleted runs with the way back, if there are any."""
    gone = sharing.trashed()
    if not gone or is_demo():
        return
    with st.expander(f"Trash ({len(gone)})", icon=":material/delete:"):
        st.caption(f"Runs are removed for good {DAYS} days after they were deleted.")
        names = list(dict.fromkeys(one.name for one in gone))
        row = st.container(horizontal=True, vertical_alignment="bottom")
        row.selectbox("Deleted run", names, key=f"{KEY}_trashed")
        row.button(
            "Restore",
            icon=":material/restore_from_trash:",
            on_click=_restore,
            key=f"{KEY}_restore",
        )
        with row.popover("Empty the trash", icon=":material/delete_forever:"):
            st.markdown(f"This removes {len(gone)} runs for good.")
            st.button("Remove them", on_click=_empty, key=f"{KEY}_empty")


def _restore() -> None:
    """Bring back the chosen deleted run."""
    take_back([st.session_state[f"{KEY}_trashed"]])


def _empty() -> None:
    """Remove all deleted runs for good."""
    try:
        count = sharing.empty()
    except FAILED as error:
        st.session_state[f"{KEY}_error"] = f"The trash was not emptied: {error}"
        return
    st.session_state[f"{KEY}_message"] = f"Removed {count} runs for good."
    st.session_state.pop(f"{KEY}_deleted", None)
