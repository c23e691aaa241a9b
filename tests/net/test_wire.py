"""PDUs <-> values: golden bytes, sizes, and bytes that are no PDU."""

from __future__ import annotations

import socket
import subprocess
import threading
from pathlib import Path

import pytest
from factories import CT, EXPLICIT, IMPLICIT, profile, write_ct
from hypothesis import given
from hypothesis import strategies as st
from programs import need
from strategies import uids

from asprofile.errors import ProposalError, ProtocolError
from asprofile.negotiate.request import (
    AssociateAccept,
    AssociateRequest,
    ContextResult,
    ExtendedItem,
    OperationsWindow,
    ProposedContext,
    RoleItem,
    UserIdentity,
    encoded_size,
    propose,
)
from asprofile.net import wire
from asprofile.value import replaced

titles = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-0123456789", min_size=1, max_size=16)
roles = st.builds(RoleItem, uids, st.booleans(), st.booleans())
extended = st.builds(ExtendedItem, uids, st.binary(max_size=40))
windows = st.one_of(st.none(), st.builds(OperationsWindow, st.integers(0, 65535), st.integers(0, 65535)))
requests = st.builds(
    AssociateRequest,
    called_ae=titles,
    calling_ae=titles,
    contexts=st.lists(
        st.builds(
            ProposedContext,
            st.integers(0, 127).map(lambda i: 2 * i + 1),
            uids,
            st.lists(uids, min_size=1, max_size=5).map(tuple),
        ),
        max_size=8,
    ).map(tuple),
    roles=st.lists(roles, max_size=4).map(tuple),
    extended=st.lists(extended, max_size=4).map(tuple),
    max_pdu=st.integers(0, 2**32 - 1),
    implementation_class_uid=uids,
    implementation_version_name=st.one_of(st.just(""), titles),
    user_identity=st.one_of(
        st.none(),
        st.builds(
            UserIdentity,
            st.just(2),
            st.binary(min_size=1, max_size=20),
            st.binary(min_size=1, max_size=20),
            st.booleans(),
        ),
    ),
    window=windows,
)
accepts = st.builds(
    AssociateAccept,
    called_ae=titles,
    calling_ae=titles,
    results=st.lists(st.builds(ContextResult, st.integers(0, 255), st.just(0), uids), max_size=6).map(tuple),
    roles=st.lists(roles, max_size=3).map(tuple),
    extended=st.lists(extended, max_size=3).map(tuple),
    max_pdu=st.integers(0, 2**32 - 1),
    implementation_class_uid=uids,
    identity_response=st.one_of(st.none(), st.binary(min_size=1, max_size=20)),
    window=windows,
)
PDU_TYPES = (wire.ASSOCIATE_RQ, wire.ASSOCIATE_AC, wire.ASSOCIATE_RJ, wire.RELEASE_RQ, wire.RELEASE_RP, wire.ABORT)


def hexed(text: str) -> bytes:
    return bytes.fromhex("".join(line.partition("#")[0] for line in text.splitlines()))


GOLDEN = [
    (wire.AssociateReject(1, 1, 7), "03 00 00000004 00 01 01 07"),
    (wire.ReleaseRequest(), "05 00 00000004 00000000"),
    (wire.ReleaseResponse(), "06 00 00000004 00000000"),
    (wire.Abort(2, 1), "07 00 00000004 00 00 02 01"),
    (
        AssociateAccept("SCP", "SCU", (ContextResult(1, 0, IMPLICIT),), (), (), 16384, "1.2.3", ""),
        """
        02 00 0000008f 0001 0000                        # A-ASSOCIATE-AC, protocol version 1
        53435020202020202020202020202020                # called AE title
        53435520202020202020202020202020                # calling AE title
        0000000000000000000000000000000000000000000000000000000000000000
        10 00 0015 312e322e3834302e31303030382e332e312e312e31   # application context name
        21 00 0019 01 00 00 00                          # context 1: accepted
        40 00 0011 312e322e3834302e31303030382e312e32   # Implicit VR Little Endian
        50 00 0011                                      # user information
        51 00 0004 00004000                             # maximum length 16384
        52 00 0005 312e322e33                           # implementation class UID
        """,
    ),
]


@pytest.mark.parametrize(("value", "golden"), GOLDEN)
def test_golden(value, golden):
    encoded = wire.encode(value)
    assert encoded == hexed(golden)
    assert wire.decode(encoded[0], encoded[6:]) == value


def test_golden_data_header():
    header = wire.data_header(3, 10, command=True, last=True)
    # P-DATA-TF, 16 bytes follow; a PDV of 12 bytes: context 3, command, last
    assert header == hexed("04 00 00000010  0000000c 03 03")
    assert wire.data_header(5, 2, command=False, last=False) == hexed("04 00 00000008  00000004 05 00")


@given(requests)
def test_request_round_trip_and_size(request):
    encoded = wire.encode(request)
    assert len(encoded) == encoded_size(request)
    pdu_type, length = wire.HEADER.unpack_from(encoded)
    assert length == len(encoded) - 6
    assert wire.decode(pdu_type, encoded[6:]) == request


def test_extended_negotiation_goes_out_whole():
    """As DCMTK sends it; every other UID is cut before."""
    long = "1.2." + "3" * 96
    request = AssociateRequest("A", "B", (ProposedContext(1, "1.2", ("1.2",)),), extended=(ExtendedItem(long, b"\1"),))
    encoded = wire.encode(request)
    assert encoded.endswith(hexed("56 00 0067 0064") + long.encode() + b"\1")
    assert len(encoded) == encoded_size(request)
    assert wire.decode(encoded[0], encoded[6:]) == request


