"""The sender against peers that follow a script: each object ends in one state, and the state is true."""

from __future__ import annotations

import os
import threading

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, write_ct

from asprofile.errors import (
    AssociationAborted,
    AssociationRejected,
    ConnectionFailed,
    ProtocolError,
)
from asprofile.negotiate.request import AssociateAccept, ContextResult, propose
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.objects.scan import scan
from asprofile.send.control import Control
from asprofile.send.engine import AssociationOpened, Ended, Finished, Outcome, Progress, SendReport, send
from asprofile.send.peer import Peer
from asprofile.send.session import SendOptions
from asprofile.testing import ScriptedPeer, Wire, data_pdu, store_all

REQUEST = propose(CT_PROFILE)
QUICK = SendOptions(connect_timeout=5, acse_timeout=0.5, dimse_timeout=0.5, retries=0, wait=0)
STORED, FAILED, UNKNOWN, REFUSED = Outcome.STORED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.REFUSED


def play(script, headers, options=QUICK, request=REQUEST, on_event=None) -> SendReport:
    """What becomes of the objects; a second association comes to an acceptor that stores everything."""
    with ScriptedPeer(script, store_all) as peer:
        control = Control(sleep=lambda _: None)
        return send(request, headers, Peer("127.0.0.1", peer.port), options, on_event, control=control)


def play_always(script, headers) -> SendReport:
    """As ``play``, but every association comes to the same."""
    with ScriptedPeer(script) as peer:
        control = Control(sleep=lambda _: None)
        return send(REQUEST, headers, Peer("127.0.0.1", peer.port), QUICK, control=control)


def outcomes(report):
    return [result.outcome for result in report.results]


def test_all_is_well(three):
    seen = []

    def script(peer: Wire) -> None:
        peer.accept()
        assert peer.request == REQUEST
        for _ in three:
            command, data, context_id = peer.read_object()
            seen.append((command.message_id, command.sop_instance, context_id, data))
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    events = []
    report = play(script, three, on_event=events.append)
    assert outcomes(report) == [STORED] * 3
    assert report.all_stored
    assert (report.error, report.associations, report.skipped) == (None, 1, 0)
    expected = [
        (i + 1, header.sop_instance, 3, header.path.read_bytes()[header.dataset_offset :])
        for i, header in enumerate(three)
    ]
    assert seen == expected
    first = report.results[0]
    assert (first.path, first.context_id, first.status, first.reason) == (three[0].path, 3, 0, "")
    assert first.bytes == three[0].dataset_length
    assert [type(event) for event in events if not isinstance(event, Progress)] == [
        AssociationOpened,
        Finished,
        Finished,
        Finished,
        Ended,
    ]
    assert [e.sent for e in events if isinstance(e, Progress)] == [header.dataset_length for header in three]


def test_one_byte_at_a_time(three):
    def slow(peer: Wire, data: bytes) -> None:
        for i in range(len(data)):
            peer.write(data[i : i + 1])

    def script(peer: Wire) -> None:
        request = peer.read_request()
        results = tuple(ContextResult(c.id, 0, c.transfer_syntaxes[0]) for c in request.contexts)
        slow(peer, wire.encode(AssociateAccept("A", "B", results)))
        for _ in three:
            command, _, context_id = peer.read_object()
            slow(peer, data_pdu(context_id, dimse.response(command, 0)))
        assert peer.read_pdu()[0] == wire.RELEASE_RQ
        slow(peer, wire.encode(wire.ReleaseResponse()))

    report = play(script, three, SendOptions(acse_timeout=10, dimse_timeout=10))
    assert report.all_stored


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (0xB000, Outcome.STORED_WITH_WARNING, "B000H coercion of data elements"),
        (0xB007, Outcome.STORED_WITH_WARNING, "B007H"),
        (0x0107, Outcome.STORED_WITH_WARNING, "0107H"),
        (0xA900, FAILED, "A900H data set does not match SOP class"),
        (0xC001, FAILED, "C001H cannot understand"),
        (0x0122, FAILED, "0122H refused: SOP class not supported"),
        (0xFE00, FAILED, "FE00H cancelled"),
        (0x7777, FAILED, "7777H failure, not in the standard"),
    ],
)
def test_every_status_class_and_the_rest_goes_on(three, status, outcome, reason):
    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.answer(status, comment="why")
        peer.answer()
        peer.release()

    report = play(script, three)
    assert outcomes(report) == [STORED, outcome, STORED]
    result = report.results[1]
    assert (result.status, result.comment) == (status, "why")
    assert reason in result.reason
    assert report.error is None


