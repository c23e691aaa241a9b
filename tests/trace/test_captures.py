"""Captures of associations: of every kind of packet, with what becomes of packets on the way."""

from __future__ import annotations

import io

import pytest
from made_captures import (
    CT,
    EXPLICIT,
    WRAPPINGS,
    conversation,
    disturbed,
    fragmented,
    packets,
    pcap,
    pcapng,
    rejection,
    request,
)

import asprofile
from asprofile.net.wire import Abort, encode

SEEDS = range(60)


def read(data: bytes) -> asprofile.TraceReport:
    report = asprofile.trace(io.BytesIO(data))
    assert report.kind == "capture"
    return report


def one(data: bytes):
    (found,) = read(data).associations
    return found


EXPECTED = one(pcap(packets(conversation())))


def same(found) -> bool:
    fields = ("requestor", "acceptor", "contexts", "operations", "ending", "lacks", "bytes", "identity")
    return all(getattr(found, name) == getattr(EXPECTED, name) for name in fields)


def test_what_is_in_it() -> None:
    found = EXPECTED
    assert found.named == "SCANNER to ARCHIVE"
    assert (found.requestor.address, found.acceptor.address) == ("192.0.2.1:50000", "192.0.2.2:11112")
    assert found.acceptor.version_name == "THEIRS"
    assert [(each.id, each.result, each.accepted, each.asked, each.granted) for each in found.contexts] == [
        (1, 0, EXPLICIT, "both", "default"),
        (3, 3, None, "default", "default"),
    ]
    (stored,) = found.operations
    assert (stored.command, stored.sop_class, stored.context_id, stored.transfer_syntax, stored.status) == (
        "C-STORE", CT, 1, EXPLICIT, 0,
    )  # fmt: skip
    assert (stored.count, stored.instance, found.bytes) == (2, "1.2.3.1", 80_000)
    assert (found.ending.kind, found.ending.by, found.identity) == ("released", "requestor", "user name")
    assert found.time == "2023-11-14 22:13:20.000 UTC"
    assert found.lacks == ()


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_kind_of_packet(wrapping: str) -> None:
    made = packets(conversation())
    assert same(one(pcap(made, wrapping)))
    assert same(one(pcapng(made, wrapping)))
    v6 = one(pcap(packets(conversation(), v6=True), wrapping))
    assert (v6.contexts, v6.operations) == (EXPECTED.contexts, EXPECTED.operations)
    assert v6.acceptor.address == "[::2]:11112"


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_packets_that_were_cut_on_their_way(wrapping: str) -> None:
    made = packets(conversation())
    for size in (8, 504, 1400):
        assert same(one(pcap(fragmented(made, size), wrapping)))
    v6 = one(pcap(fragmented(packets(conversation(), v6=True)), wrapping))
    assert (v6.contexts, v6.operations) == (EXPECTED.contexts, EXPECTED.operations)


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_parts_that_come_late_or_twice(seed: int) -> None:
    assert same(one(pcap(disturbed(fragmented(packets(conversation())), seed))))


def test_a_part_that_is_lost_or_overlaps_is_said() -> None:
    made = packets(conversation())
    parts = fragmented(made)
    rest = [one for one in range(len(parts)) if parts[one][1][6:8] == b"\x20\x3f"]  # the second of three or more
    lost = parts[: rest[-1]] + parts[rest[-1] + 1 :]
    (said,) = read(pcap(lost)).notes
    assert said == "1 IP packet that was cut, parts of which did not come, or were not kept whole: left out"
    at, packet = parts[rest[-1]]
    other = packet[:6] + b"\x20\x3e" + packet[8:]
    (said,) = read(pcap([*parts[: rest[-1]], (at, other), *parts[rest[-1] :]])).notes
    assert said == "1 IP packet that was cut, parts of which overlap: left out"


def test_parts_without_an_end_are_given_up() -> None:
    begun = [(1.0, packet[:4] + number.to_bytes(2, "big") + b"\x20\0" + packet[8:]) for number in range(2000)
             for _, packet in packets(conversation())[:1]]  # fmt: skip
    report = read(pcap([*begun, *packets(conversation())]))
    assert same(report.associations[0])
    assert report.notes[0].startswith("2,000 IP packets that were cut, parts of which did not come")


def test_every_kind_of_file() -> None:
    made = packets(conversation())
    for order in "<>":
        assert same(one(pcap(made, order=order)))
        assert same(one(pcap(made, order=order, nano=True)))
        assert same(one(pcapng(made, order=order)))


@pytest.mark.parametrize("port", [80, 443, 5678, 65000])
def test_any_port(port: int) -> None:
    assert one(pcap(packets(conversation(), port=port))).contexts == EXPECTED.contexts


@pytest.mark.parametrize("mss", [1, 7, 536, 9000, 65_000])
def test_however_the_bytes_are_cut(mss: int) -> None:
    size = 500 if mss < 100 else 40_000
    found = one(pcap(packets(conversation(size=size), mss=mss)))
    assert (found.contexts, found.operations, found.lacks) == (EXPECTED.contexts, EXPECTED.operations, ())


@pytest.mark.parametrize("seed", SEEDS)
def test_packets_that_come_late_or_twice(seed: int) -> None:
    assert same(one(pcap(disturbed(packets(conversation()), seed))))


def test_sequence_numbers_go_round() -> None:
    assert same(one(pcap(packets(conversation(), first=(1 << 32) - 5000))))


@pytest.mark.parametrize("lost", range(8, 60, 5))
def test_a_lost_packet_of_data_is_no_loss(lost: int) -> None:
    """Packets that the network lost, and the capture with it, come again; those that only the capture lost do not."""
    made = packets(conversation(objects=1, size=100_000))
    found = one(pcap([each for place, each in enumerate(made) if place != lost]))
    assert found.contexts == EXPECTED.contexts
    assert [(each.command, each.status, each.count) for each in found.operations] == [("C-STORE", 0, 1)]
    assert found.ending.kind == "released"


