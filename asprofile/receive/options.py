"""What a receiver is told to do, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.negotiate.request import DEFAULT_MAX_PDU

if TYPE_CHECKING:
    from asprofile.net.tls_options import TlsOptions


@dataclass(frozen=True, slots=True)
class Received:
    """An object that was stored; ``size`` is the data set's, in bytes."""

    path: Path
    sop_class: str
    sop_instance: str
    transfer_syntax: str
    calling_ae: str
    called_ae: str
    size: int


@dataclass(frozen=True, slots=True)
class ReceiveProblem:
    """An association that did not end in order, or an object that was not stored."""

    peer: str
    message: str


@dataclass(frozen=True, slots=True)
class ReceiveOptions:
    """``port`` 0 takes a free one. ``ae_title`` None answers to every called AE title. Time limits are in
    seconds: ``acse_timeout`` for the association request (and before it for the TLS handshake), ``idle_timeout``
    between two messages and within one. ``window`` is how many objects a requestor that asks for it may send before
    the first is answered (PS3.7 D.3.3.3; 1: no more than one, 0: as many as it likes); they wait in the network until
    it is their turn, and the answers come in the order of the requests. With ``tls`` every connection has to be TLS.
    """

    host: str = "127.0.0.1"
    port: int = 0
    ae_title: str | None = None
    max_pdu: int = DEFAULT_MAX_PDU
    window: int = 128
    max_associations: int = 16
    acse_timeout: float = 30.0
    idle_timeout: float | None = 300.0
    tls: TlsOptions | None = None
