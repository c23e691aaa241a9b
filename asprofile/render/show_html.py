"""Profiles as a page: a matrix of SOP classes and transfer syntaxes for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.api.showing import Shown, request_size
from asprofile.errors import AsprofileError
from asprofile.render.show_text import judged, not_read, tools_of
from asprofile.report.html import page
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
    matrices = [profile_matrix(profile, role, (*of_file, *_facts(profile, role))) for profile in profiles]
    title = f"Profiles of {Path(loaded.source.path).name}" if len(matrices) > 1 else None
    yield page(*matrices, title=title).removesuffix("\n")


def _facts_of_file(loaded: LoadedFile) -> Iterator[tuple[str, str]]:
    config = loaded.config
    yield "File", loaded.source.path
    yield "Loads in", f"DCMTK {config.release}"
    yield "For", tools_of(config.role)
    yield from (("Role", line) for line in judged(loaded))
    yield from (("Not read", line) for line in not_read(loaded))


def _facts(profile: Profile, role: AssociationRole) -> Iterator[tuple[str, str]]:
    yield "Presentation contexts", f"{len(profile.contexts):,}"
    yield "SOP classes", f"{len({context.abstract_syntax for context in profile.contexts}):,}"
    size, refusal = request_size(profile, role)
    if size is not None:
        yield "A-ASSOCIATE-RQ", f"{size:,} bytes"
    if refusal is not None:
        yield "Refused", refusal
