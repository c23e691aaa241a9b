"""Who may associate: user identity (PS3.7 section D.3.3.7), checked by a file of users or by a command.

    scanner1:scrypt$16384$8$1$c2FsdA==$aGFzaA==
    viewer:

A line is a user's name, and a hash of the passcode, or nothing for one who only has to give the name.

Belongs here: the judgement. Does not belong here: what is answered (``acceptor``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from asprofile.errors import ConfigurationError
from asprofile.receive.commands import CommandTemplate, RunningCommand
from asprofile.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.negotiate.request import UserIdentity
    from asprofile.receive.arrival import Sender

_NAME, _PASSCODE = 1, 2
_KINDS: Final = {1: "user", 2: "passcode", 3: "kerberos", 4: "saml", 5: "jwt"}
_COST: Final = (1 << 14, 8, 1)
"""N, r and p of scrypt: 16 MiB, some 50 ms."""
_LONGEST_NAME: Final = 255
"""Characters of a name that somebody is asked to type."""
_DEAREST: Final = 1 << 26
"""Bytes of memory that a hash may take."""
PLACEHOLDERS: Final = ("user", "kind", "calling", "called", "host")


@dataclass(frozen=True, slots=True)
class IdentityVerdict:
    """``reason``: why the requestor is rejected, for our log; empty if it is let in. ``response`` is the server's (only
    of a Kerberos, SAML or JWT identity).
    """

    reason: str = ""
    response: bytes = b""


class IdentityChecker(Protocol):
    """Asked from the threads of associations."""

    def check(self, identity: UserIdentity | None, sender: Sender) -> IdentityVerdict:
        """Never raises."""


@dataclass(frozen=True, slots=True)
class PasscodeHash:
    """A hash of scrypt (RFC 7914)."""

    cost: tuple[int, int, int]
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, passcode: bytes) -> PasscodeHash:
        """With a salt of its own."""
        salt = os.urandom(16)
        return cls(_COST, salt, _scrypt(passcode, salt, _COST, 32))

    @classmethod
    def read(cls, text: str) -> PasscodeHash:
        """Raises ValueError."""
        if not text.startswith("scrypt$"):
            raise ValueError("its hash does not begin with scrypt$")
        _, *numbers, salt, digest = text.split("$")
        n, r, p = map(int, numbers)
        if n < 2 or n & (n - 1) or not 1 <= r <= 64 or not 1 <= p <= 16 or 128 * n * r > _DEAREST:
            raise ValueError("the numbers of its hash are none of scrypt, or take more than 64 MiB")
        found = cls((n, r, p), base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True))
        if not 16 <= len(found.digest) <= 64:
            raise ValueError("its hash has not 16 to 64 bytes")
        return found

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(one).decode() for one in (self.salt, self.digest))
        return "$".join(("scrypt", *map(str, self.cost), salt, digest))

    def fits(self, passcode: bytes) -> bool:
        """In a time that does not depend on where they differ."""
        return hmac.compare_digest(_scrypt(passcode, self.salt, self.cost, len(self.digest)), self.digest)


def _scrypt(passcode: bytes, salt: bytes, cost: tuple[int, int, int], length: int) -> bytes:
    n, r, p = cost
    with _ONE_AT_A_TIME:  # or a flood of requests would take much memory
        return hashlib.scrypt(passcode, salt=salt, n=n, r=r, p=p, maxmem=2 * _DEAREST, dklen=length)


_ONE_AT_A_TIME: Final = threading.Lock()
_NOBODY: Final = PasscodeHash(_COST, bytes(16), bytes(32))


def identity_line(user: str, passcode: bytes) -> str:
    """The line of a user. Raises ConfigurationError for a name that cannot be in one."""
    if len(user) > _LONGEST_NAME:
        raise ConfigurationError(f"{user[:30]}...: a user's name has at most {_LONGEST_NAME} characters")
    if not user or user.strip() != user or user.startswith("#") or ":" in user or not user.isprintable():
        raise ConfigurationError(f"{user!r}: a user's name has no colon and no # or blank at its beginning")
    return f"{user}:{PasscodeHash.of(passcode)}"


class IdentityFile:
    """The users in a file, which is read again when it changes. Raises ConfigurationError."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, ...] = ()
        self._users: dict[bytes, PasscodeHash | None] = {}
        self._read()

    def check(self, identity: UserIdentity | None, sender: Sender) -> IdentityVerdict:  # noqa: ARG002
        """See IdentityChecker."""
        if identity is None:
            return IdentityVerdict("no user identity")
        if identity.kind not in (_NAME, _PASSCODE):
            kind = _KINDS.get(identity.kind, f"kind {identity.kind}")
            return IdentityVerdict(f"user identity: {kind} is not checked by a file")
        try:
            users = self._read()
        except ConfigurationError as error:
            return IdentityVerdict(f"user identity: {error}")
        known = users.get(identity.primary)
        # An unknown user takes as long as a known one.
        fits = (known or _NOBODY).fits(identity.secondary) if identity.kind == _PASSCODE else known is None
        name = ascii(identity.primary.decode("utf-8", "replace")[:64])
        if identity.primary not in users:
            return IdentityVerdict(f"user identity: {name} is unknown")
        if identity.kind == _PASSCODE and known is None:
            return IdentityVerdict(f"user identity: {name} has no passcode here, and gave one")
        if not fits:
            what = "wrong passcode" if identity.kind == _PASSCODE else "no passcode"
            return IdentityVerdict(f"user identity: {what} of {name}")
        return IdentityVerdict()

    def _read(self) -> dict[bytes, PasscodeHash | None]:
        with self._lock:
            try:
                found = os.stat(self._path)  # noqa: PTH116
                stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
                if stamp != self._stamp:
                    self._users = _users(read_regular(self._path), self._path)
                    self._stamp = stamp
            except OSError as error:
                raise ConfigurationError(f"{self._path}: {(error.strerror or str(error)).lower()}") from None
            return self._users


