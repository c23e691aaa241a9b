"""The words of a profile file, and what DCMTK makes of them: supersections, keys, roles, labels, limits.

Belongs here: the words in files, how they are spelled and compared, and the limits of each release. Does not belong
here: reading (``loader``), the lists themselves (``config``), UIDs (``names``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from asprofile.names import releases
from asprofile.names.well_known import MAX_CONTEXTS as MAX_CONTEXTS
from asprofile.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable

AssociationRole = Literal["requestor", "acceptor"]
Role = Literal["default", "scu", "scp", "both"]

ASSOCIATION_ROLES: tuple[AssociationRole, ...] = get_args(AssociationRole)

# The supersections, as DCMTK compares them.
TRANSFER_SYNTAXES = "TRANSFERSYNTAXES"
PRESENTATION_CONTEXTS = "PRESENTATIONCONTEXTS"
ROLE_SELECTION = "SCPSCUROLESELECTION"
EXTENDED_NEGOTIATION = "EXTENDEDNEGOTIATION"
PROFILES = "PROFILES"

# Supersection -> the numbered key that DCMTK asks for in its sections.
NUMBERED_KEYS = {
    TRANSFER_SYNTAXES: "TRANSFERSYNTAX",
    PRESENTATION_CONTEXTS: "PRESENTATIONCONTEXT",
    ROLE_SELECTION: "ROLE",
    EXTENDED_NEGOTIATION: "EXTENDEDNEGOTIATION",
}
NUMBERED_IN = {prefix: name for name, prefix in NUMBERED_KEYS.items()}
PREFIXES = frozenset(NUMBERED_IN)
PROFILE_KEYS = (PRESENTATION_CONTEXTS, ROLE_SELECTION, EXTENDED_NEGOTIATION)

ROLES: dict[bytes, Role] = {b"SCU": "scu", b"SCP": "scp", b"BOTH": "both"}

# As asconfig.txt spells them; DCMTK itself ignores the case.
SPELLED = {
    TRANSFER_SYNTAXES: "TransferSyntaxes",
    PRESENTATION_CONTEXTS: "PresentationContexts",
    ROLE_SELECTION: "SCPSCURoleSelection",
    EXTENDED_NEGOTIATION: "ExtendedNegotiation",
    PROFILES: "Profiles",
}
SPELLED_KEYS = {
    "TRANSFERSYNTAX": "TransferSyntax",
    "PRESENTATIONCONTEXT": "PresentationContext",
    "ROLE": "Role",
    "EXTENDEDNEGOTIATION": "ExtendedNegotiation",
}
# What a section of each supersection is called.
LIST_OF = {
    TRANSFER_SYNTAXES: "transfer syntax list",
    PRESENTATION_CONTEXTS: "context list",
    ROLE_SELECTION: "role list",
    EXTENDED_NEGOTIATION: "extended negotiation list",
    PROFILES: "profile",
}

# C's isspace.
WHITE_SPACE = b" \t\n\v\f\r"

_AS_IN_C: dict[int, int | None] = {
    **dict.fromkeys(WHITE_SPACE),
    **{ord(letter): ord(letter) - 32 for letter in "abcdefghijklmnopqrstuvwxyz"},
}


def label_of(text: bytes) -> str:
    """A label in a reference: white space is removed and letters are upper-cased; unlike in a header, nothing else is
    dropped.
    """
    return decode(text.translate(None, WHITE_SPACE).upper())


def looked_up(name: str) -> str:
    """What DCMTK makes of a profile's name on its command line: white space removed, upper case, both for ASCII
    only.
    """
    return name.translate(_AS_IN_C)


# --- limits

UNLIMITED = "3.6.8"
"""The first release whose acceptors take more than ``MAX_CONTEXTS`` contexts in a list, and whose requestors more than
``MAX_TRANSFER_SYNTAXES`` transfer syntaxes in a context."""

MAX_TRANSFER_SYNTAXES = 128
"""In a context, for a requestor up to release 3.6.7."""

MAX_HEX_DIGITS = 2047
"""The length of extended negotiation data after the backslash. DCMTK counts the backslash too, and takes 2,048."""

# An acceptor cannot handle a context with more transfer syntaxes (DICOM_MAXTRANSFERSYNTAXES): it does not answer the
# whole request. This is about the peer's release, which may differ from that of the file.
_ANSWERED_SYNTAXES = 128
_ANSWERED_SYNTAXES_UNTIL_368 = 50


def has_limits(release: str) -> bool:
    """Whether the release has limits that later ones do not have: see ``UNLIMITED``."""
    return not releases.at_least(release, UNLIMITED)


def is_limited(role: AssociationRole | None, release: str) -> bool:
    """Whether a list may have at most ``MAX_CONTEXTS`` contexts: always for a requestor, and for an acceptor of an old
    release.

    Without a role: whether that holds for one of the two.
    """
    return role != "acceptor" or has_limits(release)


def answered_syntaxes(release: str) -> int:
    """How many transfer syntaxes a proposed context may have for an acceptor of that DCMTK release to answer."""
    return _ANSWERED_SYNTAXES if releases.at_least(release, "3.6.9") else _ANSWERED_SYNTAXES_UNTIL_368


# What depends on release and role besides the names: whether an acceptor limits the contexts of a list, whether names
# may be empty, and whether a profile can be used. Each with its answer.
Limit = Literal["contexts", "empty names", "use"]
RELEASE_LIMITS: dict[Limit, Callable[[str, AssociationRole], object]] = {
    "contexts": lambda release, role: is_limited(role, release),
    "empty names": lambda release, _: not releases.at_least(release, "3.6.2"),
    "use": lambda release, role: role if role == "acceptor" else not has_limits(release),
}
