"""What the formats in XML share: attributes and text that every parser and every terminal takes."""

from __future__ import annotations

from asprofile.printing import visible

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\t"): "&#9;"}


def text(value: str) -> str:
    """The content of an element or an attribute: ASCII, and no character that XML 1.0 forbids."""
    lines = (visible(line).translate(_ENTITIES) for line in value.split("\n"))
    return "&#10;".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii")


def tag(name: str, /, **attributes: object) -> str:
    """``name a="1" b="2"``, what is between ``<`` and ``>`` of a start tag."""
    return " ".join((name, *(f'{key}="{text(str(value))}"' for key, value in attributes.items())))
