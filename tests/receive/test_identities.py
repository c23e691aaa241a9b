"""Who may associate: files of users, commands, and what a requestor hears."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT_PROFILE
from hypothesis import given
from hypothesis import strategies as st

from asprofile.errors import AssociationRejected, ConfigurationError
from asprofile.negotiate.request import UserIdentity, propose
from asprofile.receive import identities
from asprofile.receive.arrival import Sender
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationEnded, ReceiveEvent
from asprofile.receive.identities import (
    IdentityChecker,
    IdentityCommand,
    IdentityFile,
    IdentityVerdict,
    PasscodeHash,
    identity_line,
)
from asprofile.receive.options import ReceiveOptions
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.send.session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable

SENDER = Sender("ME", "YOU", "10.0.0.1", 1)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that take no time."""
    monkeypatch.setattr(identities, "_COST", (2, 1, 1))
    monkeypatch.setattr(identities, "_NOBODY", PasscodeHash((2, 1, 1), bytes(16), bytes(32)))


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    path.write_text(f"# users\n\n{identity_line('me', b'secret')}\nview:\n")
    return path


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (UserIdentity(2, b"me", b"secret"), ""),
        (UserIdentity(1, b"view"), ""),
        (None, "no user identity"),
        (UserIdentity(2, b"me", b"Secret"), "wrong passcode of 'me'"),
        (UserIdentity(2, b"me", b""), "wrong passcode of 'me'"),
        (UserIdentity(1, b"me"), "no passcode of 'me'"),
        (UserIdentity(2, b"view", b""), "'view' has no passcode here, and gave one"),
        (UserIdentity(1, b"\xff\n"), "unknown"),
        (UserIdentity(2, b"", b"secret"), "'' is unknown"),
        (UserIdentity(5, b"e30.e30."), "jwt is not checked by a file"),
        (UserIdentity(9, b"x"), "kind 9 is not checked by a file"),
    ],
)
def test_a_file_of_users(users: Path, identity: UserIdentity | None, reason: str) -> None:
    found = IdentityFile(str(users)).check(identity, SENDER)
    assert reason in found.reason
    assert bool(found.reason) is bool(reason)
    assert found.reason.isprintable()


def test_a_file_that_changes(users: Path) -> None:
    checker = IdentityFile(str(users))
    users.write_text(f"{identity_line('other', b'x')}\n")
    assert checker.check(UserIdentity(2, b"other", b"x"), SENDER) == IdentityVerdict()
    assert checker.check(UserIdentity(2, b"me", b"secret"), SENDER).reason
    users.write_text("nonsense\n")
    assert f"{users}:1: is not NAME:HASH" in checker.check(UserIdentity(2, b"other", b"x"), SENDER).reason
    users.unlink()
    assert "no such file" in checker.check(UserIdentity(2, b"other", b"x"), SENDER).reason


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("me", "is not NAME:HASH"),
        (":x", "is not NAME:HASH"),
        ("me:\nme:", ":2: the user is there before"),
        ("me:secret", "its hash does not begin with scrypt$"),
        ("me:scrypt$3$8$1$AAAA$AAAA", "none of scrypt, or take more than 64 MiB"),
        ("me:scrypt$1073741824$8$1$AAAA$AAAA", "none of scrypt, or take more than 64 MiB"),
        ("me:scrypt$16384$8$1$AAAA$AAAA", "its hash has not 16 to 64 bytes"),
        ("me:scrypt$16384$8$1$A$A", "its hash is none of scrypt"),
        ("me:scrypt$x$8$1$AAAA$AAAA", "its hash is none of scrypt"),
        ("me:scrypt$16384", "its hash is none of scrypt"),
    ],
)
def test_what_is_no_file_of_users(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "users").write_text(line)
    with pytest.raises(ConfigurationError) as caught:
        IdentityFile(str(tmp_path / "users"))
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_hash_fits_its_passcode_alone(one: bytes, other: bytes) -> None:
    made = PasscodeHash.read(str(PasscodeHash.of(one)))
    assert made.fits(one)
    assert made.fits(other) is (one == other)


