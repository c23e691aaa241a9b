"""Probing a peer over a network: what is asked again, what ends it, and that nothing is claimed without an answer."""

from __future__ import annotations

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile

from asprofile.errors import AssociationAborted, AssociationRejected, ConnectionFailed, ProtocolError
from asprofile.negotiate.answer import answer
from asprofile.negotiate.probing import NOT_MENTIONED, NOT_PROPOSED, Probing
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult, propose
from asprofile.net import wire
from asprofile.receive.engine import Receiver
from asprofile.send.control import Control
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.send.probe import probe, probe_once
from asprofile.testing import ScriptedPeer, Wire

PAIRS = [(uid, syntax) for uid in (VERIFICATION, CT, MR) for syntax in (IMPLICIT, EXPLICIT, JPEG_LOSSLESS)]
ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (JPEG_LOSSLESS, EXPLICIT)))


def ask(port: int, *, retries: int = 0, control: Control | None = None, pause: float = 0.0, **more):
    return probe(
        Probing(PAIRS),
        lambda contexts: AssociateRequest("THEM", "US", contexts),
        Peer("127.0.0.1", port),
        SendOptions(5, 5, 5, retries=retries),
        pause=pause,
        control=control or Control(sleep=lambda _: None),
        **more,
    )


def as_it_is(peer: Wire) -> None:
    peer.write(wire.encode(answer(peer.read_request(), ACCEPTOR)))
    peer.release()


def reject(result: int, source: int, reason: int):
    def script(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(wire.AssociateReject(result, source, reason)))
        peer.hang()

    return script


def abort(peer: Wire) -> None:
    peer.read_request()
    peer.write(wire.encode(wire.Abort(0, 0)))
    peer.hang()


def hang_up(peer: Wire) -> None:
    peer.read_request()


def garbage(peer: Wire) -> None:
    peer.read_request()
    peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    peer.hang()


def test_a_receiver(tmp_path):
    left = []
    with Receiver(ACCEPTOR, tmp_path) as receiver:
        report = ask(receiver.port, on_answer=left.append)
    assert report.error is None
    assert report.acceptance.complete
    assert report.acceptance.accepted == {VERIFICATION: (IMPLICIT,), CT: (JPEG_LOSSLESS, EXPLICIT)}
    assert report.associations == len(left)
    assert left[-1] == 0
    assert report.negotiation is not None


def test_there_is_a_pause_between_associations_and_not_before(tmp_path):
    pauses = []
    with Receiver(ACCEPTOR, tmp_path) as receiver:
        report = ask(receiver.port, pause=0.5, control=Control(sleep=pauses.append))
    assert pauses == [0.5] * (report.associations - 1)


def test_nobody_there(free_port):
    report = ask(free_port)
    assert isinstance(report.error, ConnectionFailed)
    assert (report.negotiation, report.associations) == (None, 0)
    assert report.acceptance.answers == ()


@pytest.mark.parametrize("script", [abort, hang_up, garbage, reject(1, 1, 7), reject(1, 1, 3)])
def test_no_association_at_all(script):
    with ScriptedPeer(script) as peer:
        report = ask(peer.port)
        assert peer.connections == 1
    assert isinstance(report.error, AssociationAborted | ProtocolError | AssociationRejected)
    assert report.acceptance.accepted == {}
    assert all(one.state == "unanswered" for one in report.acceptance.answers)


def test_what_is_rejected_for_now_is_asked_again():
    told = []
    with ScriptedPeer(reject(2, 3, 1), reject(2, 3, 1), as_it_is) as peer:
        report = ask(peer.port, retries=2, on_retry=lambda error, seconds: told.append((type(error), seconds)))
    assert told == [(AssociationRejected, 1.0), (AssociationRejected, 2.0)]
    assert report.acceptance.complete


def test_tried_again_too_often():
    with ScriptedPeer(reject(2, 3, 1)) as peer:
        report = ask(peer.port, retries=2)
        assert peer.connections == 3
    assert isinstance(report.error, AssociationRejected)


@pytest.mark.parametrize("loss", [abort, hang_up, garbage])
def test_an_association_lost_in_the_middle_is_asked_in_halves(loss):
    with ScriptedPeer(as_it_is, loss, as_it_is) as peer:
        report = ask(peer.port)
    assert report.error is None
    assert report.acceptance.complete
    assert report.acceptance.accepted == {VERIFICATION: (IMPLICIT,), CT: (JPEG_LOSSLESS, EXPLICIT)}


