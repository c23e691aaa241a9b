"""What the associations of a migration negotiate besides storage: they are pynetdicom's, with its identity.

Belongs here: facts for the conformance statement, from the modules that associate. Does not belong here: associations
(``associating``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pynetdicom import (
    AE,
    DEFAULT_TRANSFER_SYNTAXES,
    PYNETDICOM_IMPLEMENTATION_UID,
    PYNETDICOM_IMPLEMENTATION_VERSION,
)

from asprofile.migrate.asking import STUDY_ROOT_FIND
from asprofile.migrate.committing import PUSH_MODEL
from asprofile.migrate.retrieval_contexts import candidates
from asprofile.migrate.retrieving import GET, MOVE

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED_AS_SCU: Final = (STUDY_ROOT_FIND, GET, MOVE, PUSH_MODEL)
"""Each asked in an association of its own."""
REPORTS: Final = PUSH_MODEL
"""What reports of commitment are taken of."""


def usual_syntaxes() -> tuple[str, ...]:
    """Proposed and accepted for all that is no storage."""
    return tuple(map(str, DEFAULT_TRANSFER_SYNTAXES))


def retrieved_syntaxes() -> tuple[str, ...]:
    """Those in which objects are retrieved, the first that are tried first."""
    return tuple(candidates())


def identity() -> Iterator[str]:
    """Implementation class UID and version name (PS3.7 D.3.3.2)."""
    yield str(PYNETDICOM_IMPLEMENTATION_UID)
    yield PYNETDICOM_IMPLEMENTATION_VERSION


def longest_pdu() -> int:
    """The longest P-DATA-TF that a peer may send, in bytes."""
    return AE().maximum_pdu_size


def most_associations() -> int:
    """How many associations a listener of it takes at a time."""
    return AE().maximum_associations