def _users(content: bytes, path: str) -> dict[bytes, PasscodeHash | None]:
    """Raises ConfigurationError."""
    users: dict[bytes, PasscodeHash | None] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        name, colon, hashed = text.partition(b":")
        try:
            if not colon or not name:
                raise ValueError("is not NAME:HASH")
            if name in users:
                raise ValueError("the user is there before")
            users[name] = PasscodeHash.read(hashed.decode("ascii")) if hashed else None
        except (ValueError, binascii.Error) as error:
            reason = str(error) if str(error).startswith(("is", "its", "the")) else "its hash is none of scrypt"
            raise ConfigurationError(f"{path}:{number}: {reason}") from None
    return users


class IdentityCommand:
    """A command that decides: exit status 0 lets in. The passcode, ticket, assertion or token is its standard input;
    what it prints is the server response of a Kerberos, SAML or JWT identity. Raises ConfigurationError.
    """

    def __init__(self, command: str | Sequence[str], timeout: float | None) -> None:
        self._template = CommandTemplate(command, PLACEHOLDERS)
        self._timeout = timeout

    def check(self, identity: UserIdentity | None, sender: Sender) -> IdentityVerdict:
        """See IdentityChecker."""
        if identity is None:
            return IdentityVerdict("no user identity")
        named = identity.kind in (_NAME, _PASSCODE)
        values = {
            "user": identity.primary.decode("utf-8", "replace") if named else "",
            "kind": _KINDS.get(identity.kind, str(identity.kind)),
            "calling": sender.calling_ae,
            "called": sender.called_ae,
            "host": sender.host,
        }
        secret = identity.secondary if named else identity.primary
        result = RunningCommand(self._template.words(values), secret, keep_output=not named).wait(self._timeout)
        if result.failure:
            return IdentityVerdict(f"user identity: not accepted by the command ({result.failure})")
        return IdentityVerdict(response=result.output)
