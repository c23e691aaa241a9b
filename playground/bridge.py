"""What the playground asks of asprofile: text of a file in, JSON out. It runs in the browser, in Pyodide.

Belongs here: which values the page gets, and their places as JavaScript counts them (UTF-16 units). Does not belong
here: any judgement of a file, which is asprofile's. Each name in ``CALLS`` may be called by ``worker.mjs``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from asprofile import __version__
from asprofile.api.profiles import LoadedFile, load_source
from asprofile.edit.fmt import FormatRefusal, format_document
from asprofile.editor.opened import MAX_OPENED_SIZE, OpenFile
from asprofile.errors import AsprofileError, LoadError
from asprofile.lint.finding import Finding
from asprofile.lint.fixes.rounds import fix
from asprofile.lint.rules import by_code
from asprofile.lint.run import PROGRAMS, LintOptions
from asprofile.model.words import ASSOCIATION_ROLES
from asprofile.names.releases import LATEST, RELEASES
from asprofile.negotiate.proposal_size import request_size
from asprofile.report.html import page as page_of
from asprofile.report.html_table import CLASSES, SYMBOLS
from asprofile.report.matrix import Answer, Cell, Matrix
from asprofile.report.profile import profile_matrix
from asprofile.resources import described, sample_files
from asprofile.text import Source

MOST_SHOWN = 200
"""Findings that a page lists, and rows of a table."""

BROKEN = """\
# Somebody has commented out one context and indented another.
[[TransferSyntaxes]]
[Plain]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit

[[PresentationContexts]]
[CT]
PresentationContext1 = CTImageStorage\\Plain
#PresentationContext2 = EnhancedSRStorage\\Plain
PresentationContext3 = MRImageStorage\\Plain
  PresentationContext4 = EnhancedCTImageStorage\\Plain

