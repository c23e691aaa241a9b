"""Asking a peer what it accepts: manners, faults of the peer, and that nothing is claimed that was not answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from factories import CT, EXPLICIT, IMPLICIT, MR, VERIFICATION, profile
from scripted_peer import ScriptedPeer, Wire

from asprofile.errors import AssociationError, ProposalError
from asprofile.negotiate.answer import answer
from asprofile.negotiate.probing import Probing, pairs
from asprofile.net import wire
from asprofile.send.control import Control
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.send.probe import MOST_LOST, Asked, ProbeReport, probe

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT, IMPLICIT)))
TITLES = {"called_ae": "SCP", "calling_ae": "SCU", "max_pdu": 16384, "user_identity": None}
Script = Callable[[Wire], None]


def sound(peer: Wire) -> None:
    request = peer.read_request()
    peer.write(wire.encode(answer(request, ACCEPTOR)))
    peer.release()


def rejecting(result: int, source: int = 1, reason: int = 1) -> Script:
    def script(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(wire.AssociateReject(result, source, reason)))

    return script


def aborting(peer: Wire) -> None:
    peer.read_request()
    peer.write(wire.encode(wire.Abort(2, 0)))


def garbage(peer: Wire) -> None:
    peer.read_request()
    peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def abort_for_release(peer: Wire) -> None:
    request = peer.read_request()
    peer.write(wire.encode(answer(request, ACCEPTOR)))
    peer.read_pdu()
    peer.write(wire.encode(wire.Abort(0, 0)))


def but_not(uid: str, syntax: str) -> Script:
    """Hangs up when it is offered this pair."""

    def script(peer: Wire) -> None:
        request = peer.read_request()
        if any(c.abstract_syntax == uid and syntax in c.transfer_syntaxes for c in request.contexts):
            peer.reset()
            return
        peer.write(wire.encode(answer(request, ACCEPTOR)))
        peer.release()

    return script


def run(*scripts: Script, **given: Any) -> ProbeReport:
    control = given.pop("control", None) or Control(sleep=lambda _: None)
    options = SendOptions(connect_timeout=5, acse_timeout=given.pop("timeout", 5), retries=given.pop("retries", 2))
    probing = Probing(pairs([CT, MR], [IMPLICIT, EXPLICIT]))
    with ScriptedPeer(*scripts) as peer:
        return probe(probing, Peer("127.0.0.1", peer.port), options, TITLES, control=control, **given)


@pytest.mark.parametrize("script", [sound, abort_for_release])
def test_a_sound_peer(script: Script) -> None:
    report = run(script)
    assert report.error is None
    assert report.probed.complete
    assert report.probed.accepted == {CT: (EXPLICIT, IMPLICIT)}
    assert [one.preference for one in report.probed.classes] == ["acceptor", None]
    assert report.accept is not None
    assert report.accept.implementation_version_name.startswith("ASPROFILE")
    # One for the classes, two for the pairs, two to compare the order in both directions.
    assert report.associations == 5


@pytest.mark.parametrize("script", [rejecting(1), garbage], ids=["rejection", "no DICOM"])
def test_nobody_who_wants_to_talk_to_us(script: Script) -> None:
    report = run(script)
    assert isinstance(report.error, AssociationError)
    assert (report.associations, report.accept, report.probed.accepted, report.probed.complete) == (0, None, {}, False)
    assert all(not one.answers for one in report.probed.classes)


def test_nobody_there(free_port: int) -> None:
    probing = Probing(pairs([CT], [IMPLICIT]))
    report = probe(probing, Peer("127.0.0.1", free_port), SendOptions(retries=5), TITLES)
    assert "connection refused" in str(report.error)
    assert (report.associations, report.probed.complete) == (0, False)


def test_a_busy_peer_is_waited_for() -> None:
    events: list[Asked] = []
    report = run(rejecting(2, 3, 1), rejecting(2, 3, 2), sound, on_asked=events.append)
    assert report.error is None
    assert report.probed.accepted == {CT: (EXPLICIT, IMPLICIT)}
    assert ["temporary congestion" in str(event.error) for event in events[:3]] == [True, False, False]
    assert [event.left for event in events] == [4, 4, 2, 1, 0, 0, 0]


def test_a_peer_that_stays_busy() -> None:
    report = run(rejecting(2, 3, 1), retries=2)
    assert "temporary congestion" in str(report.error)
    assert report.probed.accepted == {}


@pytest.mark.parametrize("later", [rejecting(1), aborting, garbage], ids=["rejects", "aborts", "garbage"])
def test_a_peer_that_breaks_off_once(later: Script) -> None:
    """It is asked again in halves, and nothing is missing."""
    report = run(sound, later, sound)
    assert report.error is None
    assert report.probed.complete
    assert report.probed.accepted == {CT: (EXPLICIT, IMPLICIT)}


@pytest.mark.parametrize("pair", [(CT, EXPLICIT), (CT, IMPLICIT)])
def test_a_pair_that_the_peer_cannot_bear(pair: tuple[str, str]) -> None:
    report = run(but_not(*pair))
    assert report.error is None
    assert report.probed.complete
    found = report.probed.answer(*pair)
    assert found is not None
    assert found.result is None
    assert found.reason.startswith("no answer: ")
    accepted = [syntax for syntax in (EXPLICIT, IMPLICIT) if (CT, syntax) != pair]
    assert report.probed.accepted == {CT: tuple(accepted)}


def test_a_peer_that_only_breaks_off_is_given_up() -> None:
    probing = Probing(pairs([f"1.2.3.{number}" for number in range(40)], [IMPLICIT]))
    with ScriptedPeer(aborting) as peer:
        options = SendOptions(connect_timeout=5, acse_timeout=5, retries=1)
        report = probe(probing, Peer("127.0.0.1", peer.port), options, TITLES, control=Control(sleep=lambda _: None))
        assert peer.connections == MOST_LOST + 1
    assert "aborted the association" in str(report.error)
    assert not report.probed.complete


def test_a_silent_peer() -> None:
    report = run(lambda peer: peer.hang(), timeout=0.05)
    assert "did not answer the association request within 0.05 seconds" in str(report.error) or report.probed.complete
    assert report.probed.accepted == {}


def test_manners() -> None:
    waits: list[float] = []
    report = run(sound, control=Control(sleep=waits.append), interval=100.0)
    assert len(waits) == report.associations - 1
    assert all(90 < wait <= 100 for wait in waits)


def test_stopped_in_the_middle() -> None:
    control = Control(sleep=lambda _: None)
    report = run(sound, control=control, on_asked=lambda _: control.finish())
    assert (report.associations, report.error, report.probed.complete) == (1, None, False)
    assert report.probed.accepted == {}
    assert report.probed.answer(MR, IMPLICIT) is not None


def test_titles_that_no_request_can_have() -> None:
    with pytest.raises(ProposalError, match="called AE title"):
        probe(Probing([]), Peer("127.0.0.1", 1), SendOptions(), {**TITLES, "called_ae": ""})