@given(accepts)
def test_accept_round_trip(accept):
    encoded = wire.encode(accept)
    assert wire.decode(encoded[0], encoded[6:]) == accept


@given(st.sampled_from(PDU_TYPES), st.binary(max_size=300))
def test_any_bytes_are_a_value_or_a_protocol_error(pdu_type, body):
    try:
        wire.decode(pdu_type, body)
    except ProtocolError:
        return


@given(requests, st.data())
def test_damaged_requests_are_a_value_or_a_protocol_error(request, data):
    body = bytearray(wire.encode(request)[6:])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        wire.decode(wire.ASSOCIATE_RQ, bytes(body[: data.draw(st.integers(0, len(body)))]))
    except ProtocolError:
        return


@given(st.binary(max_size=200))
def test_any_data_values_are_values_or_a_protocol_error(body):
    try:
        values = list(wire.data_values(memoryview(body)))
    except ProtocolError:
        return
    assert sum(len(value.data) + 6 for value in values) == len(body)


def test_unknown_items_are_skipped():
    request = propose(profile((CT, (EXPLICIT,))))
    body = wire.encode(request)[6:]
    assert wire.decode(wire.ASSOCIATE_RQ, body + bytes.fromhex("99 00 0003 010203")) == request


def test_rejected_contexts_may_have_any_transfer_syntax():
    accept = AssociateAccept("A", "B", (ContextResult(1, 3, IMPLICIT),))
    encoded = bytearray(wire.encode(accept))
    encoded[encoded.index(IMPLICIT.encode())] = 0xFF
    assert wire.decode(2, bytes(encoded[6:])).results == (ContextResult(1, 3, ""),)


@pytest.mark.parametrize(
    ("pdu_type", "length", "message"),
    [
        (wire.P_DATA_TF, 0xFFFFFFFF, "at most 16384"),
        (wire.P_DATA_TF, 16385, "at most 16384"),
        (wire.ASSOCIATE_RQ, (1 << 20) + 1, "at most 1048576"),
        (wire.ASSOCIATE_AC, 0xFFFFFFFF, "at most 1048576"),
        (wire.ABORT, 5, "at most 4"),
        (wire.RELEASE_RP, 3, "too short"),
        (0x48, 4, "unrecognized PDU type 48H"),
        (0, 4, "unrecognized"),
    ],
)
def test_headers_that_no_peer_may_send(pdu_type, length, message):
    with pytest.raises(ProtocolError, match=message):
        wire.check_header(pdu_type, length, 16384)


def test_what_cannot_be_encoded_is_a_proposal_error():
    request = propose(profile((CT, (EXPLICIT,))))
    long = replaced(request, contexts=(ProposedContext(1, "1" * 65, (IMPLICIT,)),))
    with pytest.raises(ProposalError):
        wire.encode(long)


ROLES_AND_EXTENDED = """
[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[J]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\\U
PresentationContext2 = MRImageStorage\\U
PresentationContext3 = CTImageStorage\\J
[[SCPSCURoleSelection]]
[R]
Role1 = MRImageStorage\\SCP
Role2 = CTImageStorage\\BOTH
[[ExtendedNegotiation]]
[E]
ExtendedNegotiation1 = MRImageStorage\\020003000000
ExtendedNegotiation2 = CTImageStorage\\030000000200
[[Profiles]]
[Default]
PresentationContexts = C
SCPSCURoleSelection = R
ExtendedNegotiation = E
"""


def capture_storescu(config: Path, directory: Path) -> bytes:
    """The A-ASSOCIATE-RQ that the real storescu sends with the profile Default."""
    program = need("storescu", "dcmtk")
    captured = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                captured.extend(stream.read(6))
                captured.extend(stream.read(int.from_bytes(captured[2:6], "big")))

        thread = threading.Thread(target=serve)
        thread.start()
        port = str(listener.getsockname()[1])
        command = [program, "-xf", str(config), "Default", "-aet", "ME", "-aec", "YOU", "127.0.0.1", port]
        subprocess.run([*command, str(write_ct(directory / "ct.dcm"))], check=False, capture_output=True, timeout=60)
        thread.join()
    return bytes(captured)


@pytest.mark.peer
@pytest.mark.parametrize("which", ["installed", "roles and extended negotiation"])
def test_request_is_storescus_to_the_last_byte(tmp_path, which):
    import asprofile

    config = Path("/etc/dcmtk/storescu.cfg")
    if which != "installed":
        config = tmp_path / "own.cfg"
        config.write_text(ROLES_AND_EXTENDED)
    theirs = capture_storescu(config, tmp_path)
    known = wire.decode(theirs[0], theirs[6:])
    ours = propose(
        asprofile.load(config).profiles["DEFAULT"],
        called_ae="YOU",
        calling_ae="ME",
        implementation_class_uid=known.implementation_class_uid,
        implementation_version_name=known.implementation_version_name,
    )
    assert wire.encode(ours) == theirs
    assert encoded_size(ours) == len(theirs)


@pytest.mark.parametrize("first", [0x15, 0x16], ids=["alert", "handshake"])
def test_tls_where_a_pdu_was_expected(first):
    with pytest.raises(ProtocolError, match="it speaks TLS on this connection, and we do not"):
        wire.check_header(first, 0x030100, 16384)