def test_what_has_no_context_is_refused_without_a_connection(tmp_path, free_port):
    files = [
        write_ct(tmp_path / "jpeg.dcm", transfer_syntax=JPEG_LOSSLESS),
        write_ct(tmp_path / "mr.dcm", sop_class=MR),
    ]
    broken = tmp_path / "broken.dcm"
    broken.write_bytes(b"no DICOM")
    report = send(REQUEST, scan([*files, broken]), Peer("127.0.0.1", free_port), QUICK)
    assert outcomes(report) == [REFUSED] * 3
    assert (report.associations, report.error) == (0, None)
    assert "only with" in report.results[0].reason
    assert "does not propose" in report.results[1].reason
    assert report.results[0].way_out
    assert report.results[2].reason
    assert report.results[2].sop_class is None


def test_results_come_in_the_order_of_the_input(tmp_path, three):
    jpeg = read_header(write_ct(tmp_path / "jpeg.dcm", transfer_syntax=JPEG_LOSSLESS))
    gone = read_header(write_ct(tmp_path / "gone.dcm"))
    gone.path.unlink()
    items = [jpeg, three[0], jpeg, gone, three[1], jpeg]

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.answer()
        peer.release()

    finished = []
    report = play(script, items, on_event=lambda e: finished.append(e.result) if isinstance(e, Finished) else None)
    assert outcomes(report) == [REFUSED, STORED, REFUSED, REFUSED, STORED, REFUSED]
    assert [result.path for result in report.results] == [item.path for item in items]
    assert tuple(finished) == report.results
    assert "cannot be opened" in report.results[3].reason


def test_files_a_walk_came_across_are_counted(tmp_path, three):
    (tmp_path / "notes.txt").write_text("no DICOM")

    def script(peer: Wire) -> None:
        peer.accept()
        for _ in three:
            peer.answer()
        peer.release()

    report = play(script, scan([tmp_path]))
    assert outcomes(report) == [STORED] * 3
    assert report.skipped == 1


def test_a_context_of_its_own_for_each_transfer_syntax(tmp_path):
    items = [
        read_header(write_ct(tmp_path / "explicit.dcm", transfer_syntax=EXPLICIT)),
        read_header(write_ct(tmp_path / "implicit.dcm", transfer_syntax=IMPLICIT)),
    ]
    seen = []

    def script(peer: Wire) -> None:
        peer.accept()
        for _ in items:
            command, _, context_id = peer.read_object()
            seen.append((command.sop_class, context_id))
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    assert play(script, items).all_stored
    assert seen == [(CT, 3), (CT, 5)]


# --- faults before the association


def test_refused_connection(three, free_port):
    report = send(REQUEST, three, Peer("127.0.0.1", free_port), QUICK)
    assert outcomes(report) == [Outcome.NOT_SENT] * 3
    assert isinstance(report.error, ConnectionFailed)
    assert all("not sent: connection refused" in result.reason for result in report.results)


def all_rejected(peer: Wire) -> None:
    peer.accept(dict.fromkeys((1, 3, 5), (3, IMPLICIT)))
    peer.release()


def contexts_nobody_proposed(peer: Wire) -> None:
    peer.read_request()
    peer.write(wire.encode(AssociateAccept("A", "B", (ContextResult(7, 0, EXPLICIT), ContextResult(9, 0, IMPLICIT)))))
    peer.release()


def other_transfer_syntax(peer: Wire) -> None:
    peer.accept({1: (0, IMPLICIT), 3: (0, IMPLICIT), 5: (0, IMPLICIT)})
    peer.release()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (all_rejected, "abstract syntax not supported"),
        (contexts_nobody_proposed, "does not mention"),
        (other_transfer_syntax, "was not proposed"),
    ],
)
def test_associations_that_carry_nothing(three, script, reason):
    report = play(script, three)
    assert outcomes(report) == [REFUSED] * 3
    assert reason in report.results[0].reason
    assert (report.error, report.associations) == (None, 1)


def rejecting(result: int, source: int, reason: int):
    def script(peer: Wire) -> None:
        peer.read_request()
        peer.write(wire.encode(wire.AssociateReject(result, source, reason)))
        peer.hang()

    return script


