"""What is known about one file: it is read once, and what several rules need is computed once.

It is composed of what the modules of ``slips`` and ``contexts`` find, which do not depend on each other or on this.
What only one rule needs belongs in that rule; trial repairs of slips belong in ``subject``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Self

from asprofile.lint.contexts import Negotiations, Stance
from asprofile.lint.extent import LintExtent, extent
from asprofile.lint.outline import Outline
from asprofile.lint.slips.characters import CharacterSlip, character_slips
from asprofile.lint.slips.diagnosis import Diagnosis, diagnose
from asprofile.lint.slips.dropped import Dropped, dropped
from asprofile.lint.slips.home import at_home
from asprofile.lint.slips.lines import text_slips
from asprofile.lint.slips.loss import Loss, place_of
from asprofile.lint.slips.losses import losses
from asprofile.lint.slips.missing import Missing, missing_supersections
from asprofile.lint.slips.refusal import LoadRefusal, refusals
from asprofile.lint.slips.text_slip import TextSlip
from asprofile.lint.slips.uid_fields import UidField, UidPlace, uid_fields
from asprofile.lint.suppress import Covering, Suppressions, suppressions
from asprofile.model.config import Config, ContextList
from asprofile.model.document import Document, read
from asprofile.model.inference import Inference, infer
from asprofile.model.loader import Loading
from asprofile.model.loadings import loaded
from asprofile.model.problem import Problem
from asprofile.model.words import ASSOCIATION_ROLES, PRESENTATION_CONTEXTS, TRANSFER_SYNTAXES, AssociationRole
from asprofile.names.releases import RELEASES
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.syntax import Space
from asprofile.syntax.recognise import binary
from asprofile.syntax.tree import Item
from asprofile.text import Edit, Source, Span, decode

# Looking for what was meant takes milliseconds, and so many suggestions are not read.
MAX_SUGGESTIONS = 50


class Facts:
    """Of one text; ``role`` is the role that the user gave, None to infer it."""

    def __init__(self, source: Source, release: str, role: AssociationRole | None) -> None:
        self.source = source
        self.release = release
        self.given_role = role
        # How many bytes have been read to find out which fixes are safe; counted in ``safety``.
        self.tested = 0
        # By the span of a list's header, the edits that lower the numbers of its entries by one; made in ``lists``.
        self.lowered: dict[Span, list[tuple[Edit, ...]]] = {}

    def of(self, data: bytes) -> Self:
        """The same of another text, which is read as this one is."""
        return type(self)(Source(data, self.source.path), self.release, self.given_role)

    @property
    def data(self) -> bytes:
        return self.source.data

    def text(self, span: Span) -> str:
        """What is in the file at ``span``."""
        return decode(self.data[span.start : span.end])

    @cached_property
    def document(self) -> Document:
        return read(self.source.data)

    @cached_property
    def extent(self) -> LintExtent:
        """How much of it is looked at."""
        return extent(self.document.tree.count)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item of the file, in order."""
        return tuple(self.document.tree)

    @cached_property
    def suppressions(self) -> Suppressions:
        """The comments in the file that silence findings."""
        return suppressions(self.data, self.items)

    @cached_property
    def covering(self) -> Covering:
        """What these silence, for rules that check it before they offer a fix that removes something."""
        return Covering(self.suppressions)

    @cached_property
    def loading(self) -> Loading:
        """The file as the release loads it, in the role given or inferred; where that is open, as a requestor loads it.

        Next to an acceptor's list that is too long for any request, every list is loaded as acceptors load it.
        """
        if self.given_role is not None:
            return Loading(self.document, self.release, self.given_role)
        role = self.inferred.role
        if role is None:
            lists, roles = self._as_requestor.config.context_lists, self.inferred.lists
            if any(len(found.items) > MAX_CONTEXTS and roles[label] == "acceptor" for label, found in lists.items()):
                role = "acceptor"
        return Loading(self.document, self.release, "acceptor") if role == "acceptor" else self._as_requestor

    @cached_property
    def _as_requestor(self) -> Loading:
        return Loading(self.document, self.release, "requestor")

    @cached_property
    def inferred(self) -> Inference:
        """Who loads the file, as far as it shows, whatever role was given."""
        return infer(self.source.path, self.document, self._as_requestor.config)

    @property
    def config(self) -> Config:
        """What is valid in the file."""
        return self.loading.config

    @property
    def problems(self) -> list[Problem]:
        """Every reason for which DCMTK refuses the file, in its order."""
        return self.loading.problems

    @property
    def loads(self) -> bool:
        return not self.loading.problems

    @cached_property
    def outline(self) -> Outline:
        """The supersections, sections and entries, and what is outside of them."""
        return Outline(self.items)

    @cached_property
    def character_slips(self) -> tuple[CharacterSlip, ...]:
        """Byte-order marks and the like."""
        return tuple(character_slips(self.data))

    @cached_property
    def text_slips(self) -> tuple[TextSlip, ...]:
        """Lines that DCMTK takes for part of something else."""
        return tuple(text_slips(self.data, self.items))

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """The required supersections that are missing."""
        return tuple(missing_supersections(self.outline, self.data))

    @cached_property
    def binary(self) -> str | None:
        """What the file is, if it is not text."""
        return binary(self.data)

    @cached_property
    def losses(self) -> tuple[Loss, ...]:
        """What is in the file and is never read, each with its one cause."""
        return tuple(at_home(self.outline, losses(self.outline, self.data), self.data))

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """Names and keys with characters that DCMTK drops."""
        return tuple(dropped(self.outline, self.data))

    @cached_property
    def refusals(self) -> tuple[LoadRefusal, ...]:
        """Every problem of the loading, with its one cause."""
        return tuple(refusals(self.loading, self.outline, self.not_uids))

    @cached_property
    def read_places(self) -> frozenset[int]:
        """The places (see ``Loss.place``) of all items that DCMTK reads or takes as a section."""
        unread = {loss.place for loss in self.losses}
        items = (item for item in self.items if not isinstance(item, Space))
        return frozenset(place for item in items if (place := place_of(item)) not in unread)

    @property
    def roles(self) -> tuple[AssociationRole, ...]:
        """The roles in which the file may be loaded: the one that the user gave, else either."""
        return ASSOCIATION_ROLES if self.given_role is None else (self.given_role,)

    @cached_property
    def loaded(self) -> dict[tuple[str, AssociationRole], Config]:
        """What each release that loads the file loads from it, in each of ``roles``. Slow: at worst twenty loadings."""
        cases = [(release, role) for role in self.roles for release in RELEASES]
        configs = ((case, loaded(self.document, *case)) for case in cases)
        return {case: config for case, config in configs if config is not None}

    def suggestions(self, field: UidField) -> list[str]:
        """Names that may have been meant by one that no release knows, the best first."""
        found = self._suggestions.get((field.place, field.text))
        if found is None and len(self._suggestions) >= MAX_SUGGESTIONS:
            return []
        if found is None:
            # Needed only when a name is wrong.
            from asprofile.names.suggest import suggest_symbol

            found = suggest_symbol(decode(field.text), self.release, field.kind)
            self._suggestions[field.place, field.text] = found
        return found

    @cached_property
    def _suggestions(self) -> dict[tuple[str, bytes], list[str]]:
        return {}

    @cached_property
    def uid_fields(self) -> tuple[UidField, ...]:
        """Every UID or name in an entry that DCMTK reads, in the order in which it reads them."""
        return tuple(uid_fields(self.outline, self.release))

    def fields_of(self, place: UidPlace, section: str) -> Sequence[UidField]:
        """Those in the sections of one name."""
        return self._fields_by_section.get((place, section), ())

    @cached_property
    def _fields_by_section(self) -> dict[tuple[UidPlace, str], list[UidField]]:
        found: dict[tuple[UidPlace, str], list[UidField]] = {}
        for field in self.uid_fields:
            found.setdefault((field.place, field.section), []).append(field)
        return found

    @cached_property
    def not_uids(self) -> tuple[tuple[UidField, Diagnosis], ...]:
        """The fields that DCMTK refuses as UIDs, each with its one cause."""
        return tuple(
            (field, diagnose(field.text, self.release)) for field in self.uid_fields if field.uid is None and field.text
        )

    def role_of(self, contexts: ContextList) -> AssociationRole | None:
        """Whether a context list is proposed (requestor) or accepted (acceptor), given or inferred; None where that is
        open.
        """
        return self.given_role or self.inferred.lists.get(contexts.label)

    def stance(self, contexts: ContextList, side: AssociationRole) -> Stance:
        """Whether a context list is that side's."""
        role = self.role_of(contexts)
        return "perhaps" if role is None else "yes" if role == side else "no"

    def side(self, field: UidField) -> AssociationRole | None:
        """The side that proposes or accepts what is there; None where that is open, or both do."""
        if field.place == "transfer syntax":
            return self.negotiations.side(field.section)
        if field.place == "abstract syntax":
            return self.given_role or self.inferred.lists.get(field.section)
        return self.given_role or self.inferred.role

    @cached_property
    def numbers(self) -> tuple[UidField, ...]:
        """The UID fields that are written as a number, not by a name."""
        return tuple(field for field in self.uid_fields if field.uid is not None and field.text[:1] in b"0123456789.")

    @cached_property
    def negotiations(self) -> Negotiations:
        """The context lists by direction, and what comes of their SOP classes and transfer syntaxes."""
        roles = {found.label: self.role_of(found) for found in self.config.context_lists.values()}
        return Negotiations(self.config, roles, self.given_role or self.inferred.role, self._incomplete)

    @cached_property
    def _incomplete(self) -> set[tuple[str, str]]:
        """(supersection, section) of the lists with an entry that is not read as what it should be; others say so."""
        found = {(loss.supersection, loss.section.name) for loss in self.losses if loss.section is not None}
        places = {"transfer syntax": TRANSFER_SYNTAXES, "abstract syntax": PRESENTATION_CONTEXTS}
        for field in self.uid_fields:
            if field.uid is None and field.place in places:
                found.add((places[field.place], field.section))
        return found