def test_a_lost_request_is_said() -> None:
    made = packets(conversation())
    found = one(pcap([each for place, each in enumerate(made) if place != 3]))
    assert not found.proposed
    assert "began before the capture" in " ".join(found.lacks)
    assert [each.count for each in found.operations] == [2]


def test_one_that_began_before_the_capture() -> None:
    found = one(pcap(packets(conversation(objects=5))[40:]))
    assert found.contexts == ()
    assert "began before the capture" in found.lacks[0]
    assert sum(each.count for each in found.operations) >= 3
    assert found.ending.kind == "released"


def test_one_that_ends_after_the_capture() -> None:
    found = one(pcap(packets(conversation())[:30]))
    assert (found.contexts, found.ending.kind) == (EXPECTED.contexts, "unknown")
    assert found.lacks == ("the capture ends before the association",)


def test_a_file_that_is_cut_off_is_read_up_to_there() -> None:
    data = pcap(packets(conversation()))
    for end in range(30, len(data), 4999):
        try:
            report = read(data[:end])
        except asprofile.ProposalError:
            continue  # nothing of the association is there yet
        assert len(report.associations) == 1
    report = read(data[:-1])
    assert "ends in the middle" in report.notes[0]


def test_only_the_beginning_of_each_packet_was_kept() -> None:
    """What is negotiated fits in; of the data nothing is needed."""
    found = one(pcap(packets(conversation(), mss=1000), kept=700))
    assert found.contexts == EXPECTED.contexts
    assert [(each.count, each.status) for each in found.operations] == [(2, 0)]


def test_many_at_once() -> None:
    made = sorted(
        packet
        for number in range(40)
        for packet in packets(conversation(calling=f"DEVICE{number}"), client=40_000 + number, at=1e9 + number * 1e-5)
    )
    report = read(pcap(made))
    assert [each.requestor.title for each in report.associations] == [f"DEVICE{number}" for number in range(40)]
    assert all(each.contexts == EXPECTED.contexts for each in report.associations)


def test_the_same_ports_again() -> None:
    first = packets(conversation(calling="FIRST"))
    second = packets(rejection("SECOND"), first=900_000, at=1.8e9)
    found = read(pcap([*first, *second])).associations
    assert [(each.requestor.title, each.ending.kind) for each in found] == [
        ("FIRST", "released"),
        ("SECOND", "rejected"),
    ]


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        (rejection(), "rejected", "the acceptor's AE title is not ARCHIVE"),
        (conversation(status=0xA700), "status", "2 C-STOREs of CT Image Storage answered with A700H"),
        ([(0, encode(request())), (1, encode(Abort(2, 6)))], "aborted", "the acceptor aborted the association instead"),
        ([(0, encode(request()))], "no-answer", "closed without a release"),
    ],
    ids=["rejected", "status", "aborted", "no answer"],
)
def test_what_went_wrong(said: list[tuple[int, bytes]], kind: str, text: str) -> None:
    causes = read(pcap(packets(said))).causes[0]
    assert causes[0].kind == kind
    assert text in causes[0].what
    probes = [remedy.command for cause in causes for remedy in cause.remedies if "192.0.2.2:11112" in remedy.command]
    if kind == "rejected":
        assert probes


def test_a_connection_that_was_refused() -> None:
    syn, answer = packets([])[:2]
    refused = bytearray(answer[1])
    refused[33] = 4 | 16
    (causes,) = read(pcap([syn, (answer[0], bytes(refused))])).causes
    assert causes[0].kind == "connection"
    assert "nothing listens at 192.0.2.2:11112" in causes[0].what


def test_tls_is_recognised_and_said() -> None:
    hello = b"\x16\x03\x01\x00\x40\x01" + bytes(63)
    report = read(pcap(packets([(0, hello), (1, b"\x16\x03\x03\x00\x40\x02" + bytes(63))], port=2762)))
    assert report.associations[0].tls
    assert report.causes[0][0].kind == "tls"
    both = [*packets(conversation()), *packets([(0, hello)], port=443, client=51_000)]
    assert "what is in it cannot be seen" in read(pcap(both)).notes[0]


def test_other_traffic_is_not_dicom() -> None:
    web = packets([(0, b"GET / HTTP/1.1\r\n\r\n"), (1, b"HTTP/1.1 200 OK\r\n\r\n" + bytes(5000))], port=80)
    with pytest.raises(asprofile.ProposalError, match="no association in the capture"):
        read(pcap(web))
    with pytest.raises(asprofile.ProposalError, match="no TCP in the 0 packets"):
        read(pcap([]))


def test_whatever_is_in_a_capture() -> None:
    """Damaged in any byte it is read, or refused with a reason."""
    data = bytearray(pcap(packets(conversation(objects=1, size=3000))))
    for place in range(0, len(data), 17):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        try:
            asprofile.trace(io.BytesIO(bytes(damaged)))
        except asprofile.AsprofileError as error:
            assert str(error)


def test_memory_does_not_grow_with_what_never_ends() -> None:
    """Out of order for ever: what waits is limited."""
    from asprofile.trace.captures.pdus import PduReader
    from asprofile.trace.captures.streams import HalfStream

    class Nobody:
        def pdu(self, *_: object) -> None: ...
        def command(self, *_: object) -> None: ...
        def unreadable(self, *_: object) -> None: ...

    half = HalfStream(PduReader(0, Nobody()))
    half.begin(0)
    for number in range(1, 5000):
        half.feed(number * 2000, bytes(1000), 0, 1000)
    assert len(half._waiting) <= 512
