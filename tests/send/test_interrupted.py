"""Interrupted while an object is being written: an A-ABORT where the protocol has a place for one, else no word."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

import pytest
from factories import CT, EXPLICIT
from hypothesis import example, given
from hypothesis import strategies as st
from narrow_socket import narrow_pair

from asprofile.errors import AssociationAborted
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult, ProposedContext
from asprofile.net import wire
from asprofile.net.tcp import TcpTransport
from asprofile.send.options import SendOptions
from asprofile.send.session import Session

REQUEST = AssociateRequest("PEER", "US", (ProposedContext(1, CT, (EXPLICIT,)),))
MAX_PDU = 1024
DATA = bytes(range(250)) * 20
ABORT = wire.encode(wire.Abort(0, 0))
PLENTY = 1 << 20


def sent(room: int = PLENTY, more: int = 0) -> tuple[bytes, bool]:
    """What the peer gets of an object when it takes ``room`` bytes, the user interrupts then, and it takes ``more``;
    and whether we take the object for sent.
    """
    ours, theirs = narrow_pair()
    with theirs:
        accept = AssociateAccept("PEER", "US", (ContextResult(1, 0, EXPLICIT),), max_pdu=MAX_PDU)
        theirs.sendall(wire.encode(accept))
        session = Session(TcpTransport(ours, "peer"), SendOptions(None, None, None))
        session.associate(REQUEST)
        theirs.recv(PLENTY)

        def interrupt() -> None:
            session.interrupt()
            ours.room, more_room[0] = more_room[0], 0

        more_room = [more]
        ours.room, ours.on_full = room, interrupt
        is_sent = False
        with suppress(AssociationAborted):
            session.send_object(session.negotiation.usable[1], "1.2.3", [memoryview(DATA)], len(DATA))
            is_sent = True
        session.abort()
        theirs.settimeout(20)
        said = b""
        while part := theirs.recv(PLENTY):
            said += part
    return said, is_sent


@cache
def whole() -> bytes:
    said, is_sent = sent()
    assert is_sent
    assert said.endswith(ABORT)
    return said.removesuffix(ABORT)


@cache
def ends() -> list[int]:
    """Where the PDUs of it end."""
    found, place = [0], 0
    while place < len(whole()):
        place += 6 + wire.HEADER.unpack_from(whole(), place)[1]
        found.append(place)
    return found


def test_there_are_several_pdus() -> None:
    assert len(ends()) > 5
    assert ends()[-1] == len(whole())


@given(st.integers(0, 5500), st.one_of(st.integers(0, 1100), st.just(PLENTY)))
@example(0, 0)
@example(1, PLENTY)
@example(1, 112)
def test_what_a_peer_gets_of_an_interrupted_object(room: int, more: int) -> None:
    said, is_sent = sent(room, more)
    if room >= len(whole()):
        assert is_sent
        return
    assert not is_sent
    got = said
    if not whole().startswith(said):
        # After a PDU an abort, or as much of it as there was room for.
        places = [place for place in ends() if whole()[:place] == said[:place] and ABORT.startswith(said[place:])]
        assert places
        got = said[: places[0]]
    is_ended = said == got + ABORT
    assert room <= len(got) < len(whole()), "never the whole object, which the peer might store"
    end = next(place for place in ends() if place >= room)
    if end == len(whole()):
        assert got == whole()[:room], "it is in the last PDU"
    elif more >= end - room + len(ABORT):
        assert is_ended
        assert len(got) == end, "what was begun is ended, and nothing else is begun"
    else:
        assert len(got) <= end


@pytest.mark.parametrize("place", range(8))
def test_each_boundary_has_place_for_an_abort(place: int) -> None:
    end = ends()[min(place, len(ends()) - 2)]
    assert sent(end, len(ABORT)) == (whole()[:end] + ABORT, False)
