"""Lines that are part of something else: what they are, and what they were meant to be."""

from __future__ import annotations

import pytest

from asprofile.lint.slips.text_slip import TextSlip
from asprofile.lint.subject import Subject
from asprofile.names.releases import LATEST
from asprofile.text import Source, apply_edits, decode


def slips(text: str) -> list[TextSlip]:
    return list(Subject(Source(text.encode()), LATEST, None).text_slips)


CASES = {
    "entry": ("[U]\nA1 = x\n  A2 = y\n", "swallowed", "entry", "A2 = y", "[U]\nA1 = x\nA2 = y\n"),
    "after an empty line": ("[U]\nA1 = x\n\n\tA2 = y\n", "swallowed", "entry", "A2 = y", "[U]\nA1 = x\n\nA2 = y\n"),
    "CR": ("[U]\rA1 = x\r A2 = y\r", "swallowed", "entry", "A2 = y", "[U]\rA1 = x\rA2 = y\r"),
    "header": ("[U]\nA1 = x\n  [V]\n", "swallowed", "header", "[V]", "[U]\nA1 = x\n[V]\n"),
    "comment": ("[U]\nA1 = x\n  # y\n", "swallowed", "comment", "# y", "[U]\nA1 = x\n# y\n"),
    "other comment": ("[U]\nA1 = x\n  // y\n", "swallowed", "comment", "// y", "[U]\nA1 = x\n# y\n"),
    "value forgotten": ("[U]\nA1 =\n  A2 = y\n", "swallowed", "entry", "A2 = y", "[U]\nA1 =\nA2 = y\n"),
    "semicolon": ("[U]\n; y\nA1 = x\n", "glued", "comment", "; y", "[U]\n# y\nA1 = x\n"),
    "slashes at the end": ("[U]\nA1 = x\n// y", "glued", "comment", "// y", "[U]\nA1 = x\n# y"),
    "after a header": ("[U] # y\nA1 = x\n", "glued", "comment", "# y", "[U]\n# y\nA1 = x\n"),
    "after a header, CRLF": ("[U] ;y\r\nA1 = x\r\n", "glued", "comment", ";y", "[U]\r\n#y\r\nA1 = x\r\n"),
    "live": ("[U]\n; Role1 = x\n", "glued", "live comment", ";", "[U]\n# Role1 = x\n"),
    "live, indented": ("[U]\n  # Role1 = x\n", "glued", "live comment", "#", "[U]\n# Role1 = x\n"),
    "colon": ("[U]\nRole1: x\nRole2 = y\n", "glued", "no equals sign", "Role1: x", "[U]\nRole1 = x\nRole2 = y\n"),
    "arrow": ("[U]\nRole1 -> x\nRole2 = y\n", "glued", "no equals sign", "Role1 -> x", "[U]\nRole1 = x\nRole2 = y\n"),
    "key only": ("[U]\nRole1\nRole2 = y\n", "glued", "no value", "Role1", "[U]\nRole1 =\nRole2 = y\n"),
    "text": ("[U]\ny z\nRole2 = y\n", "glued", "text", "y z", "[U]\n# y z\nRole2 = y\n"),
    "text swallows a header": ("y z\n[U]\nRole2 = y\n", "glued", "text", "y z", "# y z\n[U]\nRole2 = y\n"),
    "unclosed": ("[U\nA1 = x\n[V]\n", "unbalanced", "unclosed", "[U", "[U]\nA1 = x\n[V]\n"),
    "unclosed at the end": ("[U", "unbalanced", "unclosed", "[U", "[U]"),
    "unclosed supersection": ("[[Roles\n[U]\n", "unbalanced", "unclosed", "[[Roles", "[[Roles]]\n[U]\n"),
    "half closed": ("[[Profiles]\n[U]\n", "unbalanced", "unclosed", "[[Profiles]", "[[Profiles]]\n[U]\n"),
    "half closed at the end": ("[[Profiles]", "unbalanced", "unclosed", "[[Profiles]", "[[Profiles]]"),
    "brace": ("[U}\nA1 = x\n[V]\n", "unbalanced", "unclosed", "[U}", "[U]\nA1 = x\n[V]\n"),
    "opened twice": ("[[U]\nA1 = x\n[V]\n", "unbalanced", "too many opened", "[[U]", "[U]\nA1 = x\n[V]\n"),
    "closed twice": ("[U]]\nA1 = x\n", "unbalanced", "too many closed", "]", "[U]\nA1 = x\n"),
    "opened once": ("[Profiles]]\n[U]\nA1 = x\n", "unbalanced", "too many closed", "]", "[[Profiles]]\n[U]\nA1 = x\n"),
    "braces": ("{U}\nA1 = x\n", "unbalanced", "no brackets", "{U}", "[U]\nA1 = x\n"),
    "two braces": ("{{U}}\n[V]\n", "unbalanced", "no brackets", "{{U}}", "[[U]]\n[V]\n"),
    "round ones": ("((Profiles))\n[V]\n", "unbalanced", "no brackets", "((Profiles))", "[[Profiles]]\n[V]\n"),
    "none": ("Profiles\n[V]\n", "unbalanced", "no brackets", "Profiles", "[[Profiles]]\n[V]\n"),
    "a remark": ("[U]\n(of old)\nRole1 = x\n", "glued", "text", "(of old)", "[U]\n# (of old)\nRole1 = x\n"),
    "a remark in braces": ("[U]\n{of old}\nRole1 = x\n", "glued", "text", "{of old}", "[U]\n# {of old}\nRole1 = x\n"),
    "two pairs": ("[[U]]\nRole1 = x\n", "unbalanced", "doubled", "[[U]]", "[U]\nRole1 = x\n"),
    "wrapped": ("[U]\nRole1 = a\n\\SCP\nRole2 = y\n", "glued", "rest", "\\SCP", "[U]\nRole1 = a\\SCP\nRole2 = y\n"),
    "wrapped at =": ("[U]\nRole1 =\nx\nRole2 = y\n", "glued", "rest", "x", "[U]\nRole1 = x\nRole2 = y\n"),
    "on one line": (
        "[U]\nRole1 = x, Role2 = y\n",
        "swallowed",
        "entry behind",
        "Role2 = y",
        "[U]\nRole1 = x\nRole2 = y\n",
    ),
    "not opened": ("U]\nA1 = x\n", "unbalanced", "not opened", "U]", "[U]\nA1 = x\n"),
}


