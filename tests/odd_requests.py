"""Association requests that are put together byte by byte from a number: right ones that are odd, and broken ones.

Belongs here: bytes. Does not belong here: our own encoder (``asprofile.net.wire``), and what an acceptor says to them:
the real one says that.
"""

from __future__ import annotations

import random
import struct
from typing import Final

APPLICATION_CONTEXT: Final = b"1.2.840.10008.3.1.1.1"
VERIFICATION: Final = b"1.2.840.10008.1.1"
CT: Final = b"1.2.840.10008.5.1.4.1.1.2"
IMPLICIT: Final = b"1.2.840.10008.1.2"
EXPLICIT: Final = b"1.2.840.10008.1.2.1"
PADDINGS: Final = (b"", b"", b"", b"", b"\0")


def item(kind: int, body: bytes, reserved: int = 0) -> bytes:
    """An item, or a sub-item."""
    return struct.pack(">BBH", kind, reserved, len(body)) + body


def counted(data: bytes) -> bytes:
    """A field after its length of two bytes."""
    return struct.pack(">H", len(data)) + data


def context(number: int, abstract: bytes, *syntaxes: bytes, reserved: bytes = b"\0\xff\0") -> bytes:
    """A presentation context that is proposed."""
    body = b"".join(item(0x40, syntax) for syntax in syntaxes)
    return item(0x20, bytes((number,)) + reserved + item(0x30, abstract) + body)


def user(*items: bytes, size: int = 16384, class_uid: bytes = b"1.2.3.4") -> bytes:
    """User information; ``items`` are behind the two that each has."""
    return item(0x50, item(0x51, struct.pack(">I", size)) + item(0x52, class_uid) + b"".join(items))


def request(
    *items: bytes,
    called: bytes = b"STORE".ljust(16),
    calling: bytes = b"ME".ljust(16),
    version: int = 1,
    reserved: bytes = bytes(32),
) -> bytes:
    """An A-ASSOCIATE-RQ with these items."""
    body = struct.pack(">HH16s16s", version, 0, called, calling) + reserved + b"".join(items)
    return struct.pack(">BBI", 1, 0, len(body)) + body


def application(uid: bytes = APPLICATION_CONTEXT) -> bytes:
    """The application context."""
    return item(0x10, uid)


class OddRequest:
    """What a requestor of some other make could send, though few do: nothing in it is against the standard, or it is
    something that acceptors let pass. ``classes`` and ``syntaxes`` are those of the acceptor's profile.
    """

    def __init__(self, number: int, classes: list[bytes], syntaxes: list[bytes]) -> None:
        self._dice = random.Random(f"odd {number}")
        self._classes = [*classes, CT, b"1.2.3.9", b"1.2.840.10008.5.1.4.1.1.66"]
        self._syntaxes = [*syntaxes, IMPLICIT, EXPLICIT, b"1.2.3.8"]
        contexts, users = self._contexts(), self._users()
        first = [application()]
        items = [*first, *contexts, item(0x50, b"".join(users))]
        if self._chance(0.1):
            self._dice.shuffle(items)
        self.data = request(
            *items,
            called=self._title(),
            calling=self._title(),
            version=self._dice.choice((1, 1, 1, 3, 0xFFFF)),
            reserved=self._dice.choice((bytes(32), self._dice.randbytes(32))),
        )

    def _chance(self, part: float) -> bool:
        return self._dice.random() < part

    def _title(self) -> bytes:
        title = self._dice.choice((b"STORE", b"A B", b" LEFT", b"a", b"SIXTEEN_LETTERS_", b"with\\slash"))
        return title.ljust(16, self._dice.choice((b" ", b" ", b"\0")))

    def _uid(self, some: list[bytes]) -> bytes:
        return (self._dice.choice(some) + self._dice.choice(PADDINGS))[:64]

    def _contexts(self) -> list[bytes]:
        count = self._dice.choice((1, 2, 3, 8, 30, 128))
        numbers = [2 * at + 1 for at in range(128)][:count]
        if self._chance(0.4):
            numbers = self._dice.sample([2 * at + 1 for at in range(128)], count)
        some = self._dice.sample(self._classes, min(len(self._classes), self._dice.choice((1, 2, 5, 40))))
        return [self._context(number, some) for number in numbers]

    def _context(self, number: int, classes: list[bytes]) -> bytes:
        count = self._dice.choice((1, 1, 2, 3, 12))
        syntaxes = [self._uid(self._syntaxes) for _ in range(count)]
        reserved = self._dice.choice((b"\0\xff\0", bytes(3), self._dice.randbytes(3)))
        return context(number, self._uid(classes), *syntaxes, reserved=reserved)

    def _users(self) -> list[bytes]:
        size = self._dice.choice((0, 4096, 16384, 16385, 131072, 1 << 20, 0xFFFFFFFF))
        items = [item(0x51, struct.pack(">I", size)), item(0x52, self._dice.choice((b"1.2.3.4", b"1." + b"5" * 62)))]
        more: list[bytes] = []
        if self._chance(0.5):
            more += [self._role() for _ in range(self._dice.choice((1, 2, 6)))]
        if self._chance(0.4):
            more += [self._extended() for _ in range(self._dice.choice((1, 2, 6)))]
        if self._chance(0.3):
            more.append(item(0x53, struct.pack(">HH", *self._dice.choices((0, 1, 5, 65535), k=2))))
        if self._chance(0.7):
            more.append(item(0x55, self._dice.choice((b"X", b"SIXTEEN_LETTERS_", b"with blank", b"padded\0"))))
        if self._chance(0.3):
            more.append(self._identity())
        if self._chance(0.15):
            more.append(item(self._dice.choice((0x57, 0x5A, 0x60, 0xFF)), self._dice.randbytes(5)))
        if self._chance(0.3):
            self._dice.shuffle(more)
        items += more
        if self._chance(0.1):
            self._dice.shuffle(items)
        return items

    def _role(self) -> bytes:
        roles = bytes(self._dice.choices((0, 1), k=2))
        return item(0x54, counted(self._uid(self._classes)) + roles)

    def _extended(self) -> bytes:
        data = self._dice.randbytes(self._dice.choice((0, 1, 6, 100)))
        return item(0x56, counted(self._uid(self._classes)) + data)

    def _identity(self) -> bytes:
        kind = self._dice.choice((1, 2, 3, 4, 5))
        primary = self._dice.choice((b"name", b"a", bytes(300)))
        secondary = b"secret" if kind == 2 else b""
        return item(0x58, bytes((kind, self._dice.choice((0, 1)))) + counted(primary) + counted(secondary))


