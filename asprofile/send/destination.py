"""A peer and how to connect to it: address, AE titles and connection."""

from __future__ import annotations

from typing import Any

from asprofile.model.reference import ProfileReference
from asprofile.negotiate.request import UserIdentity
from asprofile.net.transport import Link
from asprofile.send.peer import Peer
from asprofile.value import Value


class Destination(Value):
    """A peer and how to connect to it. ``profile`` is that of a named peer's settings, else None; ``name`` is its name
    there.
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
