"""The items of an A-ASSOCIATE: held against pynetdicom's reading of the same bytes, and bytes that are no items."""

from __future__ import annotations

import ast
import struct
from pathlib import Path

import pytest
from factories import CT, EXPLICIT, IMPLICIT, MR
from hypothesis import given
from hypothesis import strategies as st
from strategies import uids

from asprofile.negotiate.request import (
    AssociateAccept,
    AssociateRequest,
    ContextResult,
    ExtendedItem,
    OperationsWindow,
    ProposedContext,
    RoleItem,
    UserIdentity,
)
from asprofile.net import wire
from asprofile.net.items import Items, encode_items

ROLES = st.lists(st.builds(RoleItem, uids, st.booleans(), st.booleans()), max_size=3).map(tuple)
EXTENDED = st.lists(st.builds(ExtendedItem, uids, st.binary(min_size=1, max_size=9)), max_size=3).map(tuple)
NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_.0123456789", min_size=1, max_size=16)
CONTEXT_IDS = st.integers(0, 127).map(lambda number: 2 * number + 1)
REQUESTS = st.builds(
    AssociateRequest,
    called_ae=NAMES,
    calling_ae=NAMES,
    contexts=st.lists(
        st.builds(ProposedContext, CONTEXT_IDS, uids, st.lists(uids, min_size=1, max_size=4).map(tuple)), max_size=5
    ).map(tuple),
    roles=ROLES,
    extended=EXTENDED,
    max_pdu=st.integers(0, 2**32 - 1),
    implementation_class_uid=uids,
    implementation_version_name=NAMES,
    user_identity=st.builds(
        UserIdentity, st.integers(1, 5), st.binary(min_size=1, max_size=9), st.binary(max_size=9), st.booleans()
    ),
    window=st.one_of(st.none(), st.builds(OperationsWindow, st.integers(0, 65535), st.integers(0, 65535))),
)


def item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(body)) + body


@given(REQUESTS)
def test_pynetdicom_reads_the_same_request(request_: AssociateRequest) -> None:
    from pynetdicom.pdu import A_ASSOCIATE_RQ

    encoded = wire.encode(request_)
    theirs = A_ASSOCIATE_RQ()
    theirs.decode(encoded)
    assert [
        (context.context_id, context.abstract_syntax, tuple(context.transfer_syntax))
        for context in theirs.presentation_context
    ] == [(context.id, context.abstract_syntax, context.transfer_syntaxes) for context in request_.contexts]
    information = theirs.user_information
    assert information.maximum_length == request_.max_pdu
    assert information.implementation_class_uid == request_.implementation_class_uid
    assert information.implementation_version_name == request_.implementation_version_name
    assert {uid: (role.scu, role.scp) for uid, role in information.role_selection.items()} == {
        role.sop_class: (role.scu, role.scp) for role in request_.roles
    }
    found = information.async_ops_window
    window = request_.window
    assert (found is None) == (window is None)
    if window is not None:
        theirs_ = (found.maximum_number_operations_invoked, found.maximum_number_operations_performed)
        assert theirs_ == (window.invoked, window.performed)
    found = information.user_identity
    identity = request_.user_identity
    assert identity is not None
    assert (found.id_type, found.primary, found.secondary, bool(found.response_requested)) == (
        identity.kind,
        identity.primary,
        identity.secondary,
        identity.response_requested,
    )
    # Its own encoding has another reserved byte in each context, and nothing else that differs.
    assert theirs.encode() == encoded.replace(b"\xff\x00\x30", b"\x00\x00\x30")


