"""The options of a receiver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from asprofile.net.tls_options import TlsOptions
    from asprofile.receive.identities import IdentityChecker

OnDuplicate = Literal["keep", "replace", "refuse"]
"""What to do with an object that has a file already, with other bytes: keep it next to that, replace that, or
refused with status 0111H.
"""
ON_DUPLICATE: Final[tuple[OnDuplicate, ...]] = get_args(OnDuplicate)

RECEIVED_PDU: Final = 131072
"""The longest PDU that we let a requestor send, in bytes: the most that DCMTK's programs can be set to, and a fifth
faster than the 16 KiB that they ask for.
"""
MAX_ASSOCIATIONS: Final = 64
MAX_CONTEXTS: Final = 256
"""As many as there are ids, those that no requestor may use counted."""
MAX_ITEMS: Final = 20_000
"""128 contexts with each transfer syntax that there is."""
MAX_OBJECT_TIME: Final = 6 * 3600.0
MAX_ASSOCIATION_TIME: Final = 7 * 24 * 3600.0
MIN_FREE: Final = 1 << 26
MAX_OBJECT_SIZE: Final = 1 << 36
"""64 GiB: slides of pathology are large."""


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """``durable``: what is answered with success survives a loss of power. ``min_free``: bytes that stay free on the
    disk; an object that would take of them is refused with status A700H. So is one whose data set has more than
    ``max_object_size`` bytes (0: there is no limit). ``layout``: the path of an object, as ``layout_text`` has it;
    None: all in one directory, each named after its SOP instance UID. ``studies``: look which study each is of.
    """

    on_duplicate: OnDuplicate = "keep"
    durable: bool = False
    min_free: int = MIN_FREE
    layout: str | None = None
    max_object_size: int = MAX_OBJECT_SIZE
    studies: bool = False


@dataclass(frozen=True, slots=True)
class AllowedCaller:
    """Who may associate: a calling AE title, and the addresses it may call from; None: any."""

    ae_title: str
    network: IPv4Network | IPv6Network | None = None


@dataclass(frozen=True, slots=True)
class ReceiveOptions:
    """``host`` "" listens on all addresses, ``port`` 0 takes a free one; ``more`` are further ones, and in the
    place of all of them ``descriptors`` of sockets that listen. ``ae_title`` None answers to every called AE title;
    ``only_from`` says who may call, if not everybody. ``max_associations`` are taken at a time, and
    ``max_per_host`` from one address (0: as many as there may be in all). Time limits are in seconds:
    ``acse_timeout`` for the association request (and before it for the TLS handshake), ``idle_timeout`` between two
    messages and within one, ``max_object_time`` for an object however fast it comes, ``max_association_time`` for
    an association whatever goes on in it. ``max_contexts`` is for the presentation contexts of a request,
    ``max_items`` for these, their transfer syntaxes, roles and extended negotiation together. ``window`` is how
    many objects a requestor that asks for it may send before the first is answered (PS3.7 D.3.3.3; 1: no more than
    one, 0: as many as it likes); they wait in the network until it is their turn, and the answers come in the order
    of the requests. With ``tls`` every connection has to be TLS, with ``identities`` every requestor has to name a
    user that it lets in. ``always_verification``: Verification is accepted (C-ECHO is answered) with a profile that
    has no such context, too, which DCMTK's acceptors do not. ``processes`` share the
    associations; all limits are for all of them together. ``tell_objects`` False: of objects that are stored no
    event is told, which takes a tenth of the time of a small one, and more with several processes.
    """

    host: str = "127.0.0.1"
    port: int = 0
    more: tuple[tuple[str, int], ...] = ()
    descriptors: tuple[int, ...] = ()
    ae_title: str | None = None
    max_pdu: int = RECEIVED_PDU
    window: int = 128
    only_from: tuple[AllowedCaller, ...] = ()
    max_associations: int = MAX_ASSOCIATIONS
    max_per_host: int = 0
    acse_timeout: float | None = 30.0
    idle_timeout: float | None = 300.0
    max_object_time: float | None = MAX_OBJECT_TIME
    max_association_time: float | None = MAX_ASSOCIATION_TIME
    max_contexts: int = MAX_CONTEXTS
    max_items: int = MAX_ITEMS
    tls: TlsOptions | None = None
    identities: IdentityChecker | None = None
    store: StoreOptions = StoreOptions()
    always_verification: bool = True
    processes: int = 1
    tell_objects: bool = True