def answering(data: bytes):
    def script(peer: Wire) -> None:
        peer.read_request()
        peer.write(data)
        peer.hang()

    return script


def closing(peer: Wire) -> None:
    peer.read_request()


def resetting(peer: Wire) -> None:
    peer.read_request()
    peer.reset()


def silent(peer: Wire) -> None:
    peer.hang()


@pytest.mark.parametrize(
    ("script", "error", "message"),
    [
        (rejecting(1, 1, 7), AssociationRejected, "rejected permanently: the called AE title ANY-SCP is not its own"),
        (rejecting(1, 1, 3), AssociationRejected, "does not know our calling AE title ASPROFILE (have"),
        (rejecting(2, 3, 2), AssociationRejected, "for the time being: its limit of associations"),
        (rejecting(9, 9, 9), AssociationRejected, "source 9 (not defined in PS3.8) gives reason 9"),
        (closing, AssociationAborted, "closed the connection instead of answering the association request"),
        (resetting, AssociationAborted, "lost: connection reset"),
        (silent, AssociationAborted, "did not answer the association request within 0.5 seconds"),
        (answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), ProtocolError, "unrecognized PDU type 48H"),
        (answering(bytes(100)), ProtocolError, "unrecognized PDU type 00H"),
        (answering(wire.HEADER.pack(2, 0xFFFFFFFF)), ProtocolError, "A-ASSOCIATE-AC of 4294967295 bytes"),
        (answering(wire.HEADER.pack(4, 100) + bytes(100)), ProtocolError, "unexpected P-DATA-TF"),
        (answering(wire.encode(wire.ReleaseRequest())), ProtocolError, "unexpected A-RELEASE-RQ"),
        (answering(wire.HEADER.pack(2, 10) + bytes(10)), ProtocolError, "A-ASSOCIATE-AC that cannot be read"),
        (answering(wire.HEADER.pack(3, 0)), ProtocolError, "too short"),
        (answering(wire.encode(wire.Abort(2, 1))), AssociationAborted, "by its upper layer: unrecognized PDU"),
        (answering(wire.encode(wire.Abort(0, 0))), AssociationAborted, "by its application"),
    ],
)
def test_no_association(three, script, error, message):
    report = play(script, three)
    assert type(report.error) is error
    assert message in str(report.error)
    assert outcomes(report) == [Outcome.NOT_SENT] * 3
    assert all(message in result.reason for result in report.results)
    assert report.associations == 0


# --- faults in the association


def after_one(then):
    """Accept, store one object, and then."""

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        then(peer)

    return script


def after_data(then):
    """Accept, store one object, read another, and then."""

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.read_object()
        then(peer)

    return script


def say(data: bytes):
    def script(peer: Wire) -> None:
        peer.write(data)
        peer.hang()

    return script


def response(message_id: int, status: int = 0) -> bytes:
    return dimse.response(dimse.CommandSet(dimse.C_STORE_RQ, True, message_id), status)


WITH_DATA_SET = response(2).replace(bytes.fromhex("0000 0008 02000000 0101"), bytes.fromhex("0000 0008 02000000 0100"))


@pytest.mark.parametrize(
    ("then", "message"),
    [
        (lambda peer: None, "closed the connection instead of going on"),
        (Wire.reset, "lost: connection reset"),
        (Wire.hang, "did not answer the object within 0.5 seconds"),
        (say(wire.encode(wire.Abort(0, 0))), "aborted the association by its application"),
        (say(wire.encode(wire.Abort(2, 6))), "invalid PDU parameter value"),
        (say(wire.encode(wire.ReleaseRequest())), "asked to release the association"),
        (say(wire.encode(wire.ReleaseResponse())), "unexpected A-RELEASE-RP"),
        (say(wire.encode(REQUEST)), "unexpected A-ASSOCIATE-RQ"),
        (say(b"\0" * 20), "unrecognized PDU type 00H"),
        (say(wire.HEADER.pack(4, 0xFFFFFFFF)), "P-DATA-TF of 4294967295 bytes"),
        (say(wire.HEADER.pack(4, 0)), "without a presentation data value"),
        (say(data_pdu(3, response(2))[:-3]), "did not answer the object"),
        (say(data_pdu(3, response(99))), "answered message 99, which was not asked; 2 was"),
        (say(data_pdu(77, response(2))), "context 77, which was not accepted"),
        (say(data_pdu(3, dimse.echo_request(1))), "sent command 0030H, where only answers may come"),
        (say(data_pdu(3, b"junk")), "ends inside the header"),
        (say(data_pdu(3, response(2), command=False)), "no command announced"),
        (say(data_pdu(3, WITH_DATA_SET)), "with a data set"),
    ],
)
def test_sent_but_not_answered(three, then, message):
    report = play(after_data(then), three)
    assert outcomes(report) == [STORED, UNKNOWN, STORED]
    assert "sent, but not answered" in report.results[1].reason
    assert message in report.results[1].reason
    assert message in str(report.error)
    assert report.results[1].status is None


