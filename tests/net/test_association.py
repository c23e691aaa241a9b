"""The state machine: both sides against each other, and against any bytes."""

from __future__ import annotations

import random

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, MR, profile
from hypothesis import given
from hypothesis import strategies as st

from asprofile.negotiate.answer import answer
from asprofile.negotiate.choose import choose
from asprofile.negotiate.request import AssociateAccept, ContextResult, propose
from asprofile.net import dimse, wire
from asprofile.net.association import Association
from asprofile.net.events import (
    Aborted,
    Associated,
    AssociateRequested,
    CommandReceived,
    ConnectionLost,
    DataFragment,
    PeerBroke,
    Rejected,
    ReleaseCollision,
    Released,
    ReleaseRequested,
)
from asprofile.net.states import TABLE, AssociationState, LocalProtocolError, Trigger

REQUEST = propose(CT_PROFILE)
COMMAND = dimse.store_request(CT, "1.2.3", 1)


def hear(association: Association, data: bytes) -> list:
    """What these bytes mean, where nothing is to be done in between."""
    association.receive_data(data)
    return list(iter(association.next_event, None))


def pair(max_pdu: int = 16384) -> tuple[Association, Association]:
    """A requestor and an acceptor, associated; ``max_pdu`` is the acceptor's limit."""
    requestor, acceptor = Association.requestor(), Association.acceptor(max_pdu)
    [event] = hear(acceptor, requestor.associate(REQUEST))
    assert event == AssociateRequested(REQUEST)
    [event] = hear(requestor, acceptor.accept(answer(REQUEST, CT_PROFILE, max_pdu=max_pdu)))
    assert isinstance(event, Associated)
    return requestor, acceptor


def flat(batches) -> bytes:
    return b"".join(bytes(buffer) for batch in batches for buffer in batch)


def test_associate_and_release():
    requestor, acceptor = pair()
    assert requestor.state is acceptor.state is AssociationState.ESTABLISHED
    assert choose(requestor.negotiation, CT, EXPLICIT).id == 3
    assert hear(acceptor, requestor.release()) == [ReleaseRequested()]
    assert hear(requestor, acceptor.release_response()) == [Released()]
    assert requestor.state is acceptor.state is AssociationState.CLOSED


def test_reject():
    requestor, acceptor = Association.requestor(), Association.acceptor(16384)
    hear(acceptor, requestor.associate(REQUEST))
    reject = wire.AssociateReject(2, 3, 1)
    assert hear(requestor, acceptor.reject(reject)) == [Rejected(reject)]
    assert requestor.state is AssociationState.CLOSED


def test_release_collision():
    requestor, acceptor = pair()
    from_requestor, from_acceptor = requestor.release(), acceptor.release()
    [collision] = hear(requestor, from_acceptor)
    assert isinstance(collision, ReleaseCollision)
    assert hear(acceptor, from_requestor) == [ReleaseCollision(b"")]
    [released] = hear(acceptor, collision.reply)
    assert isinstance(released, Released)
    assert hear(requestor, released.reply) == [Released()]
    assert requestor.state is acceptor.state is AssociationState.CLOSED


@pytest.mark.parametrize("max_pdu", [4096, 4097, 16384, 1 << 24])
@pytest.mark.parametrize("length", [1, 2, 4089, 4090, 4091, 8180, 8181, 100_000])
def test_message_arrives_whole(max_pdu, length):
    requestor, acceptor = pair(max_pdu)
    data = bytes(i * 7 % 251 for i in range(length))
    size = requestor.chunk_size
    pieces = (memoryview(data)[i : i + size] for i in range(0, length, size))
    stream = flat(requestor.message(3, COMMAND, pieces, length))
    events = hear(acceptor, stream)
    assert events[0] == CommandReceived(3, dimse.decode(COMMAND))
    fragments = events[1:]
    assert all(isinstance(fragment, DataFragment) for fragment in fragments)
    assert b"".join(fragment.data for fragment in fragments) == data
    assert [fragment.last for fragment in fragments] == [False] * (len(fragments) - 1) + [True]
    assert max(len(fragment.data) for fragment in fragments) <= max_pdu - 6


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.integers(4096, 9000))
def test_pieces_of_any_size(sizes, max_pdu):
    requestor, acceptor = pair(max_pdu)
    pieces = [memoryview(bytes([i]) * size) for i, size in enumerate(sizes)]
    stream = flat(requestor.message(3, COMMAND, pieces, sum(sizes)))
    events = hear(acceptor, stream)
    assert b"".join(event.data for event in events[1:]) == b"".join(pieces)
    assert sum(event.last for event in events[1:]) == 1


