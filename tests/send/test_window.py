"""Several objects in flight: whatever the order of the answers, and whatever is no answer."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from factories import CT_PROFILE, write_ct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from played_stream import Clock
from windowed_peer import ABORT, Archive, Asked, Stream

from asprofile.errors import ObjectError
from asprofile.negotiate.negotiation import negotiated
from asprofile.negotiate.request import AssociateAccept, OperationsWindow, propose
from asprofile.net import deadline, dimse, wire
from asprofile.objects.as_it_is import AsItIs
from asprofile.objects.header import read_header
from asprofile.send import in_hand, session
from asprofile.send.control import Control
from asprofile.send.engine import Finished, Outcome, Progress, SendReport, send
from asprofile.send.options import MOST_OPERATIONS, SendOptions
from asprofile.send.peer import Peer
from asprofile.value import replaced

REQUEST = propose(CT_PROFILE)
STORED, FAILED, UNKNOWN, NOT_SENT = Outcome.STORED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.NOT_SENT
COUNT = 12
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def twelve(tmp_path_factory):
    """Of different sizes: a few PDUs of a peer that takes 1,024 bytes each."""
    directory = tmp_path_factory.mktemp("window")
    return [read_header(write_ct(directory / f"{i:02}.dcm", f"1.2.3.{i}", side=8 + 8 * (i % 5))) for i in range(COUNT)]


@pytest.fixture
def played(twelve, monkeypatch):
    """``played(archive)``: what becomes of the twelve; ``played.streams`` are the associations."""
    clock = Clock()
    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=clock.monotonic))

    def play(archive: Archive, on_event=None, control: Control | None = None, preparer=None, **options) -> SendReport:
        play.waits = []
        play.streams = []

        def connect(*_: object) -> Stream:
            play.streams.append(Stream(archive, clock))
            return play.streams[-1]

        monkeypatch.setattr(session, "connect", connect)
        limits = SendOptions(**{"acse_timeout": 5, "dimse_timeout": 5, "retries": 1, "wait": 60, **options})
        control = control or Control(sleep=play.waits.append)
        given = {} if preparer is None else {"preparer": preparer}
        return send(REQUEST, twelve, Peer("127.0.0.1", 104), limits, on_event, control=control, **given)

    play.clock = clock
    return play


def outcomes(report: SendReport) -> dict[str, Outcome]:
    return {result.sop_instance or "": result.outcome for result in report.results}


ALL = [f"1.2.3.{i}" for i in range(COUNT)]

# --- honest peers


@anything
@given(st.integers(0, 1 << 30), st.sampled_from([None, 1, 2, 5, 100, 0]), st.sampled_from([1, 2, 3, 128]))
def test_answers_in_any_order_and_any_pieces(played, seed, granted, asked):
    archive = Archive(random.Random(seed), window=granted)
    told = []
    report = played(archive, lambda event: told.append(event) if isinstance(event, Finished) else None, window=asked)
    assert report.all_stored, report
    assert archive.asked == ALL
    assert [event.result.sop_instance for event in told] == ALL
    assert all(result.tries == 1 and result.status == 0 for result in report.results)
    allowed = min(asked, COUNT if granted == 0 else granted or 1)
    assert archive.most <= allowed
    assert report.window == min(asked, asked if granted == 0 else granted or 1)


def test_the_window_is_filled(played):
    """An archive that answers only when nothing else comes has as many as it grants."""
    quiet = random.Random(1)
    quiet.random = lambda: 0.9  # type: ignore[method-assign]
    archive = Archive(quiet, window=5)
    assert played(archive).all_stored
    assert archive.most == 5


def test_bytes_in_flight_are_bounded_too(played, monkeypatch):
    monkeypatch.setattr(in_hand, "MOST_UNANSWERED", 4000)
    quiet = random.Random(1)
    quiet.random = lambda: 0.9  # type: ignore[method-assign]
    archive = Archive(quiet, window=100)
    assert played(archive).all_stored
    sizes = {f"1.2.3.{i}": 2 * (8 + 8 * (i % 5)) ** 2 for i in range(COUNT)}
    together = [sum(sizes[one] for one in ones) for ones in archive.together if len(ones) > 1]
    assert 0 < max(together) <= 4000
    assert max(sizes.values()) > 3000  # one that leaves room for little else


# --- what is asked for, and what is granted


def window_of(encoded: bytes) -> OperationsWindow | None:
    return wire.decode(encoded[0], encoded[6:]).window


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, MOST_OPERATIONS),
        ({"window": 1}, None),
        ({"window": 7}, 7),
        ({"retries": 0}, None),
        ({"retries": 0, "window": 7}, 7),
        ({"stop_on_failure": True}, None),
        ({"stop_on_failure": True, "window": 7}, 7),
    ],
)
def test_what_is_asked_for(played, options, asked):
    archive = Archive(random.Random(1))
    played(archive, **options)
    [request] = archive.requests
    assert request.window == (None if asked is None else OperationsWindow(asked, 1))
    assert wire.encode(replaced(request, window=None)) == wire.encode(REQUEST)


@pytest.mark.parametrize(
    ("asked", "granted", "window"),
    [
        (None, None, 1),
        (None, 5, 1),
        (5, None, 1),
        (5, 3, 3),
        (5, 9, 5),
        (5, 0, 5),
        (0, 3, 3),
        (0, 0, 0),
        (5, 1, 1),
    ],
)
def test_what_is_granted(asked, granted, window):
    request = replaced(REQUEST, window=None if asked is None else OperationsWindow(asked, 1))
    theirs = None if granted is None else OperationsWindow(granted, 1)
    assert negotiated(request, AssociateAccept("A", "B", (), window=theirs)).window == window


def test_a_peer_that_aborts_when_it_is_asked_for_a_window(played, monkeypatch):
    """It is asked without, at once."""
    honest = Stream._accept

    def accept(self: Stream, request) -> None:
        if request.window is not None:
            self._archive.requests.append(request)
            self._ready += ABORT
        else:
            honest(self, request)

    monkeypatch.setattr(Stream, "_accept", accept)
    archive = Archive(random.Random(1))
    report = played(archive)
    assert report.all_stored
    assert ([one.window is None for one in archive.requests], played.waits) == ([False, True], [])


# --- peers that break off


def once(lie):
    """``lie`` about the first object for which it says something, and about none after that."""
    said = []

    def lying(stream: Stream, asked: Asked) -> bytes | None:
        if said:
            return None
        words = lie(stream, asked)
        if words is not None:
            said.append(words)
        return words

    return lying


def at(number: int, lie):
    """``lie`` when object ``number`` has come whole."""
    return once(lambda stream, asked: lie(stream, asked) if asked.complete and asked.instance == ALL[number] else None)


def closing(stream: Stream, _: Asked) -> bytes:
    stream.closed = True
    return b""


def answered_twice(stream: Stream, asked: Asked) -> bytes:
    stream.open.remove(asked)
    stream._archive.answered.append(asked.instance)
    return asked.answer() * 2


ENDS = {
    "abort": lambda *_: ABORT,
    "close": closing,
    "release": lambda *_: wire.encode(wire.ReleaseRequest()),
    "rubbish": lambda *_: b"\x99" + bytes(9),
}
LIES = {
    "an id that was not asked": lambda _, asked: asked.answer(message_id=asked.message_id + 1),
    "an id of long ago": lambda _, asked: asked.answer(message_id=60000),
    "answered twice": answered_twice,
    "another context": lambda _, asked: asked.answer(context_id=5),
    "another instance": lambda _, asked: asked.answer(sop_instance="1.2.3.99"),
    "another class": lambda _, asked: asked.answer(sop_class="1.2.840.10008.5.1.4.1.1.4"),
    "no end": lambda _, asked: asked.answer(0xFF00),
    "a request": lambda _, asked: wire.data_header(asked.context_id, len(ECHO), command=True, last=True) + ECHO,
    **ENDS,
}
ECHO = dimse.echo_request(1)


@anything
@given(st.integers(0, 1 << 30), st.sampled_from(sorted(LIES)), st.integers(1, COUNT - 2), st.integers(1, 6))
def test_a_lie_costs_another_try_and_no_more(played, seed, lie, number, window):
    archive = Archive(random.Random(seed), window=window, lie=at(number, LIES[lie]))
    report = played(archive)
    assert [result.outcome for result in report.results] == [STORED] * COUNT, report
    # What was answered rightly is never sent again, and nothing more than twice.
    assert sorted(archive.answered) == sorted(ALL)
    assert all(archive.asked.count(one) <= 2 for one in ALL)
    assert all(archive.asked.count(one.sop_instance) <= one.tries for one in report.results)
    assert report.associations == 2


@anything
@given(st.integers(0, 1 << 30), st.sampled_from(sorted(LIES)), st.integers(1, COUNT - 2), st.integers(1, 6))
def test_without_another_try_what_is_in_flight_is_unknown(played, seed, lie, number, window):
    """And nothing else: what had been answered is stored, and what had not been begun is sent."""
    archive = Archive(random.Random(seed), window=window, lie=at(number, LIES[lie]))
    report = played(archive, retries=0, window=window)
    for instance, outcome in outcomes(report).items():
        if instance in archive.answered:
            if lie != "answered twice":
                assert outcome is STORED
        else:
            assert outcome is not STORED
    lost = [result for result in report.results if result.outcome is not STORED]
    assert len(lost) <= window
    assert {result.outcome for result in lost} <= {UNKNOWN, FAILED}
    for result in lost:
        if result.outcome is not UNKNOWN:
            assert "not sent completely" in result.reason
        if result.outcome is not UNKNOWN:
            assert result.sop_instance not in archive.asked
    assert all(archive.asked.count(one) <= 1 for one in ALL)


@anything
@given(st.integers(0, 1 << 30), st.integers(1, COUNT - 1), st.integers(1, 6))
def test_an_answer_to_what_is_not_sent_completely(played, seed, number, window):
    """The peer says stored behind the command; at most the objects in flight are in doubt, this one among them."""

    def early(_: Stream, asked: Asked) -> bytes | None:
        return asked.answer() if not asked.complete and asked.instance == ALL[number] else None

    archive = Archive(random.Random(seed), window=window, lie=once(early))
    report = played(archive, retries=0, window=window)
    found = outcomes(report)
    if archive.asked.count(ALL[number]):
        # The answer was taken in too late to tell that it was early.
        assert found[ALL[number]] in (STORED, UNKNOWN)
    else:
        assert found[ALL[number]] is UNKNOWN
        assert report.results[number].reason.startswith("sent in part, and answered wrongly")


@anything
@given(
    st.integers(0, 1 << 30),
    st.sampled_from(sorted(ENDS)),
    st.sets(st.sampled_from(ALL), max_size=3),
    st.integers(1, 6),
    st.integers(1, 3),
)
def test_the_guilty_have_their_own_tries_and_the_innocent_are_stored(played, seed, end, bad, window, retries):
    def lie(stream: Stream, asked: Asked) -> bytes | None:
        return ENDS[end](stream, asked) if asked.complete and asked.instance in bad else None

    archive = Archive(random.Random(seed), window=window, lie=lie)
    report = played(archive, retries=retries)
    assert outcomes(report) == {one: UNKNOWN if one in bad else STORED for one in ALL}
    assert all(1 <= archive.asked.count(one) <= retries + 1 for one in bad)  # not whole in one of the tries
    assert sorted(archive.answered) == sorted(set(ALL) - bad)
    assert all(result.tries == retries + 1 for result in report.results if result.sop_instance in bad)
    assert all(archive.asked.count(one) <= 2 for one in ALL if one not in bad)


def test_after_a_loss_each_goes_alone(played):
    quiet = random.Random(1)
    quiet.random = lambda: 0.9  # type: ignore[method-assign]
    archive = Archive(quiet, window=4, lie=at(3, ENDS["abort"]))
    assert played(archive).all_stored
    assert archive.together[3] == set(ALL[:4])
    assert archive.together[4:8] == [{one} for one in ALL[:4]]
    assert len(archive.together[-1]) == 4  # and then as before


# --- time limits


def test_an_answer_that_never_comes_ends_the_association_though_others_come(played):
    archive = Archive(random.Random(5), window=3, holds=lambda asked: asked.instance == ALL[2])
    report = played(archive, retries=1)
    assert outcomes(report) == {one: UNKNOWN if one == ALL[2] else STORED for one in ALL}
    assert archive.asked.count(ALL[2]) == 2
    assert "did not answer the object within 5 seconds" in report.results[2].reason


def test_each_answer_has_its_own_time(played):
    """A peer that takes 4 s for each of 12 objects is not late after 5 s, nor for the last after 48 s."""
    archive = Archive(random.Random(1), window=12)
    archive.chance.random = lambda: 0.9  # type: ignore[method-assign]
    archive.chance.choice = lambda ones: ones[0]  # type: ignore[method-assign]
    slow = []

    def takes_long(_: Asked) -> int:
        slow.append(1)
        played.clock.now += 4
        return 0

    archive.status = takes_long
    report = played(archive)
    assert report.all_stored, report
    assert (archive.most, len(slow)) == (12, 12)


# --- no room


@anything
@given(st.integers(0, 1 << 30), st.integers(1, 6), st.sets(st.sampled_from(ALL), min_size=1, max_size=4))
def test_no_room_for_some_of_them(played, seed, window, refused):
    """The others in flight are answered, nothing is sent for a while, and then the refused ones go first, alone."""
    left = set(refused)

    def status(asked: Asked) -> int:
        if asked.instance in left:
            left.remove(asked.instance)
            return 0xA700
        return 0

    archive = Archive(random.Random(seed), window=window, status=status)
    report = played(archive, retries=0, window=window)
    assert report.all_stored, report
    assert all(archive.asked.count(one) == (2 if one in refused else 1) for one in ALL)
    assert all(1 <= wait <= 2 for wait in played.waits)
    assert 1 <= len(played.waits) <= len(refused)
    assert not left


def test_no_room_for_too_long(played):
    archive = Archive(random.Random(3), window=4, status=lambda asked: 0xA701 if asked.instance == ALL[1] else 0)
    report = played(archive, wait=10)
    assert outcomes(report)[ALL[1]] is FAILED
    assert report.results[1].status == 0xA701
    assert 9 < sum(played.waits) <= 10
    assert {result.outcome for result in report.results} == {STORED, FAILED, NOT_SENT}
    assert sorted(archive.answered) == sorted(one for one, outcome in outcomes(report).items() if outcome is STORED)


# --- what goes wrong here


class Bad(AsItIs):
    """The data set of one object ends in the middle."""

    def __init__(self, instance: str) -> None:
        super().__init__()
        self._instance = instance

    def open(self, header, transfer_syntax):
        source = super().open(header, transfer_syntax)
        if header.sop_instance == self._instance:
            whole = source.pieces

            def pieces(buffer):
                yield next(iter(whole(buffer)))[:1024]
                raise ObjectError("cannot be read")

            source.pieces = pieces  # type: ignore[method-assign]
        return source


@anything
@given(st.integers(0, 1 << 30), st.integers(1, 6))
def test_an_object_that_breaks_in_the_middle_hurts_none_of_those_in_flight(played, seed, window):
    archive = Archive(random.Random(seed), window=window)
    report = played(archive, preparer=Bad(ALL[4]))
    assert outcomes(report) == {one: FAILED if one == ALL[4] else STORED for one in ALL}
    assert sorted(archive.asked) == sorted(set(ALL) - {ALL[4]})  # none of them twice


@anything
@given(st.integers(0, 1 << 30), st.integers(1, 6), st.integers(0, COUNT - 1))
def test_finish(played, seed, window, number):
    """What was begun is answered, nothing else is begun."""
    archive, control = Archive(random.Random(seed), window=window), Control()

    def on_event(event) -> None:
        if isinstance(event, Progress) and event.path.name == f"{number:02}.dcm":
            control.finish()

    report = played(archive, on_event, control)
    assert outcomes(report) == {one: STORED if one in archive.asked else NOT_SENT for one in ALL}
    assert archive.asked == ALL[: number + 1]
    assert report.interrupted
    assert report.error is None


@anything
@given(st.integers(0, 1 << 30), st.integers(2, 6), st.integers(0, COUNT - 1))
def test_a_stop_on_failure_begins_nothing_more(played, seed, window, number):
    archive = Archive(
        random.Random(seed), window=window, status=lambda asked: 0xC000 if asked.instance == ALL[number] else 0
    )
    report = played(archive, stop_on_failure=True, window=window)
    found = outcomes(report)
    assert found[ALL[number]] is FAILED
    assert all((found[one] is NOT_SENT) == (one not in archive.asked) for one in ALL)


@anything
@given(st.integers(0, 1 << 30), st.integers(1, 6), st.integers(0, COUNT - 1))
def test_an_exception_of_the_caller_tells_the_truth_of_each(played, twelve, seed, window, number):
    """As KeyboardInterrupt with a control: a report comes back."""
    archive, control = Archive(random.Random(seed), window=window), Control(sleep=lambda _: None)

    def on_event(event) -> None:
        if isinstance(event, Progress) and event.path.name == f"{number:02}.dcm":
            raise KeyboardInterrupt

    report = played(archive, on_event, control)
    assert report.interrupted
    for instance, outcome in outcomes(report).items():
        if outcome is STORED:
            assert instance in archive.answered
        elif outcome is UNKNOWN:
            assert instance in archive.asked
        else:
            assert instance not in archive.answered
    assert len(report.results) == COUNT