def partly_read(then):
    def script(peer: Wire) -> None:
        peer.accept()
        peer.read_pdu()
        peer.read_pdu()
        then(peer)

    return script


def abort_and_stop_reading(peer: Wire) -> None:
    peer.write(wire.encode(wire.Abort(0, 0)))
    stopped = threading.Event()
    stopped.wait(0.3)


def babble_and_stop_reading(peer: Wire) -> None:
    # Reading on would let the sender finish before it looks at what came.
    peer.write(b"\xff" * 10)
    threading.Event().wait(0.3)


@pytest.mark.parametrize(
    ("then", "message"),
    [
        (Wire.reset, "lost: "),
        (abort_and_stop_reading, "aborted the association by its application"),
        (lambda peer: threading.Event().wait(1.5) and None, "took nothing for 0.5 seconds"),
        (babble_and_stop_reading, "unrecognized PDU type FFH"),
    ],
)
def test_lost_while_an_object_is_sent(large, then, message):
    report = play_always(partly_read(then), large)
    assert outcomes(report)[0] is FAILED
    # Who takes nothing is not there for the next association either.
    assert outcomes(report)[1:] == [Outcome.NOT_SENT if message.startswith("took") else FAILED] * 2
    assert "not sent completely: " in report.results[0].reason
    assert message in report.results[0].reason
    assert report.results[0].bytes < large[0].dataset_length
    assert report.error is not None


# --- answers that are none


def other(**changes: object) -> bytes:
    """An answer to message 2, changed."""
    fields = {"field": dimse.C_STORE_RQ, "has_data_set": True, "message_id": 2, "sop_class": CT}
    return dimse.response(dimse.CommandSet(**{**fields, "sop_instance": "1.2.3.1", **changes}), 0)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (data_pdu(3, other(message_id=1)), "answered message 1, which was not asked; 2 was"),
        (data_pdu(3, other(message_id=3)), "answered message 3, which was not asked; 2 was"),
        (data_pdu(5, other()), "answered in presentation context 5 what was asked in 3"),
        (data_pdu(3, other(sop_instance="1.2.3.2")), "answered for SOP instance 1.2.3.2, and 1.2.3.1 was sent"),
        (data_pdu(3, other(sop_instance="1.2.3.11")), "answered for SOP instance 1.2.3.11, and 1.2.3.1 was sent"),
        (data_pdu(3, other(sop_class=MR)), f"answered for SOP class {MR}, and an object of {CT} was sent"),
        (data_pdu(3, other(field=dimse.C_ECHO_RQ)), "answered C-STORE with command 8030H"),
        (data_pdu(3, response(2, 0xFF00)), "answered C-STORE with FF00H pending, which is no end"),
        (data_pdu(3, response(2, 0xFF01)), "answered C-STORE with FF01H pending, which is no end"),
    ],
)
def test_an_answer_to_something_else_stores_nothing(three, answer, message):
    report = play(after_data(say(answer)), three[:2])
    assert report.associations == 1
    assert outcomes(report) == [STORED, UNKNOWN]
    assert report.results[1].reason.startswith("sent, but not answered: ")
    assert message in report.results[1].reason
    assert report.results[1].status is None


@pytest.mark.parametrize(
    "changes", [{}, {"sop_instance": ""}, {"sop_class": ""}, {"sop_instance": "", "sop_class": ""}], ids=str
)
def test_the_uids_may_be_left_out_of_an_answer(three, changes):
    """PS3.7 Table 9.3-2."""

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.read_object()
        peer.write(data_pdu(3, other(**changes)))
        peer.release()

    assert play(script, three[:2]).all_stored