def test_data_is_not_copied():
    requestor, _ = pair()
    data = bytearray(40_000)
    [batch] = requestor.message(3, COMMAND, [memoryview(data)], len(data))
    assert all(buffer.obj is data for buffer in batch[3::2])
    assert len(batch) == 2 + 2 * 3


def test_batches_fit_into_one_system_call():
    for max_pdu in (4096, 16384, 131072):
        requestor, _ = pair(max_pdu)
        size = requestor.chunk_size
        [batch] = requestor.message(3, COMMAND, [memoryview(bytes(size))], size)
        assert len(batch) <= 1000
        assert size % requestor.fragment_size == 0


def test_peer_without_a_limit():
    requestor = Association.requestor()
    requestor.associate(REQUEST)
    results = tuple(ContextResult(c.id, 0, c.transfer_syntaxes[0]) for c in REQUEST.contexts)
    hear(requestor, wire.encode(AssociateAccept("A", "B", results, max_pdu=0)))
    assert requestor.fragment_size == requestor.chunk_size == 1 << 18


def test_tiny_limits_are_kept_and_impossible_ones_are_the_peers_fault():
    requestor = Association.requestor()
    requestor.associate(REQUEST)
    results = tuple(ContextResult(c.id, 0, c.transfer_syntaxes[0]) for c in REQUEST.contexts)
    hear(requestor, wire.encode(AssociateAccept("A", "B", results, max_pdu=9)))
    assert requestor.fragment_size == 2
    [batch] = requestor.message(3, COMMAND, [memoryview(b"abc")], 3)
    assert [bytes(part) for part in batch[-3::2]] == [b"ab", b"c"]
    other = Association.requestor()
    other.associate(REQUEST)
    [event] = hear(other, wire.encode(AssociateAccept("A", "B", results, max_pdu=7)))
    assert isinstance(event, PeerBroke)


def test_one_byte_at_a_time():
    requestor, acceptor = pair()
    data = bytes(range(256)) * 20
    stream = flat(requestor.message(3, COMMAND, [memoryview(data)], len(data))) + requestor.release()
    events = [event for i in range(len(stream)) for event in hear(acceptor, stream[i : i + 1])]
    assert isinstance(events[0], CommandReceived)
    assert b"".join(event.data for event in events[1:-1]) == data
    assert events[-1] == ReleaseRequested()


def broke(acceptor: Association, data: bytes, message: str) -> None:
    events = hear(acceptor, data)
    assert isinstance(events[-1], PeerBroke), events
    assert message in str(events[-1].error)
    assert events[-1].reply[0] == wire.ABORT
    assert acceptor.state is AssociationState.CLOSED
    assert hear(acceptor, b"more") == []


def pdv(context_id: int, data: bytes, *, command: bool, last: bool) -> bytes:
    return wire.data_header(context_id, len(data), command=command, last=last) + data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "unrecognized PDU type 47H"),
        (wire.HEADER.pack(4, 0xFFFFFFFF), "P-DATA-TF of 4294967295 bytes, at most 16384"),
        (wire.encode(REQUEST), "unexpected A-ASSOCIATE-RQ"),
        (wire.encode(wire.ReleaseResponse()), "unexpected A-RELEASE-RP"),
        (wire.HEADER.pack(4, 0), "without a presentation data value"),
        (pdv(99, COMMAND, command=True, last=True), "context 99, which was not accepted"),
        (pdv(3, b"x", command=False, last=True), "no command announced"),
        (pdv(3, COMMAND, command=True, last=True) * 2, "before the data set of the last one"),
        (pdv(3, b"", command=True, last=False) + pdv(1, COMMAND, command=True, last=True), "changes its presentation"),
        (pdv(3, COMMAND, command=True, last=True) + pdv(1, b"x", command=False, last=True), "no command announced"),
        (pdv(3, b"x" * 16000, command=True, last=False) * 5, "more than 65536"),
        (pdv(3, b"rubbish", command=True, last=True), "ends inside"),
    ],
)
def test_breaches(data, message):
    _, acceptor = pair()
    broke(acceptor, data, message)