def test_hashes_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    made = PasscodeHash.of(b"secret")
    assert made.cost == (16384, 8, 1)
    assert len(made.salt) == 16
    assert PasscodeHash.read(str(made)).fits(b"secret")


@pytest.mark.parametrize("name", ["", "a:b", " a", "a\n", "#a", 256 * "a"])
def test_no_name_of_a_user(name: str) -> None:
    with pytest.raises(ConfigurationError):
        identity_line(name, b"x")


CHECK = """
import sys
secret = sys.stdin.buffer.read()
sys.stdout.write("token")
sys.exit(sys.argv[1:] != ["me", "passcode", "kind=passcode", "ME"] and sys.argv[2] != "jwt" or secret != b"s\\n ecret")
"""


def test_a_command(tmp_path: Path) -> None:
    (tmp_path / "check.py").write_text(CHECK)
    words = [sys.executable, str(tmp_path / "check.py"), "{user}", "{kind}", "kind={kind}", "{calling}"]
    checker = IdentityCommand(words, 60.0)
    assert checker.check(UserIdentity(2, b"me", b"s\n ecret"), SENDER) == IdentityVerdict()
    assert checker.check(UserIdentity(5, b"s\n ecret"), SENDER) == IdentityVerdict(response=b"token")
    found = checker.check(UserIdentity(2, b"-me", b"s\n ecret"), SENDER)
    assert found.reason == "user identity: not accepted by the command (exit status 1)"
    assert checker.check(None, SENDER).reason == "no user identity"


def test_a_command_that_cannot_be_run() -> None:
    found = IdentityCommand(["/no/such/program"], 1.0).check(UserIdentity(1, b"me"), SENDER)
    assert "cannot be run: no such file or directory" in found.reason


@pytest.mark.skipif(os.name == "nt", reason="no such program")
def test_a_command_that_does_not_end() -> None:
    found = IdentityCommand(["sleep", "600"], 0.05).check(UserIdentity(1, b"me"), SENDER)
    assert "did not end within 0.05 s" in found.reason


@pytest.fixture
def associate(tmp_path: Path) -> Callable[..., tuple[bytes | None, list[ReceiveEvent]]]:
    """``associate(checker, identity)``: what the acceptor responds to it, and what it tells."""

    def do(checker: IdentityChecker, identity: UserIdentity | None) -> tuple[bytes | None, list[ReceiveEvent]]:
        events: list[ReceiveEvent] = []
        inbox = tmp_path / "inbox"
        inbox.mkdir(exist_ok=True)
        with Receiver(None, inbox, ReceiveOptions(identities=checker), events.append) as receiver:
            request = propose(CT_PROFILE, user_identity=identity)
            session = open_session(request, Peer("127.0.0.1", receiver.port), SendOptions())
            response = session.negotiation.accept.identity_response
            session.release()
        return response, events

    return do


def test_a_requestor_that_is_let_in(
    users: Path, associate: Callable[..., tuple[bytes | None, list[ReceiveEvent]]]
) -> None:
    checker = IdentityFile(str(users))
    assert associate(checker, UserIdentity(2, b"me", b"secret", True))[0] == b"", "a positive response, as it asked"
    assert associate(checker, UserIdentity(2, b"me", b"secret"))[0] is None


def test_a_requestor_that_is_not(
    users: Path, associate: Callable[..., tuple[bytes | None, list[ReceiveEvent]]], tmp_path: Path
) -> None:
    events: list[ReceiveEvent] = []
    with (
        Receiver(None, tmp_path, ReceiveOptions(identities=IdentityFile(str(users))), events.append) as receiver,
        pytest.raises(AssociationRejected),
    ):
        request = propose(CT_PROFILE, user_identity=UserIdentity(2, b"me", b"wrong", True))
        open_session(request, Peer("127.0.0.1", receiver.port), SendOptions())
    [end] = [event for event in events if isinstance(event, AssociationEnded)]
    assert (end.ending, end.reason) == ("rejected", "rejected permanently: user identity: wrong passcode of 'me'")
    assert "wrong'" not in end.reason
