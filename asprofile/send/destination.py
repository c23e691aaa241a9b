"""A peer and how to talk to it: where it is, who calls it and as what, over which connection."""

from __future__ import annotations

from typing import Any

from asprofile.model.reference import ProfileReference
from asprofile.negotiate.request import UserIdentity
from asprofile.net.transport import Link
from asprofile.send.peer import Peer
from asprofile.value import Value


class Destination(Value):
    """A peer and how to talk to it. ``profile`` is what the settings of a named peer say, else None; ``name`` is its
    name there.
    """

    peer: Peer
    called_ae: str
    calling_ae: str
    max_pdu: int
    link: Link
    identity: UserIdentity | None = None
    profile: ProfileReference | None = None
    name: str | None = None

    @property
    def titles(self) -> dict[str, Any]:
        """The named arguments of ``negotiate.request.propose`` that are the peer's."""
        return {
            "called_ae": self.called_ae,
            "calling_ae": self.calling_ae,
            "max_pdu": self.max_pdu,
            "user_identity": self.identity,
        }