def test_a_header_is_judged_before_its_body_comes():
    _, acceptor = pair()
    broke(acceptor, wire.HEADER.pack(wire.ASSOCIATE_RQ, 1000), "unexpected A-ASSOCIATE-RQ")


def test_abort_and_end_of_connection():
    requestor, acceptor = pair()
    assert hear(acceptor, requestor.abort()) == [Aborted(wire.Abort(0, 0))]
    requestor, acceptor = pair()
    assert hear(acceptor, b"") == [ConnectionLost()]
    assert hear(acceptor, b"") == []


def test_what_the_calling_code_may_not_do():
    requestor, acceptor = pair()
    with pytest.raises(LocalProtocolError):
        requestor.associate(REQUEST)
    with pytest.raises(LocalProtocolError):
        requestor.release_response()
    with pytest.raises(LocalProtocolError):
        requestor.message(7, COMMAND)
    with pytest.raises(LocalProtocolError):
        list(requestor.message(3, COMMAND, [memoryview(b"12")], 3))
    with pytest.raises(LocalProtocolError):
        list(requestor.message(3, COMMAND, [memoryview(b"1234")], 3))
    requestor.abort()
    with pytest.raises(LocalProtocolError):
        requestor.message(3, COMMAND)
    assert acceptor.state is AssociationState.ESTABLISHED


def test_messages_in_contexts_that_were_not_accepted():
    requestor, acceptor = Association.requestor(), Association.acceptor(16384)
    hear(acceptor, requestor.associate(propose(profile((CT, (IMPLICIT,)), (MR, (IMPLICIT,))))))
    accept = AssociateAccept("A", "B", (ContextResult(1, 0, IMPLICIT), ContextResult(3, 3, IMPLICIT)))
    hear(requestor, acceptor.accept(accept))
    with pytest.raises(LocalProtocolError):
        requestor.message(3, COMMAND)
    assert flat(requestor.message(1, COMMAND))


def test_the_table_knows_every_state_and_the_ends_everywhere():
    for state in AssociationState:
        for trigger in (Trigger.ABORT, Trigger.CONNECTION_LOST, Trigger.SEND_ABORT):
            assert TABLE[state, trigger] is AssociationState.CLOSED
    assert {state for state, _ in TABLE} | set(TABLE.values()) == set(AssociationState)


def in_state(state: AssociationState) -> Association:
    """An association brought into this state by its own methods."""
    requestor, acceptor = Association.requestor(), Association.acceptor(16384)
    if state is AssociationState.IDLE:
        return requestor
    if state is AssociationState.AWAITING_REQUEST:
        return acceptor
    request = requestor.associate(REQUEST)
    if state is AssociationState.AWAITING_ANSWER:
        return requestor
    hear(acceptor, request)
    if state is AssociationState.ANSWERING:
        return acceptor
    requestor, acceptor = pair()
    if state is AssociationState.RELEASING:
        requestor.release()
    elif state is AssociationState.RELEASE_ASKED:
        hear(requestor, acceptor.release())
    elif state is AssociationState.COLLISION_REQUESTOR:
        requestor.release()
        hear(requestor, acceptor.release())
    elif state is AssociationState.COLLISION_ACCEPTOR:
        acceptor.release()
        hear(acceptor, requestor.release())
        return acceptor
    elif state is AssociationState.CLOSED:
        requestor.abort()
    return requestor


ACCEPT = answer(REQUEST, CT_PROFILE)
VALID = st.sampled_from(
    [
        wire.encode(REQUEST),
        wire.encode(ACCEPT),
        wire.encode(wire.AssociateReject(1, 1, 1)),
        wire.encode(wire.ReleaseRequest()),
        wire.encode(wire.ReleaseResponse()),
        wire.encode(wire.Abort(2, 0)),
        pdv(3, COMMAND, command=True, last=True),
        pdv(3, b"data", command=False, last=True),
        pdv(3, COMMAND[:20], command=True, last=False),
        wire.HEADER.pack(4, 40),
        b"",
    ]
)