def test_an_answer_before_the_data_set_is_complete_is_none(large):
    """The peer cannot have what it says it stored."""

    def script(peer: Wire) -> None:
        peer.accept()
        for _ in range(10):  # what the sender sends while it does not look
            peer.read_pdu()
        peer.write(data_pdu(3, response(1)))
        while peer.read_pdu()[0] != wire.ABORT:
            pass

    report = play(script, large[:1])
    assert outcomes(report) == [UNKNOWN]
    assert "sent in part, and answered wrongly" in report.results[0].reason
    assert "answered message 1 before all of it was sent" in report.results[0].reason


def test_an_answer_that_nobody_asked_for(three):
    """It comes with the answer to the first, or right behind the association: nothing is sent to such a peer."""

    def twice(peer: Wire) -> None:
        peer.accept()
        peer.read_object()
        peer.write(data_pdu(3, response(1)) + data_pdu(3, response(2)))
        assert peer.read_pdu()[0] == wire.ABORT

    report = play(twice, three[:2])
    assert outcomes(report) == [STORED, STORED]
    assert report.associations == 2

    def too_early(peer: Wire) -> None:
        request = peer.read_request()
        results = tuple(ContextResult(c.id, 0, c.transfer_syntaxes[0]) for c in request.contexts)
        peer.write(wire.encode(AssociateAccept("A", "B", results)) + data_pdu(3, response(1)))
        assert peer.read_pdu()[0] == wire.ABORT

    report = play(too_early, three[:1])
    assert outcomes(report) == [FAILED]
    assert "answered message 1, which was not asked" in report.results[0].reason


def test_a_large_object_arrives_whole(large):
    received = []

    def script(peer: Wire) -> None:
        peer.accept(max_pdu=20_000)
        command, data, context_id = peer.read_object()
        received.append(data)
        peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    assert play(script, large[:1], SendOptions()).all_stored
    assert received == [large[0].path.read_bytes()[large[0].dataset_offset :]]


@pytest.mark.parametrize("max_pdu", [0, 128, 4097, 1 << 30])
def test_every_limit_of_a_peer(three, max_pdu):
    received = []

    def script(peer: Wire) -> None:
        peer.accept(max_pdu=max_pdu)
        for _ in three:
            command, data, context_id = peer.read_object()
            received.append(data)
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    assert play(script, three).all_stored
    assert received == [header.path.read_bytes()[header.dataset_offset :] for header in three]


def test_a_file_that_shrinks_while_it_is_sent(large):
    """The association is aborted, so that no half object is stored, and the others go over a new one."""
    aborts = []

    def first(peer: Wire) -> None:
        peer.accept()
        peer.read_pdu()
        peer.read_pdu()
        os.truncate(large[0].path, 100_000)  # more is not yet sent than fits into the sockets' buffers
        while True:
            pdu_type, _ = peer.read_pdu()
            if pdu_type == wire.ABORT:
                aborts.append(pdu_type)
                return

    def second(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        peer.answer()
        peer.release()

    with ScriptedPeer(first, second) as peer:
        report = send(REQUEST, large, Peer("127.0.0.1", peer.port), SendOptions())
    assert outcomes(report) == [FAILED, STORED, STORED]
    assert "shrank while it was sent" in report.results[0].reason
    assert "the association was aborted" in report.results[0].reason
    assert aborts == [wire.ABORT]
    assert (report.associations, report.error) == (2, None)


def test_release_that_is_not_answered(three):
    def script(peer: Wire) -> None:
        peer.accept()
        for _ in three:
            peer.answer()
        peer.hang()

    report = play(script, three)
    assert outcomes(report) == [STORED] * 3
    assert "did not answer the release request" in str(report.error)
    assert not report.all_stored


def test_release_collision(three):
    def script(peer: Wire) -> None:
        peer.accept()
        for _ in three:
            peer.answer()
        assert peer.read_pdu()[0] == wire.RELEASE_RQ
        peer.write(wire.encode(wire.ReleaseRequest()))
        assert peer.read_pdu()[0] == wire.RELEASE_RP
        peer.write(wire.encode(wire.ReleaseResponse()))

    assert play(script, three).all_stored


def test_an_interrupt_aborts(three):
    aborted = []

    def script(peer: Wire) -> None:
        peer.accept()
        peer.answer()
        while True:
            pdu_type, _ = peer.read_pdu()
            if pdu_type == wire.ABORT:
                aborted.append(pdu_type)
                return

    def interrupt(event):
        if isinstance(event, Finished):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ScriptedPeer(script) as peer:
        send(REQUEST, three, Peer("127.0.0.1", peer.port), QUICK, interrupt)
    assert aborted == [wire.ABORT]