def test_pynetdicom_reads_the_same_answer() -> None:
    from pynetdicom.pdu import A_ASSOCIATE_AC

    accept = AssociateAccept(
        "SCP",
        "SCU",
        (ContextResult(1, 0, EXPLICIT), ContextResult(3, 3, IMPLICIT), ContextResult(5, 4, IMPLICIT)),
        (RoleItem(CT, True, False),),
        (ExtendedItem(MR, b"\x02\0\x03\0\x01\0"),),
        32768,
        "1.2.3.4",
        "VERSION",
        identity_response=b"ticket",
        window=OperationsWindow(17, 1),
    )
    encoded = wire.encode(accept)
    theirs = A_ASSOCIATE_AC()
    theirs.decode(encoded)
    assert [(context.context_id, context.result) for context in theirs.presentation_context] == [(1, 0), (3, 3), (5, 4)]
    assert theirs.presentation_context[0].transfer_syntax == EXPLICIT
    assert theirs.user_information.user_identity.response == b"ticket"
    assert theirs.encode() == encoded


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x10", "ends inside the header"),
        (b"\x10\0\0", "ends inside the header"),
        (b"\x10\0\0\x05abc", "item 10H is longer"),
        (item(0x10, b"1.2.\xff"), "item 10H with a UID that is not ASCII"),
        (item(0x20, b""), "item 20H is too short"),
        (item(0x20, b"\x01\0\0\0" + item(0x30, CT.encode())), "presentation context 1 lacks"),
        (item(0x21, b"\x01\0"), "item 21H is too short"),
        (item(0x50, item(0x51, b"\0\0\x40")), "item 51H is too short"),
        (item(0x50, item(0x53, b"\0\x01\0")), "item 53H is too short"),
        (item(0x50, item(0x54, b"\0")), "item 54H is too short"),
        (item(0x50, item(0x54, b"\0\x031.2")), "item 54H is too short"),
        (item(0x50, item(0x56, b"\0\x091.2")), "item 56H is too short"),
        (item(0x50, item(0x58, b"\x01")), "item 58H is too short"),
        (item(0x50, item(0x58, b"\x02\0\0\x01u\0\x05p")), "item 58H is too short"),
        (item(0x50, item(0x59, b"\0\x05p")), "item 59H is too short"),
    ],
)
def test_what_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Items(data)


def test_what_peers_do_and_may_not_matter() -> None:
    """Unknown items, a UID padded as in a data set, a name that is not ASCII, no secondary field, an item in itself."""
    information = (
        item(0x51, b"\0\0\x40\0")
        + item(0x52, b"1.2.3\0")
        + item(0x53, b"\0\x01\0\x01")
        + item(0x55, b"N\xe4me ")
        + item(0x58, b"\x01\x01\0\x01u")
        + item(0x50, item(0x51, b"\0\0\0\0"))
    )
    context = b"\x01\0\0\0" + item(0x30, CT.encode() + b"\0") + item(0x99, b"?") + item(0x40, IMPLICIT.encode())
    found = Items(item(0x99, b"") + item(0x20, context) + item(0x50, information))
    assert found.proposed == [ProposedContext(1, CT, (IMPLICIT,))]
    assert (found.max_pdu, found.class_uid, found.version_name) == (16384, "1.2.3", "N\N{REPLACEMENT CHARACTER}me")
    assert found.identity == UserIdentity(1, b"u", b"", True)
    assert found.window == OperationsWindow(1, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"contexts": (ProposedContext(1, "", (IMPLICIT,)),)},
        {"contexts": (ProposedContext(1, CT, ("1.2.\N{DIGIT ONE}\N{FULLWIDTH DIGIT ONE}",)),)},
        {"contexts": (ProposedContext(256, CT, (IMPLICIT,)),)},
        {"contexts": (ProposedContext(1, CT, (IMPLICIT,) * 4000),)},
        {"extended": (ExtendedItem(CT, bytes(65536)),)},
        {"max_pdu": 1 << 32},
        {"window": OperationsWindow(1 << 16, 1)},
        {"implementation_class_uid": ""},
        {"implementation_version_name": "SEVENTEEN_LETTERS"},
    ],
)
def test_what_cannot_be_encoded(changed: dict[str, object]) -> None:
    fields = {"called_ae": "A", "calling_ae": "B", "contexts": (ProposedContext(1, CT, (IMPLICIT,)),), **changed}
    with pytest.raises((ValueError, struct.error)):
        encode_items(AssociateRequest(**fields))  # type: ignore[arg-type]


def test_an_item_is_known_to_two_modules() -> None:
    """``request`` has its value, ``items`` its bytes: PDUs are put together from whatever they give."""
    tree = ast.parse(Path(wire.__file__).read_bytes())
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
    fields = {*AssociateRequest.__match_args__, *AssociateAccept.__match_args__}
    assert names & fields <= {"called_ae", "calling_ae", "protocol_version"}
