"""The page's address: what is shown, so that a copy of it shows the same elsewhere.

Each message with a new address adds one entry to the browser's history, so all that one
action changes is put at once. Widgets that Streamlit itself binds to the address add
none and drop unknown values in silence; widgets here follow the address instead, and a
value that cannot be is answered in a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lissnas.ui.text import quoted

LISTED = 12
FILLED, CHOSEN = "address_filled", "address_chosen"  # of a visit to a page
PAGE = "address_page"
Option = TypeVar("Option")
Values = str | Sequence[str] | None


def part(name: str) -> str | None:
    """Return a part of the address, None without it."""
    found: str | None = st.query_params.get(name)
    return found


def whole() -> dict[str, list[str]]:
    """Return all parts of the address, with all their values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def put(changes: Mapping[str, Values]) -> None:
    """Change parts of the address in one step of the browser's history.

    None takes a part out; what stays the same costs no step.
    """
    before = whole()
    after: dict[str, list[str]] = dict(before)
    for name, value in changes.items():
        if value is None:
            after.pop(name, None)
        else:
            after[name] = [value] if isinstance(value, str) else list(value)
    if after != before:
        st.query_params.from_dict(after)


def by_itself() -> bool:
    """Return whether a part of the page runs because its time has come.

    Its message can hold what widgets showed before the page changed them, which looks
    as if the reader had done that. Widgets that follow the address are in no such part.
    """
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)


def follow(changes: Mapping[str, Values]) -> None:
    """Put what the reader chose in a widget; what runs by itself chose nothing."""
    if not by_itself():
        put(changes)


def fill(changes: Mapping[str, Values]) -> None:
    """Put parts that a page has chosen by itself, once for each address it is shown at.

    Whoever goes back from there comes to the address before. Filled in again, it would
    lead forth again, and no way would lead out of the page.
    """
    now = tuple((name, *values) for name, values in whole().items())
    filled = st.session_state.setdefault(FILLED, set())
    if now not in filled:
        filled.add(now)
        put(changes)


def asked(name: str, options: Sequence[str], default: str) -> str:
    """Return a part of the address, the default if it is missing or none of `options`.

    The latter is answered in words.
    """
    value = part(name)
    if value is None or value in options:
        return default if value is None else value
    listed = ", ".join(options[:LISTED]) + (", ..." if len(options) > LISTED else "")
    refuse(f"{name} must be one of {listed}, got {quoted(value)}", default)
    return default


def refuse(sentence: str, shown: str) -> None:
    """Say what is wrong with the address, and what is shown instead."""
    st.warning(f"{sentence}; {shown} is shown.", icon=":material/link_off:")


def choose(
    widget: Callable[..., Any],
    label: str,
    name: str,
    options: Sequence[Option],
    default: Option,
    key: str = "",
    clears: Sequence[str] = (),
    **more: Any,
) -> Option:
    """Return what is chosen in a widget of options that follows the address.

    Parameters
    ----------
    widget
        What draws it, such as a container's ``selectbox``.
    name
        The part of the address, and the widget's key unless `key` is given.
    clears
        Parts that a new choice takes out of the address.
    """
    texts = {str(one): one for one in options}
    value = texts[asked(name, list(texts), str(default))]
    key = key or name
    st.session_state[key] = value
    widget(label, options, key=key, on_change=_put, args=(name, key, clears), **more)
    return value


def number(
    widget: Callable[..., Any], label: str, name: str, default: int, **more: Any
) -> int:
    """Return the whole number of 0 or more in a widget that follows the address."""
    text, value = part(name), default
    if text is not None and text.isascii() and text.isdecimal() and len(text) < 16:
        value = int(text)
    elif text is not None:
        sentence = f"{name} must be a number of 0 or more, got {quoted(text)}"
        refuse(sentence, str(default))
    st.session_state[name] = value
    more |= {"min_value": 0, "step": 1}
    widget(label, key=name, on_change=_put, args=(name, name), **more)
    return value


def switch(widget: Callable[..., Any], label: str, name: str, **more: Any) -> bool:
    """Return whether a switch is on that follows the address; it is off at first."""
    value = asked(name, ("0", "1"), "0") == "1"
    st.session_state[name] = value
    widget(label, key=name, on_change=_put_switch, args=(name,), **more)
    return value


def _put_switch(name: str) -> None:
    """Put a switch that is on into the address."""
    follow({name: "1" if st.session_state[name] else None})


def words(widget: Callable[..., Any], label: str, name: str, **more: Any) -> str:
    """Return the text in a widget that follows the address."""
    value = part(name) or ""
    st.session_state[name] = value
    widget(label, key=name, on_change=_put, args=(name, name), **more)
    return value


def _put(name: str, key: str, clears: Sequence[str] = ()) -> None:
    """Put a widget's value into the address; an empty one takes it out."""
    value = st.session_state[key]
    empty = value is None or value == ""
    follow({**dict.fromkeys(clears), name: None if empty else str(value)})


def is_news(key: str, names: Sequence[str]) -> bool:
    """Return whether parts of the address are others than a page has seen last.

    That is so when it is opened by a link, and when the reader goes back or forward.
    """
    now = {name: st.query_params.get_all(name) for name in names}
    before = st.session_state.get(f"{key}_address")
    st.session_state[f"{key}_address"] = now
    return bool(before != now)


def put_seen(key: str, changes: Mapping[str, Values], names: Sequence[str]) -> None:
    """Put parts into the address that are then no news to the page that puts them.

    An address without any of them, for the choice that was put last, is one that the
    reader went back to; it stays, or no way back would lead further.
    """
    before = st.session_state.setdefault(CHOSEN, {})
    if before.get(key) != changes or any(part(name) for name in names):
        put(changes)
    before[key] = dict(changes)
    is_news(key, names)


def remember(page: str) -> None:
    """Note with which address a page is shown, for the way back by the menu."""
    st.session_state.setdefault("addresses", {})[page] = whole()
    if st.session_state.get(PAGE) != page:
        st.session_state[PAGE] = page
        for name in (FILLED, CHOSEN):
            st.session_state.pop(name, None)


def left(page: str) -> dict[str, list[str]]:
    """Return the address with which the reader left a page, empty at first."""
    found: dict[str, list[str]] = st.session_state.get("addresses", {}).get(page, {})
    return found
