"""Where a piece of a file leads: a UID or its name to the standard, the code in a suppression comment to the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asprofile.editor.opened import OpenFile
from asprofile.editor.tokens import tokens
from asprofile.lint.rules import by_code
from asprofile.model.uid import resolve
from asprofile.names import registry
from asprofile.program import RULE_PAGE, RULES_PAGE
from asprofile.text import Span

_STANDARD = "https://dicom.nema.org/medical/dicom/current/output/chtml/"
# PS3.6 Annex A, the registry of UIDs, and PS3.4 B.5, the Storage SOP classes with their IODs.
_REGISTRY = f"{_STANDARD}part06/chapter_A.html"
_STORAGE = f"{_STANDARD}part04/sect_B.5.html"
_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class FileLink:
    """``target`` is a page of the web, ``tooltip`` what it is."""

    span: Span
    target: str
    tooltip: str


def links(file: OpenFile) -> list[FileLink]:
    """In the order of the file; none overlaps another."""
    if not file.is_profile:
        return []
    return sorted((*_uids(file), *_rules(file)), key=lambda link: link.span)


def _uids(file: OpenFile) -> Iterator[FileLink]:
    for token in tokens(file):
        start, end = token.span
        if token.kind not in ("uid", "name") or end - start > _LONGEST_NAME:
            continue
        uid = resolve(file.data[start:end], file.release)
        info = registry.get(uid) if uid is not None else None
        if info is None or info.status in ("DICOS", "DICONDE"):
            continue
        if info.kind == "storage" and info.status == "standard":
            yield FileLink(token.span, _STORAGE, f"{info.name} in the DICOM standard, PS3.4 B.5")
        else:
            yield FileLink(token.span, _REGISTRY, f"{info.name or uid} in the DICOM standard, PS3.6 Annex A")


def _rules(file: OpenFile) -> Iterator[FileLink]:
    for code in file.subject.suppressions.codes:
        rule = by_code().get(code.code.upper())
        if rule is not None:
            yield FileLink(code.span, RULE_PAGE.format(code=rule.code.lower()), f"{rule.code} {rule.name}")
        elif any(known.startswith(code.code.upper()) for known in by_code()):
            yield FileLink(code.span, RULES_PAGE, "all rules")
