"""SOP class x transfer syntax is judged in one place: all who ask agree on every pair, and nobody else decides."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asprofile.edit.room import dispensable
from asprofile.generate.request import encodable, permitted
from asprofile.lint.rules.ap502_impossible_pixel_format import impossible
from asprofile.lint.run import LintOptions, lint
from asprofile.lint.subject import Subject
from asprofile.model.loader import load
from asprofile.names import private, sop_classes, transfer_syntaxes, uids
from asprofile.names.fit import FitKind, judge
from asprofile.report.profile import profile_matrix
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE = Path(__file__).parents[1] / "asprofile"
CT = "1.2.840.10008.5.1.4.1.1.2"
CLASSES = (
    *(one.uid for one in sop_classes.storage_sop_classes()),
    *(one.uid for one in sop_classes.others()),
    *(one.uid for one in private.private_sop_classes()),
    "1.2.826.0.1.999",
)
SYNTAXES = (*(one.uid for one in transfer_syntaxes.transfer_syntaxes()), "1.2.826.0.1.998")
IMPOSSIBLE = ("AP303", "AP402", "AP403", "AP501", "AP502", "AP503", "AP507", "AP511", "AP512", "AP904")
"""The rules that say of a pair, or of all pairs with a SOP class or transfer syntax, that no object can use it."""

TRAITS = {
    # what a SOP class permits: only to say it, or to choose what is usual for it
    **dict.fromkeys(("pixel", "pixel_data", "frames", "no_video", "lossy_unwise"), "class"),
    # what a transfer syntax needs
    **dict.fromkeys(("needs_pixel_data", "on_associations"), "syntax"),
}
READERS = {
    "editor/about.py": "says what a SOP class is",
    "convert/wildcards.py": "every transfer syntax of associations stands for *",
    "generate/recipes.py": "the SOP classes of a recipe that is of all images",
    "generate/wish.py": "the families that are usual for a SOP class",
    "generate/words.py": "no transfer syntax of associations",
    "migrate/retrieval_contexts.py": "what an archive may hold, what loses nothing first",
    "lint/rules/ap308_private_transfer_syntax.py": "which of the SOP classes have no pixels to lose",
    "lint/rules/ap508_deflated_image.py": "deflating shrinks images little",
    "lint/rules/ap509_no_default_transfer_syntax.py": "who has no pixel data has no waiver",
}


def profile(classes: Sequence[str], syntax: str) -> bytes:
    contexts = "".join(f"PresentationContext{place} = {uid}\\One\n" for place, uid in enumerate(classes, 1))
    return (
        f"[[TransferSyntaxes]]\n[One]\nTransferSyntax1 = {syntax}\n[[PresentationContexts]]\n[All]\n{contexts}"
        "[[Profiles]]\n[P]\nPresentationContexts = All\n"
    ).encode()


def said_impossible(classes: Sequence[str], syntax: str) -> set[str]:
    """The SOP classes for which lint calls the one transfer syntax of the file impossible."""
    data = profile(classes, syntax)
    source = Source(data)
    said: set[str] = set()
    for finding in lint(source, LintOptions(select=IMPOSSIBLE, role="requestor")).findings:
        line = source.line_text(source.line_of(finding.span.start))
        if finding.code == "AP502":  # one finding for all of them
            said |= {context.item.abstract_syntax for context, _ in impossible(Subject(source, "3.7.0", "requestor"))}
            continue
        if finding.code == "AP402" and judge(CT, syntax).kind is not FitKind.OBSOLETE:
            continue  # retired, but objects were sent with it
        if not line.startswith("PresentationContext"):
            return set(classes)
        if finding.code == "AP904":  # one finding for all of them
            said |= {uid for uid in classes if (info := uids.describe(uid)) is not None and info.kind == "rtv"}
        said.add(line.split(" = ")[1].partition("\\")[0])
    return said


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_lint_show_room_and_generate_agree_on_every_pair(syntax: str) -> None:
    for start in range(0, len(CLASSES), 128):
        classes = CLASSES[start : start + 128]
        judged = {uid for uid in classes if judge(uid, syntax).useless}
        config = load(Source(profile(classes, syntax)).data, release="3.7.0", role="requestor")
        matrix = profile_matrix(config.use("P"), "requestor")
        assert {row.uid for row in matrix.rows if row.cells[0].state == "no"} == judged
        assert said_impossible(classes, syntax) == judged
        could_go = {classes[one.place]: one.reason for one in dispensable(config, "ALL")}
        assert {uid for uid, why in could_go.items() if not why.startswith("the SOP class is retired")} == judged
        assert {uid for uid in classes if not permitted(uid, syntax)} == judged
        assert not any(encodable(uid, syntax) for uid in judged)


def test_nobody_else_decides() -> None:
    """Whoever reads what a SOP class permits or what a transfer syntax needs might; who does is known, with the reason,
    and nobody reads both."""
    readers: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith("names/"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in TRAITS and _is_of_names(node):
                readers.setdefault(name, set()).add(TRAITS[node.attr])
    assert set(readers) <= set(READERS), "ask names.fit.judge"
    assert [name for name, what in readers.items() if len(what) > 1] == []


def _is_of_names(node: ast.Attribute) -> bool:
    """Not an attribute of something else that has the same name (``image.frames``, ``verdict.lossy_unwise``)."""
    return isinstance(node.value, ast.Name) and node.value.id not in ("self", "verdict", "image")


def test_pixel_formats_are_compared_in_names_alone() -> None:
    importers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "pixel_formats" in path.read_text("utf-8") and not path.is_relative_to(PACKAGE / "names")
    }
    assert importers == set()
