"""``asprofile.receive``: what it tells, how it is waited for, and that it ends."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from factories import CT, write_ct
from requestor import Requestor

import asprofile
from asprofile.net import dimse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asprofile.receive.options import OnDuplicate

LONG = 60.0
"""Seconds in which anything happens, however busy the machine is."""


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.fixture
def object_(tmp_path: Path) -> Path:
    return write_ct(tmp_path / "ct.dcm", "1.2.3")


def kinds(receiving: asprofile.Receiving) -> list[str]:
    return [type(event).__name__ for event in receiving.events]


def test_what_is_told_of_an_object(tmp_path: Path, object_: Path) -> None:
    told: list[object] = []
    with asprofile.receive(None, tmp_path / "in", on_event=told.append) as receiving:
        assert receiving.address == f"127.0.0.1:{receiving.port}"
        asprofile.send(receiving.address, object_, calling="ME")
        [ended] = receiving.wait_for(asprofile.AssociationEnded, timeout=LONG)
    assert kinds(receiving) == ["AssociationRequested", "AssociationAccepted", "Received", "AssociationEnded"]
    assert told == list(receiving.events)
    requested = receiving.wait_for(asprofile.AssociationRequested)[0]
    assert [context.abstract_syntax for context in requested.request.contexts] == [CT]
    [accepted], [stored] = receiving.associations, receiving.objects
    assert (accepted.accepted, accepted.proposed, accepted.contexts[0].transfer_syntax) == (
        1,
        1,
        stored.transfer_syntax,
    )
    assert (stored.path, stored.placing, stored.calling_ae) == (tmp_path / "in" / "1.2.3.dcm", "new", "ME")
    assert (ended.ending, ended.objects, ended.size) == ("released", 1, stored.size)


def test_what_is_told_of_a_rejected_request(tmp_path: Path, object_: Path) -> None:
    with asprofile.receive(None, tmp_path / "in", only_from="ME") as receiving:
        assert asprofile.send(receiving.address, object_, calling="YOU").report.error is not None
        [rejected] = receiving.wait_for(asprofile.RequestRejected, timeout=LONG)
        receiving.wait_for(asprofile.AssociationEnded, timeout=LONG)
    assert (rejected.result, rejected.source, rejected.code, rejected.calling_ae) == (1, 1, 3, "YOU")
    assert kinds(receiving) == ["AssociationRequested", "RequestRejected", "AssociationEnded"]


@pytest.mark.parametrize(
    ("on_duplicate", "placing"), [("keep", ["same", "beside"]), ("replace", ["same", "replaced"]), ("refuse", ["same"])]
)
def test_what_is_told_of_a_duplicate(
    tmp_path: Path, object_: Path, on_duplicate: OnDuplicate, placing: list[str]
) -> None:
    options = asprofile.ReceiveOptions(store=asprofile.StoreOptions(on_duplicate=on_duplicate))
    with asprofile.receive(None, tmp_path / "in", options=options) as receiving:
        for _ in range(2):
            asprofile.send(receiving.address, object_)
        write_ct(object_, "1.2.3", side=40)
        asprofile.send(receiving.address, object_)
        receiving.wait_for(asprofile.AssociationEnded, 3, LONG)
    assert [one.placing for one in receiving.objects] == ["new", *placing]
    refused = [event.status for event in receiving.events if isinstance(event, asprofile.NotStored)]
    assert refused == ([0x0111] if on_duplicate == "refuse" else [])


def test_the_address_is_one_that_send_takes(tmp_path: Path, object_: Path) -> None:
    with asprofile.receive(None, tmp_path / "in", address="STORE@0") as receiving:
        assert receiving.address in (f"STORE@[::1]:{receiving.port}", f"STORE@127.0.0.1:{receiving.port}")
        assert asprofile.send(receiving.address, object_).all_stored
        assert receiving.wait_for_objects(timeout=LONG)[0].called_ae == "STORE"


def test_a_profile_is_named_in_any_way(tmp_path: Path) -> None:
    data = b"[[TransferSyntaxes]]\n[U]\nTransferSyntax1=LittleEndianImplicit\n[[PresentationContexts]]\n[C]\n"
    data += b"PresentationContext1=CTImageStorage\\U\n[[Profiles]]\n[P]\nPresentationContexts=C\n"
    (tmp_path / "p.cfg").write_bytes(data)
    for given in (data, tmp_path / "p.cfg", f"{tmp_path}/p.cfg:P", asprofile.load(data, role="acceptor").use("P")):
        receiving = asprofile.receive(given, tmp_path / "in")
        assert receiving.profile is not None
        assert receiving.accepts.startswith("P")
    assert asprofile.receive(None, tmp_path / "in").accepts == "ACCEPTORALL of acceptor_all.cfg, 269 SOP classes"
    assert asprofile.receive(None, tmp_path / "in", accept_all=True).profile is None


def test_waiting_ends_when_the_time_is_up_and_says_what_came(tmp_path: Path, object_: Path) -> None:
    options = asprofile.ReceiveOptions(store=asprofile.StoreOptions(min_free=1 << 60))
    with asprofile.receive(None, tmp_path / "in", options=options) as receiving:
        asprofile.send(receiving.address, object_, options=asprofile.SendOptions(retries=0, wait=0))
        receiving.wait_for(asprofile.AssociationEnded, timeout=LONG)
        with pytest.raises(asprofile.NotReceived) as caught:
            receiving.wait_for_objects(2, timeout=0.01)
    assert str(caught.value).startswith("0 of 2 Received within 0.01 s, 1 connection ended; not stored: 1.2.3 A700H ")
    assert isinstance(caught.value, TimeoutError)


def test_waiting_ends_with_the_receiver(tmp_path: Path) -> None:
    failed: list[Exception] = []

    def wait() -> None:
        try:
            receiving.wait_for_objects(timeout=LONG)
        except asprofile.NotReceived as error:
            failed.append(error)

    with asprofile.receive(None, tmp_path / "in") as receiving:
        waiting = [threading.Thread(target=wait) for _ in range(3)]
        for thread in waiting:
            thread.start()
    for thread in waiting:
        thread.join(LONG)
    assert [str(error) for error in failed] == ["0 of 1 Received before the receiver stopped, 0 connections ended"] * 3


def test_many_threads_wait_and_send(tmp_path: Path) -> None:
    objects = [write_ct(tmp_path / f"{number}.dcm", f"1.2.{number}") for number in range(8)]
    seen: list[int] = []
    with asprofile.receive(None, tmp_path / "in") as receiving:
        waiting = [
            threading.Thread(target=lambda n=n: seen.append(len(receiving.wait_for_objects(n, LONG)) >= n))
            for n in range(1, 9)
        ]
        sending = [threading.Thread(target=asprofile.send, args=(receiving.address, one)) for one in objects]
        for thread in (*waiting, *sending):
            thread.start()
        for thread in (*waiting, *sending):
            thread.join(LONG)
    assert seen == [True] * 8
    assert {one.sop_instance for one in receiving.objects} == {f"1.2.{number}" for number in range(8)}


def test_nothing_is_kept_and_then_nothing_waited_for(tmp_path: Path, object_: Path) -> None:
    with asprofile.receive(None, tmp_path / "in", keep_events=False) as receiving:
        assert asprofile.send(receiving.address, object_).all_stored
        with pytest.raises(asprofile.ConfigurationError, match="leave out keep_events=False"):
            receiving.wait_for_objects()
    assert (receiving.events, receiving.objects) == ((), ())


def test_what_a_listener_raises_comes_out_at_the_end(tmp_path: Path, object_: Path) -> None:
    def fail(event: object) -> None:
        raise ValueError(type(event).__name__)

    with (
        pytest.raises(ValueError, match="AssociationRequested"),
        asprofile.receive(None, tmp_path / "in", on_event=fail) as receiving,
    ):
        assert asprofile.send(receiving.address, object_).all_stored


def test_an_object_on_its_way_has_the_grace(tmp_path: Path) -> None:
    with asprofile.receive(None, tmp_path / "in", grace=LONG) as receiving:
        requestor = begin(receiving)
        rest = threading.Timer(0.1, lambda: requestor.pdv(b"half"))
        rest.start()
    rest.join()
    assert (tmp_path / "in" / "1.2.3.dcm").read_bytes().endswith(b"halfhalf")
    assert receiving.objects[0].size == 8
    assert isinstance(receiving.events[-1], asprofile.AssociationEnded)
    assert receiving.events[-1].ending == "stopped"
    requestor.__exit__()


@pytest.mark.parametrize("fails", [False, True])
def test_the_end_is_bounded_whatever_a_requestor_does(tmp_path: Path, fails: bool) -> None:
    """With an exception, at once: the grace would be over only after an hour."""
    receiving = asprofile.receive(None, tmp_path / "in", grace=3600 if fails else 0.2)
    requestors = []
    try:
        with receiving:
            requestors = [begin(receiving), Requestor(receiving.port)]
            silent = socket.create_connection((receiving.host, receiving.port))
            if fails:
                raise LookupError
    except LookupError:
        assert fails
    assert list((tmp_path / "in").iterdir()) == []
    [lost] = [event for event in receiving.events if isinstance(event, asprofile.NotStored)]
    assert (lost.sop_instance, lost.status) == ("1.2.3", 0)
    silent.close()
    for requestor in requestors:
        requestor.__exit__()


def begin(receiving: asprofile.Receiving) -> Requestor:
    """An object, of which half has come."""
    requestor = Requestor(receiving.port)
    requestor.pdv(dimse.store_request(CT, "1.2.3", 1), command=True)
    requestor.pdv(b"half", last=False)
    end = time.monotonic() + LONG
    while not list(receiving.into.iterdir()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return requestor


def test_it_may_be_ended_from_a_listener(tmp_path: Path, object_: Path) -> None:
    def stop(event: object) -> None:
        if isinstance(event, asprofile.Received):
            receiving.finish()

    with asprofile.receive(None, tmp_path / "in", on_event=stop) as receiving:
        assert asprofile.send(receiving.address, object_).report.results[0].outcome is asprofile.Outcome.STORED
        assert receiving.wait(LONG)
        with pytest.raises(OSError):
            socket.create_connection((receiving.host, receiving.port), 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"address": "x"}, "is no address"),
        ({"only_from": ["ME", "@x"]}, "is not an AE title"),
        ({"accept_all": True, "profile": "AcceptorAll"}, "accept_all takes the place of"),
    ],
)
def test_what_makes_no_sense(tmp_path: Path, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(asprofile.ConfigurationError, match=message):
        asprofile.receive(**{"profile": None, "into": tmp_path, **arguments})


def test_what_is_wrong_is_said_when_it_begins(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for into in ("file", "missing/in"):
        receiving = asprofile.receive(None, tmp_path / into)
        with pytest.raises(asprofile.ConfigurationError, match="cannot store there"), receiving:
            pass
    with asprofile.receive(None, tmp_path / "in") as first:
        again = asprofile.receive(None, tmp_path / "in", address=first.address)
        with pytest.raises(asprofile.AssociationError, match="cannot listen"), again:
            pass
    with pytest.raises(asprofile.ConfigurationError, match="not started"):
        _ = again.address
    with pytest.raises(asprofile.ProfileNotFound):
        asprofile.receive("NoSuch", tmp_path)
    with pytest.raises(asprofile.UnknownRelease):
        asprofile.receive(None, tmp_path, release="9.9.9")
