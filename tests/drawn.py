"""What a page under AppTest has drawn: its figures, whichever element shows them."""

import json


def figures(at):
    """Return the figures of a page, by order of drawing."""
    found = []
    for node in at.main:
        if node.type == "plotly_chart":
            found.append(json.loads(node.proto.spec))
        elif node.type == "bidi_component" and node.proto.json:
            part = json.loads(node.proto.json)
            if part["part"] == "figure":
                found.append({"data": part["traces"], **part})
    return found


def states(at):
    """Return what is lit in each view of a page, by the view's key."""
    parts = [json.loads(n.proto.json) for n in at.main if is_view(n)]
    return {part["view"]: part for part in parts if part["part"] == "state"}


def is_view(node):
    """Return whether a node is a part of a view that is JSON."""
    return node.type == "bidi_component" and bool(node.proto.json)


def names(at):
    """Return what the points of each view are called, by the view's key."""
    found = {}
    for node in at.main:
        if node.type == "bidi_component" and node.proto.bytes:
            size = int.from_bytes(node.proto.bytes[:4], "little")
            header = json.loads(node.proto.bytes[4 : 4 + size])
            found[header["view"]] = header["names"]
    return found


def pictures(at):
    """Return for how many figures of a page there are buttons that save it."""
    parts = [json.loads(n.proto.json) for n in at.main if is_view(n)]
    return sum(part["part"] == "picture" for part in parts)
