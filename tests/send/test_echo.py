"""Verification: one association, as many questions as wanted, and what became of them."""

from __future__ import annotations

import pytest
from factories import CT_PROFILE

from asprofile.errors import AssociationAborted, AssociationRejected, ProposalError
from asprofile.net import wire
from asprofile.receive.engine import Receiver
from asprofile.send.echo import echo, verification_request
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.testing import ScriptedPeer, Wire

REQUEST = verification_request(called_ae="PEER", calling_ae="US", max_pdu=16384)
PATIENT = SendOptions(20, 20, 20)


def test_each_answer_is_told_as_it_comes(tmp_path) -> None:
    told = []
    with Receiver(CT_PROFILE, tmp_path) as receiver:
        report = echo(REQUEST, Peer("127.0.0.1", receiver.port), PATIENT, 3, told.append)
    assert report.all_well
    assert tuple(told) == report.echoes
    assert [found.status for found in report.echoes] == [0, 0, 0]
    assert all(0 < found.seconds < 20 for found in report.echoes)
    assert report.security == ""


def test_a_rejection() -> None:
    def script(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(wire.AssociateReject(1, 1, 7)))
        peer.hang()

    with ScriptedPeer(script) as peer:
        report = echo(REQUEST, Peer("127.0.0.1", peer.port), PATIENT)
    assert isinstance(report.error, AssociationRejected)
    assert (report.negotiation, report.echoes, report.all_well) == (None, (), False)


def test_no_answer_to_the_second() -> None:
    def script(peer: Wire) -> None:
        from asprofile.net import dimse

        peer.accept()
        _, body = peer.read_pdu()
        value = next(wire.data_values(memoryview(body)))
        answer = dimse.response(dimse.decode(bytes(value.data)), 0)
        peer.write(wire.data_header(value.context_id, len(answer), command=True, last=True) + answer)
        peer.read_pdu()

    with ScriptedPeer(script) as peer:
        report = echo(REQUEST, Peer("127.0.0.1", peer.port), PATIENT, 2)
    assert isinstance(report.error, AssociationAborted)
    assert [found.status for found in report.echoes] == [0]
    assert not report.all_well


def test_a_title_that_is_none() -> None:
    with pytest.raises(ProposalError):
        verification_request(called_ae="", calling_ae="US", max_pdu=16384)
