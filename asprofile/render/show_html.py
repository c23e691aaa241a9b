"""Profiles as a page: a matrix of SOP classes and transfer syntaxes for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.api.showing import Shown
from asprofile.errors import AsprofileError
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.negotiate.proposal_size import request_size
from asprofile.program import quoted
from asprofile.render.show_text import judged, not_read, tools_of
from asprofile.report.html import page
from asprofile.report.html_table import SYMBOLS
from asprofile.report.matrix import Answer, Matrix
from asprofile.report.paths import shareable
from asprofile.report.profile import profile_matrix

if TYPE_CHECKING:
    from asprofile.api.profiles import LoadedFile
    from asprofile.model.config import Profile
    from asprofile.model.words import AssociationRole
    from asprofile.render.look import ReportLook


def render(found: Shown, _: ReportLook) -> Iterator[str]:
    loaded, profiles = found.loaded, found.profiles
    if not profiles:
        raise AsprofileError(f"{loaded.source.path}: no profile in it, so there is nothing to show on a page")
    role = loaded.config.role
    # What is said of the file is found out once, for however many profiles.
    of_file = tuple(_facts_of_file(loaded))
    matrices = [matrix(profile, role, of_file, shareable(loaded.source.path)) for profile in profiles]
    title = f"Profiles of {Path(loaded.source.path).name}" if len(matrices) > 1 else None
    yield page(*matrices, title=title).removesuffix("\n")


def matrix(profile: Profile, role: AssociationRole, of_file: tuple[tuple[str, str], ...], path: str) -> Matrix:
    """A profile of the file ``path`` to look at; ``of_file`` is what is said of the file."""
    size, refusal = request_size(profile, role)
    facts = [("A-ASSOCIATE-RQ", f"{size:,} bytes")] if size is not None else []
    found = profile_matrix(profile, role, (*of_file, *facts))
    contexts, classes = len(profile.contexts), len(found.rows)
    advice = tuple(_what_to_do(found, f"{path}:{profile.name}", refusal, role))
    if role == "requestor":
        most = MAX_CONTEXTS
        text = f"{contexts:,} of {most} presentation contexts used, for {_sop_classes(classes)}"
        return replace(found, answer=Answer(text, min(contexts, most), most, advice))
    return replace(found, answer=Answer(f"Accepts {_sop_classes(classes)}", advice=advice))


def _what_to_do(found: Matrix, reference: str, refusal: str | None, role: AssociationRole) -> Iterator[str]:
    if refusal is not None:
        yield f"It cannot be used as it is: {refusal}."
    vain = sum(cell.state == "no" for row in found.rows for cell in row.cells)
    if vain:
        pairs = f"{vain:,} pair{'s' * (vain != 1)}"
        yield f"{pairs} ({SYMBOLS['no']}) no object can use: `asprofile lint {quoted(reference.rpartition(':')[0])}`"
    if refusal is not None or reference.startswith("<"):
        # It cannot be used, or is not in a file.
        return
    if role == "requestor":
        yield f"Send with it: `asprofile send --profile {quoted(reference)} PEER FOLDER`"
    else:
        yield f"Receive with it: `asprofile receive --profile {quoted(reference)} PORT --into FOLDER`"


def _sop_classes(count: int) -> str:
    return f"{count:,} SOP class{'es' * (count != 1)}"


def _facts_of_file(loaded: LoadedFile) -> Iterator[tuple[str, str]]:
    config = loaded.config
    yield "File", shareable(loaded.source.path)
    yield "Loads in", f"DCMTK {config.release}"
    yield "For", tools_of(config.role)
    yield from (("Role", line) for line in judged(loaded))
    yield from (("Not read", line) for line in not_read(loaded))
