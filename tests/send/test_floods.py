"""Peers that never stop: every wait has an end, whatever they send meanwhile, or do not take."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest
from factories import CT_PROFILE, EXPLICIT, write_ct

from asprofile.negotiate.request import AssociateAccept, ContextResult, propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.send.control import Control
from asprofile.send.engine import Outcome, SendReport, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.testing import ScriptedPeer, Wire, data_pdu

if TYPE_CHECKING:
    from collections.abc import Callable

REQUEST = propose(CT_PROFILE)
STORED, FAILED, UNKNOWN = Outcome.STORED, Outcome.FAILED, Outcome.UNKNOWN
BOUND = 15.0
"""Seconds in which all has ended; time limits are 0.3 seconds, the rest is for busy machines."""
LIMITS = SendOptions(5, 0.3, 0.3, retries=0, wait=0)


def played(items, script: Callable[[Wire], None]) -> SendReport:
    started = time.monotonic()
    with ScriptedPeer(script) as peer:
        control = Control(sleep=lambda _: None)
        report = send(REQUEST, items, Peer("127.0.0.1", peer.port), LIMITS, control=control)
        assert time.monotonic() - started < BOUND
    return report


def flood(data: bytes) -> Callable[[Wire], None]:
    many = data * max(1, (1 << 16) // len(data))

    def script(peer: Wire) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer.write(many)

    return script


def drip(data: bytes) -> Callable[[Wire], None]:
    """Bytes one at a time, as long as there are any."""

    def script(peer: Wire) -> None:
        with contextlib.suppress(OSError):
            for place in range(len(data)):
                peer.write(data[place : place + 1])
                time.sleep(0.02)

    return script


ANSWER = data_pdu(3, dimse.response(dimse.CommandSet(dimse.C_STORE_RQ, True, 1), 0))
ACCEPT = wire.encode(AssociateAccept("A", "B", (ContextResult(3, 0, EXPLICIT),)))
NOISE: dict[str, Callable[[Wire], None]] = {
    "empty command fragments": flood(data_pdu(3, b"", last=False)),
    "command fragments of a byte": flood(data_pdu(3, b"x", last=False)),
    "empty data fragments": flood(data_pdu(3, b"", command=False, last=False)),
    "answers": flood(data_pdu(3, dimse.response(dimse.CommandSet(dimse.C_STORE_RQ, True, 9), 0))),
    "releases": flood(wire.encode(wire.ReleaseRequest())),
    "released": flood(wire.encode(wire.ReleaseResponse()) * 2),
    "acceptances": flood(ACCEPT * 2),
    "zeroes": flood(bytes(100)),
    "an acceptance by the byte": drip(wire.HEADER.pack(wire.ASSOCIATE_AC, 1 << 19) + bytes(1 << 10)),
    "an answer by the byte": drip(data_pdu(3, bytes(1 << 10))),
    "fragments by the byte": drip(data_pdu(3, b"x", last=False) * 1000),
}


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return [read_header(write_ct(tmp_path_factory.mktemp("one") / "one.dcm", "1.2.3.1"))]


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """An object that no socket buffer takes at once."""
    return [read_header(write_ct(tmp_path_factory.mktemp("large") / "large.dcm", "1.2.4.1", side=2500))]


@pytest.mark.parametrize("noise", NOISE)
def test_instead_of_an_answer_to_the_request(one, noise):
    def script(peer: Wire) -> None:
        peer.read_request()
        NOISE[noise](peer)

    assert played(one, script).results[0].outcome is not STORED


@pytest.mark.parametrize("noise", NOISE)
def test_instead_of_an_answer_to_an_object(one, noise):
    def script(peer: Wire) -> None:
        peer.accept()
        peer.read_object()
        NOISE[noise](peer)

    assert played(one, script).results[0].outcome is UNKNOWN


@pytest.mark.parametrize("noise", NOISE)
def test_instead_of_an_answer_to_the_release(one, noise):
    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        assert peer.read_pdu()[0] == wire.RELEASE_RQ
        NOISE[noise](peer)

    report = played(one, script)
    assert report.results[0].outcome is STORED
    assert (report.error is None) == (noise == "released")


@pytest.mark.parametrize("noise", [*NOISE, "its own answer"])
def test_while_an_object_is_not_taken(large, noise):
    def script(peer: Wire) -> None:
        peer.accept()
        peer.read_pdu()
        NOISE.get(noise, flood(ANSWER))(peer)

    report = played(large, script)
    assert report.results[0].outcome is (UNKNOWN if "answer" in noise and "byte" not in noise else FAILED)
    assert report.results[0].bytes < large[0].dataset_length


def test_an_object_taken_by_the_byte(large):
    def script(peer: Wire) -> None:
        peer.accept()
        for _ in range(50):  # longer than the limit
            peer.read(1)
            time.sleep(0.02)

    report = played(large, script)
    assert report.results[0].outcome is FAILED
    assert "took nothing for 0.3 seconds" in report.results[0].reason