@given(st.sampled_from(AssociationState), st.lists(st.one_of(VALID, st.binary(max_size=60)), max_size=6))
def test_any_bytes_in_any_state_are_events(state, chunks):
    association = in_state(state)
    assert association.state is state
    for chunk in chunks:
        before = association.state
        events = hear(association, chunk)
        if any(isinstance(e, (PeerBroke, Aborted, Released, Rejected, ConnectionLost)) for e in events):
            assert association.state is AssociationState.CLOSED
        if before is AssociationState.CLOSED:
            assert events == []


@given(st.sampled_from(AssociationState), VALID, st.data())
def test_damaged_pdus_in_any_state_are_events(state, pdu, data):
    association = in_state(state)
    damaged = bytearray(pdu)
    for _ in range(data.draw(st.integers(1, 3))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    hear(association, bytes(damaged[:cut]) or b"x")
    hear(association, bytes(damaged[cut:]) or b"x")
    hear(association, b"")
    assert association.state is AssociationState.CLOSED


def _pdv(data: bytes, control: int, context_id: int = 3) -> bytes:
    return (len(data) + 2).to_bytes(4, "big") + bytes((context_id, control)) + data


def _pdu(*values: bytes) -> bytes:
    body = b"".join(values)
    return wire.HEADER.pack(wire.P_DATA_TF, len(body)) + body


def _fragments(chance: random.Random) -> bytes:
    """A PDU with data: mostly one plain fragment, else whatever can be wrong with it, or only unusual."""
    if chance.random() < 0.02:
        return _pdu(_pdv(bytes(5000), 0))  # more than we let a peer send
    if chance.random() < 0.7:
        return _pdu(_pdv(chance.randbytes(chance.randint(1, 60)), chance.choice((0, 0, 2))))
    controls, contexts = (0, 0, 2, 1, 3, 4, 0x82), (3, 3, 1, 9)
    values = [
        _pdv(chance.randbytes(chance.choice((0, 1, 20))), chance.choice(controls), chance.choice(contexts))
        for _ in range(chance.choice((1, 1, 2, 3)))
    ]
    return _pdu(*values) if chance.random() < 0.9 else _pdu(bytes(chance.choice((0, 5, 5000))))


def _stream(chance: random.Random) -> bytes:
    pieces = []
    for _ in range(chance.randint(1, 4)):
        pieces.append(_pdu(_pdv(COMMAND, 3)))
        pieces += [_fragments(chance) for _ in range(chance.randint(0, 3))]
    if chance.random() < 0.3:
        pieces.insert(chance.randint(0, len(pieces)), chance.choice((bytes(7), wire.encode(wire.ReleaseRequest()))))
    return b"".join(pieces)


def _heard(stream: bytes, cuts: list[int], *, takes: list[bool]) -> list[object]:
    """What an acceptor makes of a stream that comes in such pieces, all in one buffer: data sets as a whole, whether it
    is ``take_message`` or ``take_data`` that has their data or ``next_event``.
    """
    _, acceptor = pair(4096)
    buffer = memoryview(bytearray(512))
    found: list[object] = []
    place, number = 0, 0
    while place <= len(stream) and acceptor.state is not AssociationState.CLOSED:
        count = min(cuts[number % len(cuts)], len(stream) - place)
        buffer[:count] = stream[place : place + count]
        acceptor.receive_data(buffer[:count])
        place += count or 1
        while True:
            parts: list[memoryview] = []
            if takes[number % len(takes)]:
                while (message := acceptor.take_message()) is not None:
                    context_id, command, data = message
                    found += [CommandReceived(context_id, command), (bytes(data), True)]
                is_over = acceptor.take_data(parts)
                if parts:
                    found.append((b"".join(parts), is_over))
            number += 1
            event = acceptor.next_event()
            if isinstance(event, DataFragment):
                found.append((bytes(event.data), event.last))
            elif event is not None:
                found.append((type(event), event.error.args) if isinstance(event, PeerBroke) else event)
            elif not parts:
                break
        buffer[:] = b"\xff" * 512
    return _joined(found)


def _joined(found: list[object]) -> list[object]:
    joined: list[object] = []
    for one in found:
        before = joined[-1] if joined else None
        match before, one:
            case (bytes() as data, False), (bytes() as more, bool() as is_over):
                joined[-1] = (data + more, is_over)
            case _:
                joined.append(one)
    return joined


def test_data_that_is_taken_is_what_events_have() -> None:
    for seed in range(1500):
        chance = random.Random(seed)
        stream = _stream(chance)
        cuts = [chance.randint(1, chance.choice((64, 512))) for _ in range(chance.randint(1, 4))]
        takes = [chance.random() < 0.7 for _ in range(chance.randint(1, 4))]
        events, taken = _heard(stream, cuts, takes=[False]), _heard(stream, cuts, takes=takes)
        # Of a fragment that never ends events have nothing, and who takes it has what came; neither is of any use.
        for unfinished in (events, taken):
            unfinished[:] = [one for one in unfinished if not (isinstance(one, tuple) and one[-1] is False)]
        assert taken == events, seed


def _message(*pdus: bytes) -> tuple[int, dimse.CommandSet, bytes] | None:
    """What is taken at once of these, which come together; what follows is an A-RELEASE-RQ."""
    _, acceptor = pair(4096)
    acceptor.receive_data(b"".join(pdus) + wire.encode(wire.ReleaseRequest()))
    taken = acceptor.take_message()
    if taken is None:
        return None
    assert acceptor.next_event() == ReleaseRequested()
    return (*taken[:2], bytes(taken[2]))


def test_a_message_is_taken_whole():
    assert _message(_pdu(_pdv(COMMAND, 3)), _pdu(_pdv(b"data", 2))) == (3, dimse.decode(COMMAND), b"data")


@pytest.mark.parametrize(
    "pdus",
    [
        [_pdu(_pdv(COMMAND, 3))],
        [_pdu(_pdv(COMMAND, 3)), _pdu(_pdv(b"da", 0)), _pdu(_pdv(b"ta", 2))],
        [_pdu(_pdv(COMMAND, 3)), _pdu(_pdv(b"", 2))],
        [_pdu(_pdv(COMMAND, 3)), _pdu(_pdv(b"da", 0), _pdv(b"ta", 2))],
        [_pdu(_pdv(COMMAND, 3), _pdv(b"data", 2))],
        [_pdu(_pdv(COMMAND[:20], 1)), _pdu(_pdv(COMMAND[20:], 3)), _pdu(_pdv(b"data", 2))],
        [_pdu(_pdv(COMMAND, 3)), _pdu(_pdv(b"data", 3))],
        [_pdu(_pdv(COMMAND, 3)), _pdu(_pdv(bytes(4096), 2))],
        [_pdu(_pdv(COMMAND, 3)), wire.data_header(5, 4, command=False, last=True) + b"data"],
        [_pdu(_pdv(b"rubbish.", 3)), _pdu(_pdv(b"data", 2))],
        [_pdu(_pdv(dimse.echo_request(1), 3)), _pdu(_pdv(b"data", 2))],
    ],
)
def test_what_is_not_plain_is_not_taken_whole(pdus):
    assert _message(*pdus) is None


def test_a_message_that_has_not_come_whole_is_not_taken():
    stream = _pdu(_pdv(COMMAND, 3)) + _pdu(_pdv(b"data", 2))
    for end in range(len(stream)):
        _, acceptor = pair(4096)
        acceptor.receive_data(stream[:end])
        assert acceptor.take_message() is None


def test_data_is_taken_as_it_comes():
    """Without a copy, without waiting for the end of a PDU, and what is something else stays."""
    _, acceptor = pair()
    hear(acceptor, _pdu(_pdv(COMMAND, 3)))
    data = bytes(range(200))
    stream = _pdu(_pdv(data[:150], 0)) + _pdu(_pdv(data[150:], 2)) + wire.encode(wire.ReleaseRequest())
    first, second = stream[:100], stream[100:]
    parts: list[memoryview] = []
    acceptor.receive_data(first)
    assert not acceptor.take_data(parts)
    assert acceptor.next_event() is None
    assert [part.obj for part in parts] == [first]
    acceptor.receive_data(second)
    assert acceptor.take_data(parts)
    assert [part.obj for part in parts[1:]] == [second, second]
    assert b"".join(parts) == data
    assert acceptor.next_event() == ReleaseRequested()