@pytest.mark.parametrize("loss", [abort, hang_up, garbage])
def test_a_peer_that_is_gone_after_the_first_association(loss):
    with ScriptedPeer(as_it_is, loss) as peer:
        report = ask(peer.port)
    assert report.error is not None
    assert not report.acceptance.complete
    assert report.acceptance.accepted == {}
    assert all(one.state == "unanswered" for one in report.acceptance.answers)


def test_a_permanent_rejection_in_the_middle_ends_it():
    with ScriptedPeer(as_it_is, reject(1, 1, 7)) as peer:
        report = ask(peer.port)
        assert peer.connections == 2
    assert isinstance(report.error, AssociationRejected)
    assert report.negotiation is not None


def test_a_rejection_without_a_reason_may_mean_that_nothing_was_acceptable():
    """As of dcmrecv; from then on something that it accepts goes along."""
    ours = profile((CT, (EXPLICIT,)))

    def script(peer: Wire) -> None:
        request = peer.read_request()
        given = answer(request, ours)
        if any(result.accepted for result in given.results):
            peer.write(wire.encode(given))
            peer.release()
        else:
            peer.write(wire.encode(wire.AssociateReject(1, 1, 1)))

    with ScriptedPeer(script) as peer:
        report = ask(peer.port)
    assert report.acceptance.complete
    assert report.acceptance.accepted == {CT: (EXPLICIT,)}


@pytest.mark.parametrize(
    ("result", "reason"),
    [((0, "1.9"), NOT_PROPOSED), ((0, "1.2.840.10008.1.2.4.50"), NOT_PROPOSED), (None, NOT_MENTIONED)],
)
def test_answers_that_are_none(result, reason):
    def script(peer: Wire) -> None:
        request = peer.read_request()
        results = [ContextResult(255, 0, IMPLICIT)]
        if result is not None:
            results += [ContextResult(context.id, *result) for context in request.contexts]
        peer.write(wire.encode(AssociateAccept("THEM", "US", tuple(results))))
        peer.release()

    with ScriptedPeer(script) as peer:
        report = ask(peer.port)
    assert [one.reason for one in report.acceptance.answers] == [reason] * len(PAIRS)
    assert report.acceptance.accepted == {}
    assert not report.acceptance.complete


def test_a_release_without_an_answer_costs_nothing():
    def script(peer: Wire) -> None:
        peer.write(wire.encode(answer(peer.read_request(), ACCEPTOR)))
        peer.read_pdu()

    with ScriptedPeer(script) as peer:
        assert ask(peer.port).acceptance.complete


def test_interrupted_between_two_associations(tmp_path):
    control = Control(sleep=lambda _: None)
    with Receiver(ACCEPTOR, tmp_path) as receiver:
        report = ask(receiver.port, control=control, on_answer=lambda _: control.abort())
    assert report.interrupted
    assert (report.associations, report.error) == (1, None)
    assert not report.acceptance.complete


def test_interrupted_while_the_peer_is_silent():
    control = Control()

    def script(peer: Wire) -> None:
        peer.read_request()
        control.abort()
        peer.hang()

    with ScriptedPeer(as_it_is, script) as peer:
        report = ask(peer.port, control=control)
    assert report.interrupted
    assert report.acceptance.accepted == {}


class TestOnce:
    def test_a_profile(self, tmp_path):
        with Receiver(ACCEPTOR, tmp_path) as receiver:
            request = propose(CT_PROFILE)
            report = probe_once(request, Peer("127.0.0.1", receiver.port), SendOptions())
        assert report.negotiation is not None
        assert report.negotiation.request == request
        assert [one.transfer_syntax for one in report.negotiation.contexts] == [IMPLICIT, EXPLICIT, None]

    def test_a_rejection(self):
        with ScriptedPeer(reject(1, 1, 7)) as peer:
            report = probe_once(propose(CT_PROFILE), Peer("127.0.0.1", peer.port), SendOptions())
            assert peer.connections == 1
        assert isinstance(report.error, AssociationRejected)
        assert report.negotiation is None
