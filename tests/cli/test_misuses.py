"""What somebody types who knows other programs: the command line that is said instead works when it is pasted."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from asprofile.cli import root
from asprofile.cli.misuses import _COMMANDS, _OPTIONS, advice

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

PEER = "127.0.0.1 11112"
SENT = "send {} 127.0.0.1:11112 x.dcm"

MISUSES = [
    # storescu
    (f"send -aec PACS {PEER} x.dcm", SENT.format("--called PACS")),
    (f"send -aet ME -aec PACS {PEER} x.dcm", SENT.format("--calling ME --called PACS")),
    (f"send -v -aet ME {PEER} x.dcm", SENT.format("-v --calling ME")),
    (f"send -xf x.cfg Default {PEER} x.dcm", SENT.format("--profile x.cfg:Default")),
    (f"send +sd +r {PEER} x.dcm", "send 127.0.0.1:11112 x.dcm"),
    (f"send -nh -R +C {PEER} x.dcm", "send 127.0.0.1:11112 x.dcm"),
    (f"send +II {PEER} x.dcm", None),
    (f"send -to 5 -ta 6 -td 7 {PEER} x.dcm", SENT.format("--connect-timeout 5 --acse-timeout 6 --dimse-timeout 7")),
    (f"send -pdu 32768 {PEER} x.dcm", SENT.format("--max-pdu 32768")),
    (f"send -d -ll debug {PEER} x.dcm", SENT.format("--verbose")),
    (f"send +tls key.pem cert.pem {PEER} x.dcm", SENT.format("--tls-key key.pem --tls-cert cert.pem")),
    (f"send -xs {PEER} x.dcm", "send 127.0.0.1:11112 x.dcm"),
    (f"send {PEER} x.dcm", "send 127.0.0.1:11112 x.dcm"),
    (f"send PACS@{PEER} x.dcm", "send PACS@127.0.0.1:11112 x.dcm"),
    (f"-aec PACS {PEER} x.dcm", SENT.format("--called PACS")),
    (f"dcmsend {PEER} x.dcm", "send 127.0.0.1:11112 x.dcm"),
    (f"echoscu -aec PACS {PEER}", "echo --called PACS 127.0.0.1:11112"),
    # pynetdicom, dcm4che
    (f"send --required-contexts --recurse {PEER} x.dcm", "send 127.0.0.1:11112 x.dcm"),
    ("send -c PACS@127.0.0.1:11112 -b ME x.dcm", "send PACS@127.0.0.1:11112 --calling ME x.dcm"),
    ("send --host 127.0.0.1 --port 11112 x.dcm", "send 127.0.0.1:11112 x.dcm"),
    ("echo 127.0.0.1 -p 11112", "echo 127.0.0.1:11112"),
    (f"echo {PEER}", "echo 127.0.0.1:11112"),
    (f"probe {PEER} --all", "probe 127.0.0.1:11112 --all"),
    # ruff
    ("check x.cfg", "lint x.cfg"),
    ("check --fix x.cfg", "lint --fix x.cfg"),
    ("format --check x.cfg", "fmt --check x.cfg"),
    ("rule AP201", "explain AP201"),
    ("linter", "explain"),
    ("generate-shell-completion zsh", "completion zsh"),
    ("lint --output-format json x.cfg", "lint --format json x.cfg"),
    ("lint --output-format=json x.cfg", "lint --format json x.cfg"),
    ("lint --output-file out.json --json x.cfg", "lint --output out.json --json x.cfg"),
    ("lint --extend-ignore AP201 x.cfg", "lint --ignore AP201 x.cfg"),
    ("lint --no-fix x.cfg", "lint x.cfg"),
    ("lint --show-fixes x.cfg", "lint --diff x.cfg"),
    ("lint --no-color x.cfg", "lint --color never x.cfg"),
    ("fmt --write x.cfg", "fmt x.cfg"),
    ("fmt -n x.cfg", "fmt --diff x.cfg"),
    # git and others
    ("ls x.cfg", "show x.cfg"),
    ("cat x.cfg", "show x.cfg"),
    ("rm x.cfg:Default CTImageStorage", "remove x.cfg:Default CTImageStorage"),
    ("mv x.cfg:Default Other", "rename x.cfg:Default Other"),
    ("diff -u x.cfg x.cfg", "diff x.cfg x.cfg"),
    ("version", "--version"),
    ("-v", "--version"),
    ("x.cfg", "lint x.cfg"),
    ("convert -f profile -t json x.cfg", "convert --from profile --to json x.cfg"),
    ("--show-completion bash", "completion bash"),
    # what is an option in one command and an argument in another
    ("plan x.cfg:Default x.dcm", "plan --profile x.cfg:Default x.dcm"),
    ("plan x.cfg: x.dcm", "plan --profile x.cfg: x.dcm"),
    ("plan x.cfg x.dcm", "plan --profile x.cfg: x.dcm"),
    ("probe x.cfg:Default 127.0.0.1:11112", "probe --profile x.cfg:Default 127.0.0.1:11112"),
    (f"probe x.cfg:Default {PEER}", "probe --profile x.cfg:Default 127.0.0.1:11112"),
    (f"send x.cfg {PEER} x.dcm", SENT.format("--profile x.cfg:")),
    ("probe 127.0.0.1:11112 x.cfg:Default", "probe 127.0.0.1:11112 --profile x.cfg:Default"),
    (f"probe {PEER} x.cfg", "probe 127.0.0.1:11112 --profile x.cfg:"),
    ("send 127.0.0.1:11112 x.cfg:Default x.dcm", "send 127.0.0.1:11112 --profile x.cfg:Default x.dcm"),
    ("receive x.cfg:Default 11112 --into in", "receive --profile x.cfg:Default 11112 --into in"),
    ("receive -od in -p 11112", "receive --into in 11112"),
    ("receive --port 11112 --into in -xf x.cfg Default", "receive 11112 --into in --profile x.cfg:Default"),
    (
        "migrate j --from a --to 127.0.0.1:1 x.cfg:Default",
        "migrate j --from a --to 127.0.0.1:1 --profile x.cfg:Default",
    ),
    ("generate x.cfg:Default", "generate --profile x.cfg:Default"),
    ("add x.cfg:Default --sop MRImageStorage", "add x.cfg:Default MRImageStorage"),
    ("remove x.cfg:Default --sop CTImageStorage", "remove x.cfg:Default CTImageStorage"),
    ("convert x.cfg json", "convert x.cfg --to json"),
    # what was called otherwise
    ("echo --settings a.toml pacs", "echo --config a.toml pacs"),
    ("send --to pacs x.dcm", "send --peer pacs x.dcm"),
    ("plan --config x.cfg --profile Default x.dcm", "plan --profile x.cfg:Default x.dcm"),
    ("send --profile Default --config=x.cfg 127.0.0.1:1 x.dcm", "send --profile x.cfg:Default 127.0.0.1:1 x.dcm"),
    ("show --config x.cfg", "show --profile x.cfg:"),
    ("add x.cfg Default CTImageStorage --split", "add x.cfg Default CTImageStorage --separate"),
    ("merge x.cfg y.cfg --profile A --profile B", "merge x.cfg y.cfg:A y.cfg:B"),
    # what nobody can know
    ("lint --colum x.cfg", None),
    ("list", None),
    ("send", None),
    ("qqqq", None),
]


@pytest.fixture(autouse=True)
def files() -> None:
    profile = Path(__file__).parents[2] / "sample_profiles" / "default.cfg"
    for name in ("x.cfg", "y.cfg"):
        Path(name).write_bytes(profile.read_bytes())


@pytest.mark.parametrize(("typed", "instead"), MISUSES)
def test_what_to_type_instead(run: Run, typed: str, instead: str | None) -> None:
    said = advice(shlex.split(typed))
    if instead is None:
        assert said is None
        return
    assert said is not None
    line = said.rpartition("type:\n  ")[2]
    assert line == f"asprofile {instead}"
    words = shlex.split(line)[1:]
    if words[0] in root.COMMANDS:
        command = root.cli.get_command(click.Context(root.cli), words[0])
        assert command is not None
        command.make_context(words[0], words[1:])
    else:
        assert run(*words).status == 0
    assert advice(words) is None, "it is right"


@pytest.mark.parametrize(
    "typed",
    [
        "send -aec PACS 127.0.0.1 11112 x.dcm", "check x.cfg", "echo 127.0.0.1 11112", "show --config x.cfg",
        "plan --config x.cfg --profile Default .", "send 127.0.0.1:11112 . x.cfg:Default",
        "lint --output-format json x.cfg", "--show-completion bash",
    ],
)  # fmt: skip
def test_it_is_said_after_the_error(run: Run, typed: str) -> None:
    result = run(*shlex.split(typed))
    assert result.status == 2
    said = advice(shlex.split(typed))
    assert said is not None
    assert result.err.endswith(f"{said}\n")
    assert not result.err.startswith(said)


@pytest.mark.parametrize(
    "typed", ["check x.cfg", "cat x.cfg", "lint --output-format json x.cfg", "diff -u x.cfg x.cfg"]
)
def test_it_runs(run: Run, typed: str) -> None:
    said = advice(shlex.split(typed))
    assert said is not None
    assert run(*shlex.split(said.rpartition("type:\n  ")[2])[1:]).status in (0, 1)


def test_a_name_that_a_shell_would_take_apart_is_quoted() -> None:
    Path("a b.cfg").write_bytes(Path("x.cfg").read_bytes())
    said = advice(["check", "a b.cfg"])
    assert said is not None
    assert said.endswith("asprofile lint 'a b.cfg'")


def test_help(run: Run) -> None:
    assert run("help").out == run("--help").out
    assert run("help", "lint").out == run("lint", "--help").out
    result = run("help", "lnt")
    assert result.status == 2
    assert "did you mean 'lint'" in result.err


def test_no_word_of_ours_counts_as_a_foreign_one() -> None:
    assert set(_COMMANDS) & set(root.COMMANDS) == set()
    assert set(_COMMANDS.values()) <= set(root.COMMANDS)
    assert set(_OPTIONS) <= set(root.COMMANDS)