[[Profiles]]
[CT]
PresentationContexts = CT
"""


def about() -> dict[str, Any]:
    """What the controls offer."""
    samples = [{"name": "broken.cfg", "about": "a file with mistakes"}]
    samples += [{"name": file.name, "about": described(file).summary} for file in sample_files()]
    releases = list(reversed(RELEASES))
    return {"version": __version__, "releases": releases, "latest": LATEST, "samples": samples, "most": MAX_OPENED_SIZE}


def sample(name: str) -> str:
    if name == "broken.cfg":
        return BROKEN
    return next(file for file in sample_files() if file.name == name).read_text("utf-8")


def look(text: str, release: str, role: str) -> dict[str, Any]:
    """The findings in a file and what is loaded from it, at once."""
    file = _file(text, release, role)
    if file.is_too_large:
        return {"problem": "It is too large to be looked at here: use `asprofile lint` on a command line."}
    if not file.is_profile:
        return {"problem": "Paste a profile file: sections such as [[TransferSyntaxes]] and [[Profiles]]."}
    findings = file.findings
    places = _Places(text, (at for found in findings[:MOST_SHOWN] for at in _offsets(found)))
    return {
        "findings": [_finding(found, file.source, places) for found in findings[:MOST_SHOWN]],
        "count": len(findings),
        "errors": sum(found.severity == "error" for found in findings),
        "fixable": sum(found.fix is not None and found.fix.safe for found in findings),
        **_loaded(file, release, role),
    }


def fixed(text: str, release: str, role: str) -> str:
    """With all safe fixes."""
    return fix(Source(_bytes(text)), _options(release, role)).data.decode("utf-8")


def formatted(text: str) -> dict[str, str]:
    file = OpenFile(Source(_bytes(text)))
    if not file.may_be_changed:
        return {"refusal": "This is no profile file, so it is left as it is."}
    result = format_document(file.subject.document)
    if isinstance(result, FormatRefusal):
        return {"refusal": f"Not formatted: {result.reason}"}
    return {"text": result.data.decode("utf-8")}


def explained(code: str) -> dict[str, Any]:
    rule = by_code()[code]
    examples = [{"bad": one.bad, "good": one.good} for one in rule.examples[:1]]
    return {"summary": rule.summary, "why": rule.why.strip(), "reference": rule.reference, "examples": examples}


def page(text: str, release: str, role: str) -> str:
    """The page of ``asprofile show --html``; empty where nothing is loaded."""
    try:
        _, matrices = _matrices(_file(text, release, role), release, role)
    except AsprofileError:
        return ""
    return page_of(*matrices) if matrices else ""


CALLS = {call.__name__: call for call in (about, sample, look, fixed, formatted, explained, page)}


def called(name: str, arguments: str) -> str:
    """One call, its arguments and its result as JSON."""
    return json.dumps(CALLS[name](*json.loads(arguments)))


def _bytes(text: str) -> bytes:
    """What a browser gives may have half a character."""
    return text.encode("utf-8", "replace")


def _options(release: str, role: str) -> LintOptions:
    return LintOptions(release=release, role=next((one for one in ASSOCIATION_ROLES if one == role), None))


def _file(text: str, release: str, role: str) -> OpenFile:
    return OpenFile(Source(_bytes(text), "the file"), _options(release, role))


# --- Findings ---------------------------------------------------------------------------------------------------------


class _Places:
    """Offsets in bytes, as offsets in UTF-16 units: only those that are asked for, found in one pass."""

    def __init__(self, text: str, offsets: Iterable[int]) -> None:
        self._units: dict[int, int] = {}
        data, at, units = _bytes(text), 0, 0
        for offset in sorted(set(offsets)):
            piece = data[at:offset].decode("utf-8", "ignore")
            at, units = offset, units + len(piece.encode("utf-16-le")) // 2
            self._units[offset] = units

    def __getitem__(self, offset: int) -> int:
        return self._units[offset]


def _offsets(found: Finding) -> Iterable[int]:
    yield from found.span
    for edit in found.fix.edits if found.fix is not None else ():
        yield from edit.span


def _finding(found: Finding, source: Source, places: _Places) -> dict[str, Any]:
    position = source.position(found.span.start)
    made = found.fix
    return {
        "code": found.code,
        "name": found.rule.name,
        "severity": found.severity,
        "message": found.message,
        "line": position.line,
        "column": position.column,
        "start": places[found.span.start],
        "end": places[found.span.end],
        "fix": None
        if made is None
        else {
            "title": made.title,
            "safe": made.safe,
            "edits": [
                [places[edit.span.start], places[edit.span.end], edit.replacement.decode("utf-8", "replace")]
                for edit in made.edits
            ],
        },
    }


# --- Contexts ---------------------------------------------------------------------------------------------------------


def _loaded(file: OpenFile, release: str, role: str) -> dict[str, Any]:
    """The profiles, or why there are none."""
    try:
        loaded, matrices = _matrices(file, release, role)
    except LoadError as error:
        return {"refusal": f"DCMTK {release} refuses the file: {error.message}", "said": "", "profiles": []}
    except AsprofileError as error:  # it is no text at all
        return {"refusal": str(error), "said": "", "profiles": []}
    said = f"As {PROGRAMS[loaded.config.role]} of DCMTK {release} loads it."
    return {"refusal": "", "said": said, "profiles": [_shown(matrix) for matrix in matrices]}


def _matrices(file: OpenFile, release: str, role: str) -> tuple[LoadedFile, tuple[Matrix, ...]]:
    loaded = load_source(file.source, release, _options(release, role).role)
    whose, matrices = loaded.config.role, []
    for profile in loaded.config.profiles.values():
        size, refusal = request_size(profile, whose)
        contexts = f"{len(profile.contexts):,} presentation context{'s' * (len(profile.contexts) != 1)}"
        text = contexts if size is None else f"{contexts}, a request of {size:,} bytes"
        found = profile_matrix(profile, whose, (("Loads in", f"DCMTK {release}"),))
        matrices.append(replace(found, answer=Answer(text, advice=(refusal,) if refusal else ())))
    return loaded, tuple(matrices)


def _shown(matrix: Matrix) -> dict[str, Any]:
    answer = matrix.answer
    assert answer is not None, "_matrices gives one"
    return {
        "title": matrix.title,
        "text": answer.text,
        "refusal": " ".join(answer.advice),
        "legend": [[CLASSES[state], SYMBOLS[state], meaning] for state, meaning in matrix.legend],
        "columns": [[column.short, f"{column.name}, {column.uid}"] for column in matrix.columns],
        "rows": [
            [row.name, row.uid, _cells(matrix, {cell.column: cell for cell in row.cells})]
            for row in matrix.rows[:MOST_SHOWN]
        ],
        "left": max(0, len(matrix.rows) - MOST_SHOWN),
    }


def _cells(matrix: Matrix, cells: Mapping[str, Cell]) -> list[list[str]]:
    none = Cell("", "none")
    found = [cells.get(column.uid, none) for column in matrix.columns]
    return [[CLASSES[cell.state], cell.mark, cell.note] for cell in found]
