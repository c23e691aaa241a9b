"""One association's dialogue: ends that come together with an answer, and the user's identity."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT

from asprofile.errors import AssociationAborted, IdentityNotConfirmed
from asprofile.names.well_known import VERIFICATION
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult, ProposedContext, UserIdentity
from asprofile.net import dimse, wire
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.send.session import Session, open_session
from asprofile.testing import ScriptedPeer, Wire, data_pdu

REQUEST = AssociateRequest("PEER", "US", (ProposedContext(1, CT, (EXPLICIT,)),))
DATA = b"\x08\x00\x05\x00CS\x00\x00"


def opened(peer: ScriptedPeer, request: AssociateRequest = REQUEST) -> Session:
    return open_session(request, Peer("127.0.0.1", peer.port), SendOptions(20, 20, 20))


def send(session: Session) -> int:
    context = session.negotiation.usable[1]
    return session.send_object(context, "1.2.3", [memoryview(DATA)], len(DATA))


def answer_and(end: bytes):
    """A script that answers an object and says ``end`` in the same segment."""

    def script(peer: Wire) -> None:
        peer.accept()
        command, _, context_id = peer.read_object()
        peer.write(data_pdu(context_id, dimse.response(command, 0)) + end)
        peer.hang()

    return script


ABORT = wire.encode(wire.Abort(2, 0))
RELEASE = wire.encode(wire.ReleaseRequest())


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (ABORT, "aborted the association by its upper layer"),
        (RELEASE, "asked to release the association before everything was sent"),
        (b"\x99" + bytes(5), "broke the protocol"),
    ],
    ids=["abort", "release", "garbage"],
)
def test_an_end_that_comes_with_an_answer(end: bytes, says: str) -> None:
    """The answer counts, and nothing is sent to an association that is over."""
    with ScriptedPeer(answer_and(end)) as peer:
        session = opened(peer)
        assert session.await_answer(send(session)).status == 0
        with pytest.raises(Exception, match=says):
            send(session)
        session.abort()


def test_a_release_that_comes_with_the_last_answer_is_good_order() -> None:
    answered = []

    def script(peer: Wire) -> None:
        peer.accept()
        command, _, context_id = peer.read_object()
        peer.write(data_pdu(context_id, dimse.response(command, 0)) + RELEASE)
        answered.append(peer.read_pdu()[0])

    with ScriptedPeer(script) as peer:
        session = opened(peer)
        session.await_answer(send(session))
        session.release()
    assert answered == [wire.RELEASE_RP]


def test_an_abort_that_comes_with_the_last_answer_is_said() -> None:
    with ScriptedPeer(answer_and(ABORT)) as peer:
        session = opened(peer)
        session.await_answer(send(session))
        with pytest.raises(AssociationAborted, match="aborted the association by its upper layer"):
            session.release()


@pytest.mark.parametrize(
    "script", [Wire.read_request, lambda peer: (peer.read(1), peer.reset())], ids=["close", "reset"]
)
def test_a_peer_that_hangs_up_may_want_tls(script) -> None:
    with ScriptedPeer(script) as peer, pytest.raises(AssociationAborted, match="does it want TLS there"):
        opened(peer)


# --- user identity (PS3.7 D.3.3.7)


def accepting(response: bytes | None):
    def script(peer: Wire) -> None:
        peer.read_request()
        results = (ContextResult(1, 0, EXPLICIT),)
        peer.write(wire.encode(AssociateAccept("PEER", "US", results, identity_response=response)))
        peer.hang()

    return script


def with_identity(kind: int, *, confirm: bool) -> AssociateRequest:
    identity = UserIdentity(kind, b"somebody", b"hidden" if kind == 2 else b"", confirm)
    return AssociateRequest(**{name: getattr(REQUEST, name) for name in ("called_ae", "calling_ae", "contexts")},
                            user_identity=identity)  # fmt: skip


@pytest.mark.parametrize("kind", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("confirm", "response"), [(False, None), (True, b""), (True, b"ticket")])
def test_an_identity_that_is_confirmed_or_need_not_be(kind: int, confirm: bool, response: bytes | None) -> None:
    with ScriptedPeer(accepting(response)) as peer:
        session = opened(peer, with_identity(kind, confirm=confirm))
        assert session.negotiation.accept.identity_response == response
        session.abort()


@pytest.mark.parametrize("kind", [1, 2])
def test_a_user_that_nobody_confirms(kind: int) -> None:
    with ScriptedPeer(accepting(None)) as peer, pytest.raises(IdentityNotConfirmed) as error:
        opened(peer, with_identity(kind, confirm=True))
    assert "without confirming the user identity" in str(error.value)
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize("kind", [3, 4, 5])
def test_tickets_and_tokens_need_no_confirmation_as_in_dcmtk(kind: int) -> None:
    with ScriptedPeer(accepting(None)) as peer:
        opened(peer, with_identity(kind, confirm=True)).abort()


def test_echo() -> None:
    def script(peer: Wire) -> None:
        request = peer.read_request()
        results = tuple(ContextResult(context.id, 0, context.transfer_syntaxes[0]) for context in request.contexts)
        peer.write(wire.encode(AssociateAccept("PEER", "US", results)))
        for status in (0, 0x0122):
            _, body = peer.read_pdu()
            value = next(wire.data_values(memoryview(body)))
            command = dimse.decode(bytes(value.data))
            assert command.field == dimse.C_ECHO_RQ
            assert command.sop_class == VERIFICATION
            assert not command.has_data_set
            peer.write(data_pdu(value.context_id, dimse.response(command, status)))
        peer.release()

    request = AssociateRequest("PEER", "US", (ProposedContext(3, VERIFICATION, ("1.2.840.10008.1.2",)),))
    with ScriptedPeer(script) as peer:
        session = opened(peer, request)
        assert [session.echo(3).status for _ in range(2)] == [0, 0x0122]
        session.release()
