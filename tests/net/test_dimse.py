"""Command sets: golden bytes, round trips, bytes that are none; what statuses mean."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import pytest
from factories import CT
from hypothesis import given
from hypothesis import strategies as st

from asprofile.errors import ProtocolError
from asprofile.names.well_known import VERIFICATION
from asprofile.net import dimse
from asprofile.net.dimse import CommandSet, StatusClass

if TYPE_CHECKING:
    from collections.abc import Callable


def hexed(text: str) -> bytes:
    return bytes.fromhex("".join(line.partition("#")[0] for line in text.splitlines()))


def test_golden_store_request():
    assert dimse.store_request("1.2.3", "1.2", 7, priority=2) == hexed(
        """
        0000 0000 04000000 42000000     # group length 66
        0000 0200 06000000 312e322e3300 # affected SOP class 1.2.3, padded with NUL
        0000 0001 02000000 0100         # command field C-STORE-RQ
        0000 1001 02000000 0700         # message id 7
        0000 0007 02000000 0200         # priority low
        0000 0008 02000000 0100         # there is a data set
        0000 0010 04000000 312e3200     # affected SOP instance 1.2
        """
    )


def test_golden_echo_request():
    assert dimse.echo_request(1) == hexed(
        """
        0000 0000 04000000 38000000     # group length 56
        0000 0200 12000000 312e322e3834302e31303030382e312e3100  # Verification
        0000 0001 02000000 3000         # C-ECHO-RQ
        0000 1001 02000000 0100         # message id 1
        0000 0008 02000000 0101         # no data set
        """
    )


def test_move_originator():
    encoded = dimse.store_request(CT, "1.2", 1, move_originator=dimse.MoveOriginator("MOVER", 9))
    assert hexed("0000 3010 06000000 4d4f56455220") in encoded
    assert encoded.endswith(hexed("0000 3110 02000000 0900"))


def test_pynetdicom_reads_the_same():
    from io import BytesIO

    from pynetdicom.dsutils import decode

    dataset = decode(BytesIO(dimse.store_request(CT, "1.2.3.4", 12)), True, True)
    assert dataset.CommandField == 1
    assert dataset.MessageID == 12
    assert dataset.AffectedSOPClassUID == CT
    assert dataset.AffectedSOPInstanceUID == "1.2.3.4"
    assert dataset.CommandGroupLength == len(dimse.store_request(CT, "1.2.3.4", 12)) - 12


def test_requests_decode():
    assert dimse.decode(dimse.store_request(CT, "1.2.3", 9)) == CommandSet(
        dimse.C_STORE_RQ, True, message_id=9, sop_class=CT, sop_instance="1.2.3"
    )
    assert dimse.decode(dimse.echo_request(2)) == CommandSet(
        dimse.C_ECHO_RQ, False, message_id=2, sop_class=VERIFICATION
    )


def test_response_decodes():
    request = dimse.decode(dimse.store_request(CT, "1.2.3", 9))
    assert dimse.decode(dimse.response(request, 0xA700, "disk\x1b[2Jfull")) == CommandSet(
        dimse.C_STORE_RQ | dimse.RESPONSE,
        False,
        responded_to=9,
        status=0xA700,
        sop_class=CT,
        sop_instance="1.2.3",
        comment="disk?[2Jfull",  # nothing of a peer's reaches a terminal as a control character
    )
    assert len(dimse.decode(dimse.response(request, 0, "x" * 100)).comment) == 64


@given(st.binary(max_size=200))
def test_any_bytes_are_a_command_or_a_protocol_error(data):
    try:
        dimse.decode(data)
    except ProtocolError:
        return


@given(st.data())
def test_damaged_commands_are_a_command_or_a_protocol_error(data):
    encoded = bytearray(dimse.response(CommandSet(1, True, 5, sop_class=CT, sop_instance="1.2.3"), 0xB000, "text"))
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        dimse.decode(bytes(encoded[: data.draw(st.integers(0, len(encoded)))]))
    except ProtocolError:
        return


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        ("", "without a Command Field"),
        ("0000 0001 02000000 0180", "without a Command Data Set Type"),
        ("0000 0001 02000000 0180 0000 0008 02000000 0101", "without Message ID Being Responded To"),
        ("0000 0001 02000000 0100 0000 0008 02000000 0100", "without a Message ID"),
        ("0000 0001 04000000 01000000", "has 4 bytes, not 2"),
        ("0000 0001 ffffffff 0100", "longer than the command set"),
        ("0000 00", "ends inside"),
    ],
)
def test_what_is_no_command(encoded, message):
    with pytest.raises(ProtocolError, match=message):
        dimse.decode(bytes.fromhex(encoded))


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (0x0000, StatusClass.SUCCESS, "0000H success"),
        (0xB000, StatusClass.WARNING, "B000H coercion of data elements"),
        (0xB006, StatusClass.WARNING, "B006H elements discarded"),
        (0xB123, StatusClass.WARNING, "B123H warning, not in the standard"),
        (0x0001, StatusClass.WARNING, "0001H warning: requested optional attributes are not supported"),
        (0x0107, StatusClass.WARNING, "0107H attribute list error"),
        (0x0116, StatusClass.WARNING, "0116H attribute value out of range"),
        (0xA700, StatusClass.FAILURE, "A700H refused: out of resources"),
        (0xA7FF, StatusClass.FAILURE, "A7FFH refused: out of resources"),
        (0xA900, StatusClass.FAILURE, "A900H data set does not match SOP class"),
        (0xC123, StatusClass.FAILURE, "C123H cannot understand"),
        (0x0122, StatusClass.FAILURE, "0122H refused: SOP class not supported"),
        (0x0124, StatusClass.FAILURE, "0124H refused: not authorized"),
        (0xFE00, StatusClass.CANCEL, "FE00H cancelled"),
        (0xFF00, StatusClass.PENDING, "FF00H pending"),
        (0xFF01, StatusClass.PENDING, "FF01H pending"),
        (0x1234, StatusClass.FAILURE, "1234H failure, not in the standard"),
    ],
)
def test_status(status, kind, text):
    assert dimse.status_class(status) is kind
    assert dimse.status_text(status) == text


@given(st.integers(0, 0xFFFF))
def test_every_status_has_a_class_and_a_text(status):
    assert dimse.status_class(status) in StatusClass
    assert dimse.status_text(status).startswith(f"{status:04X}H ")


def _elements(rows: list[tuple[int, int, bytes]]) -> bytes:
    body = b"".join(struct.pack("<HHI", group, element, len(value)) + value for group, element, value in rows)
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


@given(st.integers(0, 1 << 40))
def test_commands_one_after_the_other_read_as_alone(seed):
    """Like the one before, nearly like it, damaged: the reader that remembers the last one says what decode does."""
    chance = random.Random(seed)
    rows = [
        (0, 0x0002, f"{CT}".encode() + b"\0"),
        (0, 0x0100, b"\1\0"),
        (0, 0x0110, b"\7\0"),
        (0, 0x0700, b"\0\0"),
        (0, 0x0800, b"\1\0"),
        (0, 0x1000, b"1.2.3\0"),
    ]
    reader, said = dimse.CommandReader(), []
    for _ in range(12):
        rows = list(rows)
        place = chance.randrange(len(rows))
        match chance.randrange(9):
            case 0:
                rows[place] = (*rows[place][:2], chance.randbytes(2))
            case 1:
                rows.insert(place, (chance.choice([0, 8]), chance.choice([0x0003, 0x0110, 0x1000, 0x1001]), b"1.2 "))
            case 2:
                del rows[place]
            case 3:
                chance.shuffle(rows)
            case _:
                rows = [(g, e, _another(e, value, chance)) for g, e, value in rows]
        data = bytearray(_elements(rows or [(0, 0x0100, b"\1\0")]))
        if not chance.randrange(6):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        said.append(bytes(data))
    assert [_outcome(reader.read, data) for data in said] == [_outcome(dimse.decode, data) for data in said]


def _another(element: int, value: bytes, chance: random.Random) -> bytes:
    if element == 0x0110:
        return chance.randbytes(2)
    return (
        b"1.2." + b"7" * chance.randrange(9) + chance.choice([b"", b"\0", b" ", b"\x1b"])
        if element == 0x1000
        else value
    )


def _outcome(read: Callable[[bytes], CommandSet], data: bytes) -> CommandSet | str:
    try:
        return read(data)
    except ProtocolError as error:
        return str(error)


def test_most_commands_are_not_decoded_again(monkeypatch):
    calls: list[bytes] = []
    decode = dimse.decode
    monkeypatch.setattr(dimse, "decode", lambda data: calls.append(data) or decode(data))
    reader = dimse.CommandReader()
    for number in range(200):
        found = reader.read(dimse.store_request(CT, f"1.2.{7**number % 10**30}", number))
        assert (found.message_id, found.sop_instance) == (number, f"1.2.{7**number % 10**30}")
    assert len(calls) == 1
