"""The values that every format is converted from and to: profiles, and what a conversion loses.

UIDs, not names; no positions and no labels of other lists than those of transfer syntaxes. A profile here has what
``negotiate.compare`` looks at, so that it can be compared with one of a file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Literal

from asprofile.logs.association import LoggedAssociation
from asprofile.model.words import AssociationRole, Role
from asprofile.names.releases import LATEST

# As dcm4chee-arc's own configuration has it.
DEVICE = "dcm4chee-arc"
BASE_DN = "dc=dcm4che,dc=org"

ConversionLossKind = Literal[
    "profile-name",
    "sop-class",  # one that the other format has no place for
    "transfer-syntax",
    "several-contexts",  # of one SOP class
    "one-list",  # of transfer syntaxes, for all SOP classes
    "order",  # of the transfer syntaxes of a context
    "repeated",  # a transfer syntax twice in a context
    "role",
    "extended-negotiation",
    "wildcard",
    "other",  # what has nothing to do with contexts
]


@dataclass(frozen=True, slots=True)
class ConversionLoss:
    """Something that is in the one format and not in the other; ``message`` is a sentence for people."""

    kind: ConversionLossKind
    message: str


@dataclass(frozen=True, slots=True)
class ExchangeContext:
    """A presentation context. ``label`` is that of its list of transfer syntaxes, empty where there is none."""

    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    label: str = ""
    role: Role = "default"


@dataclass(frozen=True, slots=True)
class Extended:
    """SOP class extended negotiation: the service class application information (PS3.7 D.3.3.5)."""

    sop_class: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ExchangeProfile:
    """A profile. All contexts of a SOP class have one role; of ``extended``, each SOP class is there once."""

    name: str
    contexts: tuple[ExchangeContext, ...]
    extended: tuple[Extended, ...] = ()

    @property
    def roles(self) -> dict[str, Role]:
        """The roles that are not the default, by SOP class, in the order of the contexts."""
        return {one.abstract_syntax: one.role for one in self.contexts if one.role != "default"}

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """All transfer syntaxes of each SOP class, in the order of the contexts, each once."""
        found: dict[str, dict[str, None]] = {}
        for one in self.contexts:
            found.setdefault(one.abstract_syntax, {}).update(dict.fromkeys(one.transfer_syntaxes))
        return {uid: tuple(syntaxes) for uid, syntaxes in found.items()}

    def with_roles(self, roles: Mapping[str, Role]) -> ExchangeProfile:
        """The same with the role of each SOP class; the default for one that is not there."""
        contexts = tuple(replace(one, role=roles.get(one.abstract_syntax, "default")) for one in self.contexts)
        return replace(self, contexts=contexts)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The profiles of a file, and whether they are a requestor's or an acceptor's."""

    role: AssociationRole
    profiles: tuple[ExchangeProfile, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file of some format says, and what of it a profile cannot say. ``notes``: sentences on what the profile
    says and the file does not. ``any_class``: an acceptor takes SOP classes that it does not know, too."""

    exchange: Exchange
    losses: tuple[ConversionLoss, ...] = ()
    notes: tuple[str, ...] = ()
    any_class: bool = False


@dataclass(frozen=True, slots=True)
class ConversionSource:
    """What is to be read. ``name``: for a profile whose format has no name for it; ``role`` and ``release`` as the
    user wants them: whose contexts, where the file has both, and which DCMTK is meant where its tables count.
    ``stream``: the bytes, from the first on, for a format that is no text or may be long. ``captured`` reads the
    associations of a capture, which takes more of the network than conversions know."""

    text: str
    name: str
    role: AssociationRole | None = None
    release: str = LATEST
    stream: BinaryIO = field(default_factory=io.BytesIO)
    captured: Callable[[BinaryIO], Iterator[LoggedAssociation]] | None = None


@dataclass(frozen=True, slots=True)
class ConversionTarget:
    """Where it goes. ``source``: what it is made from, for a comment; ``release``: the oldest DCMTK that shall load a
    profile file (None: as old as possible); ``ae_title``, ``device`` and ``base_dn``: the application entity that a
    configuration speaks of."""

    source: str = "another file"
    release: str | None = None
    file: str = "FILE"
    ae_title: str | None = None
    device: str = DEVICE
    base_dn: str = BASE_DN


@dataclass(frozen=True, slots=True)
class Written:
    """A file of some format, and what it cannot say. ``notes``: sentences on what else is in it; ``wrong``: whether the
    linter finds an error in it."""

    text: str
    losses: tuple[ConversionLoss, ...] = ()
    notes: tuple[str, ...] = ()
    wrong: bool = False