@pytest.mark.parametrize(("text", "kind", "what", "at", "mended"), CASES.values(), ids=CASES)
def test_slip(text: str, kind: str, what: str, at: str, mended: str) -> None:
    (slip,) = slips(text)
    assert (slip.kind, slip.what, text[slice(*slip.span)]) == (kind, what, at)
    after = decode(apply_edits(text.encode(), slip.mend))
    assert after == mended
    assert slips(after) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "[[A]]\n\n  [B]\n  K = V\n# c\nL = W\n",
        "[[A]] [B] K = V\nL = W\n",
        "[[A]]\n[My list]\nMy Key 1 = V\n",
        "K = V\n  and more\n",
        "K = V\n# between\n   \n",
        "[ [A] ]\nK = V",
        "[[[A]]]\nK = V",
        "K\n= V\n",
        "[[Transfer\nSyntaxes]]\n",
    ],
)
def test_no_slip(text: str) -> None:
    assert slips(text) == []


def test_one_slip_for_many_lines() -> None:
    (slip,) = slips("A = x\n  B = y\n  C = z\n  # d\n")
    assert slip.lines == 3
    (slip,) = slips("; one\n; two\n[U]\nA = x\n")
    assert slip.lines == 2


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("[U]\nRole1 = x\n; the end", True),
        ("[U]\n;;;;\nRole1 = x\n", True),
        ("[U]\n; y\nRole1 = x\n", False),
        ("[U]\nRole1 = x\nthe end", False),
        ("[U]\n; note: a = b\n", True),
        ("[U]\n; Role1 = b\n", False),
    ],
)
def test_harmless(text: str, harmless: bool) -> None:
    (slip,) = slips(text)
    assert slip.harmless is harmless
