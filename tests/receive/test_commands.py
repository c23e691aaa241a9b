"""Commands of others: their words, and what a peer can put into them."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.errors import ConfigurationError
from asprofile.receive.commands import CommandTemplate, RunningCommand

NAMES = ("path", "calling")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("move {path}", ["move", "a b.dcm"]),
        ("'my prog' --to={path} \"{calling}\" x{{y}}", ["my prog", "--to=a b.dcm", "_rf; rm *", "x{y}"]),
        (["{path}", "--of", "={calling}"], ["a b.dcm", "--of", "=-rf; rm *"]),
        ("sh -c 'echo {{'", ["sh", "-c", "echo {"]),
    ],
)
def test_words(command: str | list[str], words: list[str]) -> None:
    assert CommandTemplate(command, NAMES).words({"path": "a b.dcm", "calling": "-rf; rm *"}) == words


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("", "begins with the name of a program"),
        ("'a", "no closing quotation"),
        ("a {pat}", "did you mean {path}?"),
        ("a {xyz}", "there is {path}, {calling}"),
        ("a {", "write {{ for the character itself"),
        ("a }", "write }} for the character itself"),
        (["a\0"], "NUL"),
        ([""], "begins with the name of a program"),
    ],
)
def test_what_is_no_command(command: str | list[str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message.replace("{", "\\{").replace("}", "\\}").replace("?", "\\?")):
        CommandTemplate(command, NAMES)


@given(st.text())
def test_no_value_is_more_than_a_part_of_its_word(value: str) -> None:
    words = CommandTemplate("p {path} x{calling} -- {path}", NAMES).words({"path": value, "calling": value})
    assert len(words) == 5
    assert not any("\0" in word or "\n" in word for word in words)
    assert not words[1].startswith("-")


def test_how_one_ends() -> None:
    def run(code: str, data: bytes = b"", timeout: float = 60.0) -> tuple[int | None, str, bytes]:
        result = RunningCommand([sys.executable, "-c", code], data, keep_output=True).wait(timeout)
        return result.status, result.failure, result.output

    assert run("print(input())", b"hello\n") == (0, "", b"hello\n")
    assert run("raise SystemExit(3)") == (3, "exit status 3", b"")
    assert run("import time; time.sleep(600)", timeout=0.1) == (None, "did not end within 0.1 s", b"")
    assert len(run("print('x' * 1000000)")[2]) == 1 << 16
    assert RunningCommand(["/no/such"]).wait(1.0).failure == "cannot be run: no such file or directory"


@pytest.mark.skipif(sys.platform == "win32", reason="has no sessions")
def test_what_it_has_started_ends_with_it() -> None:
    """Nor does what it leaves behind keep us waiting."""
    running = RunningCommand(["sh", "-c", "sleep 600 & echo $!; wait"], keep_output=True)
    assert running.wait(0.3).failure == "did not end within 0.3 s"
