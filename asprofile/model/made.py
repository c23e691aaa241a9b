"""Profiles as they are used: the contexts with their transfer syntaxes and roles, and why DCMTK would not use one.

For ``loader``, once all lists are known. What keeps DCMTK from loading the file is found there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from asprofile.model.config import PresentationContext, Profile
from asprofile.model.problem import Problem
from asprofile.model.words import MAX_TRANSFER_SYNTAXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asprofile.model.config import ContextItem, ContextList, ExtendedList, RoleList, TransferSyntaxList
    from asprofile.model.document import Section
    from asprofile.model.words import AssociationRole


class MadeProfiles:
    """``is_usable`` says whether the release uses profiles whatever they hold; it is asked only where that matters."""

    def __init__(
        self, role: AssociationRole, lists: Mapping[str, TransferSyntaxList], is_usable: Callable[[], object]
    ) -> None:
        self._role = role
        self._is_usable = is_usable
        # A context that names a missing list is a problem, and has no transfer syntaxes in the model.
        self._uids: Mapping[str, tuple[str, ...]] = defaultdict(
            tuple, {label: found.uids for label, found in lists.items()}
        )
        self._long = {label for label, found in lists.items() if len(found.items) > MAX_TRANSFER_SYNTAXES}
        self._resolved: dict[tuple[str, str | None], tuple[PresentationContext, ...]] = {}
        self._unusable: dict[str, tuple[ContextItem | None, ContextItem | None]] = {}

    def profile(
        self, section: Section, contexts: ContextList, roles: RoleList | None, extended: ExtendedList | None
    ) -> Profile:
        """The profile of a section, with the lists that it names."""
        # A file may have very many profiles with the same lists.
        lists = contexts.label, roles.label if roles else None
        resolved = self._resolved.get(lists)
        if resolved is None:
            resolved = self._resolved[lists] = self._presentation_contexts(contexts, roles)
        refusal = self._refusal(section, contexts)
        data = extended.items if extended else ()
        return Profile(section.name, resolved, data, contexts, roles, extended, section.header.span, refusal)

    def _presentation_contexts(self, contexts: ContextList, roles: RoleList | None) -> tuple[PresentationContext, ...]:
        role_of = {item.sop_class: item.role for item in roles.items} if roles else {}
        return tuple(
            PresentationContext(
                2 * index + 1,
                item.abstract_syntax,
                self._uids[item.label],
                role_of.get(item.abstract_syntax, "default"),
                item.span,
            )
            for index, item in enumerate(contexts.items)
        )

    def _refusal(self, section: Section, contexts: ContextList) -> Problem | None:
        """Why DCMTK loads the file but will not use this profile."""
        if contexts.label not in self._unusable:
            long = (item for item in contexts.items if item.label in self._long)
            self._unusable[contexts.label] = next(long, None), _first_repeated(contexts)
        too_long, repeated = self._unusable[contexts.label]
        if too_long is None and repeated is None:
            return None
        usable = self._is_usable()
        if self._role == "requestor":
            return None if usable or too_long is None else self._too_many_syntaxes(too_long)
        return None if repeated is None else _refused_by_acceptor(section, repeated)

    def _too_many_syntaxes(self, item: ContextItem) -> Problem:
        count = len(self._uids[item.label])
        message = (
            f"transfer syntax list {item.label} has {count} entries; DCMTK up to 3.6.7 takes {MAX_TRANSFER_SYNTAXES}"
        )
        return Problem(1067, message, item.label_span, item.label)


def _first_repeated(contexts: ContextList) -> ContextItem | None:
    """The first context whose abstract syntax an earlier one has too."""
    seen: set[str] = set()
    for item in contexts.items:
        if item.abstract_syntax in seen:
            return item
        seen.add(item.abstract_syntax)
    return None


def _refused_by_acceptor(section: Section, item: ContextItem) -> Problem:
    message = (
        f"profile {section.name} has {item.abstract_syntax} twice; an acceptor may have an abstract syntax only once"
    )
    return Problem(0, message, item.abstract_syntax_span, item.abstract_syntax)
