"""Words of others in sentences of ours: shown as they are, whatever they hold."""

LONGEST = 40
SIGNS = "\\`*_[]<>$:#~"  # of Markdown, the escape first


def plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    for sign in SIGNS:
        text = text.replace(sign, f"\\{sign}")
    return text


def quoted(text: str) -> str:
    """Return the beginning of a text in quotes, as Markdown that shows it."""
    return plain(repr(text[:LONGEST]))