def _claims(kind: int, length: int, body: bytes) -> bytes:
    """An item that says it has another length than it has."""
    return struct.pack(">BBH", kind, 0, length) + body


def _broken(*parts: bytes) -> bytes:
    """A presentation context, id 1, of these sub-items."""
    return item(0x20, b"\1\0\0\0" + b"".join(parts))


_APP, _USER, _GOOD = application(), user(), context(1, CT, IMPLICIT, EXPLICIT)
_SIZE = item(0x51, bytes((0, 0, 64, 0)))
_NAME, _NONE = counted(b"name"), counted(b"")


def _contexts(*some: bytes) -> bytes:
    return request(_APP, *some, _USER)


def _users(*some: bytes) -> bytes:
    return request(_APP, _GOOD, user(*some))


def _pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBI", kind, 0, len(body)) + body


BROKEN: Final[dict[str, bytes]] = {
    "even id": _contexts(context(2, CT, IMPLICIT)),
    "id 0": _contexts(context(0, CT, IMPLICIT)),
    "id 0 behind another": _contexts(context(1, VERIFICATION, IMPLICIT), context(0, CT, EXPLICIT)),
    "id 0 twice": _contexts(context(0, VERIFICATION, IMPLICIT), context(0, CT, EXPLICIT)),
    "an id twice, the same": _contexts(context(1, CT, IMPLICIT), context(1, CT, IMPLICIT)),
    "an id twice, another class": _contexts(context(1, CT, IMPLICIT), context(1, VERIFICATION, IMPLICIT)),
    "an id twice, another syntax": _contexts(context(1, CT, IMPLICIT), context(1, CT, EXPLICIT)),
    "an id twice, the second refused": _contexts(context(1, CT, IMPLICIT), context(1, b"1.2.9", IMPLICIT)),
    "an id twice, the first refused": _contexts(context(1, b"1.2.9", IMPLICIT), context(1, CT, IMPLICIT)),
    "an id twice, both refused": _contexts(context(1, b"1.2.9", IMPLICIT), context(1, CT, b"1.2.7")),
    "an id twice, with one between": _contexts(
        context(1, VERIFICATION, IMPLICIT), context(3, CT, EXPLICIT), context(1, CT, EXPLICIT)
    ),
    "an id three times": _contexts(
        context(1, VERIFICATION, IMPLICIT), context(1, CT, b"1.2.7"), context(1, VERIFICATION, EXPLICIT)
    ),
    "an id twice, with roles": request(
        _APP,
        context(1, VERIFICATION, IMPLICIT),
        context(1, CT, IMPLICIT),
        user(item(0x54, counted(CT) + b"\1\1"), item(0x54, counted(VERIFICATION) + b"\1\0")),
    ),
    "129 contexts": _contexts(*(context((2 * number + 1) & 255, CT, IMPLICIT) for number in range(129))),
    "256 contexts": _contexts(*(context(number, CT, IMPLICIT) for number in range(256))),
    "no context": request(_APP, _USER),
    "no transfer syntax": _contexts(context(1, CT)),
    "no transfer syntax, and a good one": _contexts(context(3, CT), _GOOD),
    "no abstract syntax": _contexts(_broken(item(0x40, IMPLICIT))),
    "an empty context": _contexts(_broken()),
    "a context of 2 bytes": _contexts(item(0x20, b"\1\0")),
    "a context of 0 bytes": _contexts(item(0x20, b"")),
    "two abstract syntaxes": _contexts(_broken(item(0x30, VERIFICATION), item(0x30, CT), item(0x40, IMPLICIT))),
    "the abstract syntax behind": _contexts(_broken(item(0x40, IMPLICIT), item(0x30, CT))),
    "an unknown sub-item": _contexts(_broken(item(0x77, b"abc"), item(0x30, CT), item(0x40, IMPLICIT))),
    "an empty abstract syntax": _contexts(context(1, b"", IMPLICIT)),
    "an empty transfer syntax": _contexts(context(1, CT, b"")),
    "an empty transfer syntax and another": _contexts(context(1, CT, b"", IMPLICIT)),
    "a context of an answer": _contexts(item(0x21, b"\1\0\0\0" + item(0x40, IMPLICIT))),
    "a context of an answer, with all": _contexts(item(0x21, b"\1\0\0\0" + item(0x30, CT) + item(0x40, IMPLICIT))),
    "no application context": request(_GOOD, _USER),
    "another application context": request(application(b"1.2.3"), _GOOD, _USER),
    "an empty application context": request(application(b""), _GOOD, _USER),
    "an application context with NUL": request(application(APPLICATION_CONTEXT + b"\0"), _GOOD, _USER),
    "an application context with a blank": request(application(APPLICATION_CONTEXT + b" "), _GOOD, _USER),
    "two application contexts": request(_APP, application(b"1.2.3"), _GOOD, _USER),
    "two application contexts, the right one last": request(application(b"1.2.3"), _APP, _GOOD, _USER),
    "an unknown item": request(_APP, item(0x99, b"abc"), _GOOD, _USER),
    "an empty item of type 0": request(_APP, item(0, b""), _GOOD, _USER),
    "no user information": request(_APP, _GOOD),
    "empty user information": request(_APP, _GOOD, item(0x50, b"")),
    "user information twice": request(_APP, _GOOD, _USER, user(item(0x55, b"TWO"), size=20000)),
    "no maximum length": request(_APP, _GOOD, item(0x50, item(0x52, b"1.2"))),
    "a maximum length of 2 bytes": request(_APP, _GOOD, item(0x50, item(0x51, b"\0\1") + item(0x52, b"1.2"))),
    "a maximum length of 6 bytes": request(_APP, _GOOD, item(0x50, item(0x51, b"\0\0\x40\0\0\0") + item(0x52, b"1"))),
    **{f"maximum length {size}": request(_APP, _GOOD, user(size=size)) for size in (1, 7, 8, 12, 13, 100)},
    "no implementation class UID": request(_APP, _GOOD, item(0x50, _SIZE)),
    "an implementation class UID of 65": request(_APP, _GOOD, user(class_uid=b"1" * 65)),
    "a version name of 17": _users(item(0x55, b"x" * 17)),
    "a version name of 64": _users(item(0x55, b"x" * 64)),
    "a version name of 65": _users(item(0x55, b"x" * 65)),
    "a version name that is not ASCII": _users(item(0x55, b"\xe4\xf6")),
    "an empty version name": _users(item(0x55, b"")),
    "an abstract syntax of 64": _contexts(context(1, b"1." + b"2" * 62, IMPLICIT)),
    "an abstract syntax of 65": _contexts(context(1, b"1." + b"2" * 63, IMPLICIT)),
    "a transfer syntax of 65": _contexts(context(1, CT, b"1." + b"2" * 63)),
    "an abstract syntax that is not ASCII": _contexts(context(1, b"1.2.\xe4", IMPLICIT), context(3, CT, IMPLICIT)),
    "a transfer syntax that is not ASCII": _contexts(context(1, CT, b"1.2.\xe4", IMPLICIT)),
    "an abstract syntax with a blank": _contexts(context(1, CT + b" ", IMPLICIT)),
    "an abstract syntax with a blank in front": _contexts(context(1, b" " + CT, IMPLICIT)),
    "a transfer syntax with a blank": _contexts(context(1, CT, IMPLICIT + b" ")),
    "a transfer syntax with NUL inside": _contexts(context(1, CT, IMPLICIT + b"\0x")),
    "an abstract syntax with many NUL": _contexts(context(1, CT + b"\0\0\0", IMPLICIT)),
    **{
        f"roles {scu} and {scp}": _users(item(0x54, counted(CT) + bytes((scu, scp))))
        for scu in (0, 1, 2)
        for scp in (0, 1, 2)
    },
    "roles twice": _users(item(0x54, counted(CT) + b"\1\0"), item(0x54, counted(CT) + b"\0\1")),
    "one role": _users(item(0x54, counted(CT) + b"\1")),
    "no role": _users(item(0x54, counted(CT))),
    "three roles": _users(item(0x54, counted(CT) + b"\1\1\1")),
    "roles of a UID of 65": _users(item(0x54, counted(b"1" * 65) + b"\1\1")),
    "roles without a UID": _users(item(0x54, _NONE + b"\1\1")),
    "roles of too long a UID": _users(item(0x54, b"\xff\xff" + CT + b"\1\1")),
    "empty roles": _users(item(0x54, b"")),
    "empty extended negotiation": _users(item(0x56, b"")),
    "extended negotiation of too long a UID": _users(item(0x56, b"\xff\xff" + CT)),
    "extended negotiation without a UID": _users(item(0x56, _NONE + b"\1")),
    "extended negotiation that is not ASCII": _users(item(0x56, counted(b"1.\xe4") + b"\1")),
    "a window of 2 bytes": _users(item(0x53, b"\0\1")),
    "a window of 8 bytes": _users(item(0x53, bytes(8))),
    "an empty user identity": _users(item(0x58, b"")),
    "a user identity of kind 0": _users(item(0x58, b"\0\0" + _NAME + _NONE)),
    "a user identity of kind 9": _users(item(0x58, b"\x09\1" + _NAME + _NONE)),
    "a user identity longer than its item": _users(item(0x58, b"\1\0\xff\xff" + b"n")),
    "two user identities": _users(item(0x58, b"\1\0" + _NAME + _NONE), item(0x58, b"\1\1" + _NAME + _NONE)),
    "a sub-item longer than its item": request(_APP, _GOOD, item(0x50, _SIZE + _claims(0x52, 900, b"1.2"))),
    "the head of a sub-item cut": request(_APP, _GOOD, item(0x50, _SIZE + b"\x52\0")),
    "user information longer than the request": request(_APP, _GOOD, _claims(0x50, 9000, _SIZE)),
    "a context longer than the request": request(_APP, _USER, _claims(0x20, 9000, _GOOD[4:])),
    "a transfer syntax longer than its context": _contexts(_broken(item(0x30, CT), _claims(0x40, 40, IMPLICIT))),
    "the head of an item cut": request(_APP, _GOOD, _USER, b"\x20\0"),
    "a byte behind": request(_APP, _GOOD, _USER, b"\0"),
    "four bytes of 0 behind": request(_APP, _GOOD, _USER, bytes(4)),
    **{f"protocol version {number}": request(_APP, _GOOD, _USER, version=number) for number in (0, 2, 3, 0x8000)},
    "a called title of NUL": request(_APP, _GOOD, _USER, called=bytes(16)),
    "a calling title of blanks": request(_APP, _GOOD, _USER, calling=b" " * 16),
    "titles with control characters": request(
        _APP, _GOOD, _USER, called=b"\n\r\t".ljust(16), calling=b"\x1b[1m".ljust(16)
    ),
    "titles with NUL inside": request(_APP, _GOOD, _USER, called=b"A\0B".ljust(16), calling=b"C\0D".ljust(16)),
    "titles with blanks in front": request(_APP, _GOOD, _USER, called=b"  A".ljust(16), calling=b"  C".ljust(16)),
    "no item at all": request(),
    "60 bytes": _pdu(1, b"\0\1" + bytes(58)),
    "0 bytes": _pdu(1, b""),
    "says that it has 2 GiB": struct.pack(">BBI", 1, 0, 1 << 31),
    "says that it has over 1 MiB": struct.pack(">BBI", 1, 0, (1 << 20) + 1),
    "no PDU: type 0": _pdu(0, bytes(4)),
    "no PDU: type 8": _pdu(8, bytes(4)),
    "an answer": _pdu(2, bytes(68)),
    "a rejection": _pdu(3, b"\0\1\1\1"),
    "a release": _pdu(5, bytes(4)),
    "the answer to a release": _pdu(6, bytes(4)),
    "an abort": _pdu(7, bytes(4)),
    "data": _pdu(4, b"\0\0\0\4\1\3ab"),
    "no DICOM": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
}
"""Requests that are against the standard, and what is no request."""

FORGIVEN: Final[dict[str, bytes]] = {
    "a user identity without its second field": _users(item(0x58, b"\1\0" + _NAME)),
    "a user identity with more behind": _users(item(0x58, b"\1\0" + _NAME + _NONE + b"zz")),
    "the answer to a user identity": _users(item(0x59, _NAME)),
}
"""Those that DCMTK's acceptors do not answer and ours accept: programs are known that send the first."""
