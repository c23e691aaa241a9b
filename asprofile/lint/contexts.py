"""What the context lists of a file propose and accept, computed once for the rules of groups 4 and 5.

Which lists are a requestor's, what a list offers for one abstract syntax in all its contexts, and whether a SOP class
and the transfer syntaxes of a context fit. Reporting it belongs in the rules (``unfit`` has what they share); judging a
pair belongs in ``names.fit``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from asprofile.model.config import Config, ContextItem, ContextList, TransferSyntaxList
from asprofile.model.inference import is_catch_all
from asprofile.model.words import PRESENTATION_CONTEXTS, TRANSFER_SYNTAXES
from asprofile.names import transfer_syntaxes
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.model.words import AssociationRole
    from asprofile.names.fit import Verdict
    from asprofile.names.transfer_syntaxes import TransferSyntax


# Whether something belongs to one side: yes, open, or to the other side.
Stance = Literal["yes", "perhaps", "no"]


class Offer(Value):
    """An abstract syntax and what one context list has for it: its contexts, its transfer syntaxes each once.

    ``complete``: every entry of the transfer syntax lists is read, so that an absent one is really missing.
    """

    abstract_syntax: str
    items: tuple[ContextItem, ...]
    uids: tuple[str, ...]
    complete: bool

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.label for item in self.items))


class JudgedContext(Value):
    """A context, ``uids`` its transfer syntaxes each once (without JPIP if there are others), ``role`` the side of its
    list, None where that is open.

    ``verdicts``: on those of which the tables say what they are for that Storage SOP class; none for another class.
    """

    item: ContextItem
    contexts: ContextList
    uids: tuple[str, ...]
    role: AssociationRole | None
    verdicts: tuple[Verdict, ...] = ()


class Negotiations:
    """The context lists of a file by direction, and the transfer syntaxes in them. ``proposed`` are those of requestors
    and those that may be, ``accepted`` those of acceptors.
    """

    def __init__(
        self,
        config: Config,
        roles: Mapping[str, AssociationRole | None],
        file_role: AssociationRole | None,
        incomplete: Collection[tuple[str, str]],
    ) -> None:
        """``roles``: of each context list by its label; ``file_role`` of the file. ``incomplete``: supersection and
        label of the lists with an entry that is not read as what it should be.
        """
        lists = tuple(config.context_lists.values())
        self._syntax_lists = config.transfer_syntax_lists
        self._roles = roles
        self._file_role = file_role
        self._incomplete = incomplete
        self._catch_all: dict[str, bool] = {}
        self.proposed = tuple(found for found in lists if roles[found.label] != "acceptor")
        self.accepted = tuple(found for found in lists if roles[found.label] == "acceptor")
        # By the label of a transfer syntax list, the sides of the context lists that use it.
        self._users: dict[str, set[AssociationRole | None]] = {}
        for found in lists:
            for label in {item.label for item in found.items}:
                self._users.setdefault(label, set()).add(roles[found.label])
        self._uids = {label: tuple(dict.fromkeys(found.uids)) for label, found in self._syntax_lists.items()}
        self._offers: dict[str, tuple[Offer, ...]] = {}

    def uids_of(self, label: str) -> tuple[str, ...]:
        """The transfer syntaxes of a list, each once."""
        return self._uids.get(label, ())

    def syntaxes_of(self, label: str) -> list[TransferSyntax]:
        """Those of them that the tables know."""
        return [known for uid in self.uids_of(label) if (known := transfer_syntaxes.get(uid))]

    def stance(self, label: str, side: AssociationRole) -> Stance:
        """Whether a context list of that side uses the transfer syntax list. An unused list belongs to the side of the
        file.
        """
        users = self._users_of(label)
        return "yes" if side in users else "perhaps" if None in users else "no"

    def side(self, label: str) -> AssociationRole | None:
        """The one side that the transfer syntax list is of; None where that is open, or it is of both."""
        users = self._users_of(label)
        return next(iter(users)) if len(users) == 1 else None

    def _users_of(self, label: str) -> set[AssociationRole | None]:
        return self._users.get(label) or {self._file_role}

    def is_used(self, label: str) -> bool:
        """Whether a context list uses the transfer syntax list."""
        return label in self._users

    def is_catch_all(self, label: str) -> bool:
        """Whether a transfer syntax list has so many families that only an acceptor would use it."""
        found = self._catch_all.get(label)
        if found is None:
            found = self._catch_all[label] = is_catch_all(self._syntax_lists.get(label))
        return found

    def is_complete(self, found: ContextList | TransferSyntaxList) -> bool:
        """Whether every entry of the list is read, so that an absent one is really missing."""
        supersection = PRESENTATION_CONTEXTS if isinstance(found, ContextList) else TRANSFER_SYNTAXES
        return (supersection, found.label) not in self._incomplete

    def offers(self, contexts: ContextList) -> tuple[Offer, ...]:
        """What the list has for each abstract syntax, in the order of their first contexts."""
        found = self._offers.get(contexts.label)
        if found is None:
            items: dict[str, list[ContextItem]] = {}
            for item in contexts.items:
                items.setdefault(item.abstract_syntax, []).append(item)
            found = self._offers[contexts.label] = tuple(self._offer(uid, same) for uid, same in items.items())
        return found

    def _offer(self, abstract_syntax: str, items: list[ContextItem]) -> Offer:
        labels = dict.fromkeys(item.label for item in items)
        complete = not any((TRANSFER_SYNTAXES, label) in self._incomplete for label in labels)
        offered = dict.fromkeys(uid for label in labels for uid in self.uids_of(label))
        return Offer(abstract_syntax, tuple(items), tuple(offered), complete)

    @cached_property
    def encapsulating(self) -> tuple[JudgedContext, ...]:
        """The contexts with other than native transfer syntaxes, each SOP class and list once in the file: a
        requestor's before one that may be, and that before an acceptor's.

        Catch-all lists are left out: not all of their transfer syntaxes fit each class, and need not.
        """
        return tuple(self._encapsulating())

    @cached_property
    def judged(self) -> tuple[JudgedContext, ...]:
        """Those of ``encapsulating`` that are for a standard Storage SOP class, with the verdicts."""
        # Imported here because a file of uncompressed lists needs none of the tables.
        from asprofile.names.fit import judge

        judged = []
        for context in self.encapsulating:
            sop_class = context.item.abstract_syntax
            verdicts = tuple(found for uid in context.uids if (found := judge(sop_class, uid)).both_known)
            if verdicts:
                judged.append(JudgedContext(context.item, context.contexts, context.uids, context.role, verdicts))
        return tuple(judged)

    def _encapsulating(self) -> Iterator[JudgedContext]:
        wanted = {label: self._carrying(label) for label in self._users if self._is_encapsulating(label)}
        seen: set[tuple[str, str]] = set()
        lists = (*self.proposed, *self.accepted)
        for contexts in sorted(lists, key=self._rank) if wanted else ():
            role = self._roles[contexts.label]
            # An acceptor with a class twice is refused, which is what to report.
            twice = self._twice(contexts) if role == "acceptor" else frozenset()
            for item in contexts.items:
                if item.abstract_syntax in twice:
                    continue
                place = (item.abstract_syntax, item.label)
                if item.label in wanted and place not in seen:
                    seen.add(place)
                    yield JudgedContext(item, contexts, wanted[item.label], role)

    def _carrying(self, label: str) -> tuple[str, ...]:
        """The transfer syntaxes of a list without JPIP, in which no object has its pixels, if there are others."""
        jpip = {syntax.uid for syntax in self.syntaxes_of(label) if syntax.family == "jpip"}
        return tuple(uid for uid in self.uids_of(label) if uid not in jpip) or self.uids_of(label)

    def _twice(self, contexts: ContextList) -> frozenset[str]:
        return frozenset(offer.abstract_syntax for offer in self.offers(contexts) if len(offer.items) > 1)

    def _rank(self, contexts: ContextList) -> int:
        return ("requestor", None, "acceptor").index(self._roles[contexts.label])

    def _is_encapsulating(self, label: str) -> bool:
        if self.is_catch_all(label):
            return False
        return not all(syntax.is_native for syntax in self.syntaxes_of(label))
