"""Naming profiles on the command line: the same in each command, and what an argument is beyond ``[FILE:]NAME``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from factories import write_ct

from asprofile.cli.references import parse, target
from asprofile.model.reference import ProfileReference

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

PROFILE = """\
[[TransferSyntaxes]]

[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit

[[PresentationContexts]]

[{name}]
PresentationContext1 = CTImageStorage\\Uncompressed

[[Profiles]]

[{name}]
PresentationContexts = {name}
"""


@pytest.fixture(autouse=True)
def files() -> Path:
    for file, name in (("x.cfg", "Small"), ("a:b.cfg", "Colons"), ("MPEG4", "Inside"), ("b", "Short")):
        Path(file).write_text(PROFILE.format(name=name))
    two = PROFILE.format(name="First") + "\n[Second]\nPresentationContexts = First\n"
    Path("two.cfg").write_text(two)
    write_ct(Path("ct.dcm"), "1.2.3")
    return Path.cwd()


ARGUMENTS = [
    ("x.cfg", "x.cfg", None),
    ("x.cfg:", "x.cfg", ""),
    ("x.cfg:Small", "x.cfg", "Small"),
    ("a:b.cfg", "a:b.cfg", None),
    ("a:b.cfg:", "a:b.cfg", ""),
    ("a:b.cfg:Colons", "a:b.cfg", "Colons"),
    ("-", "-", None),
    ("-:Small", "-", "Small"),
    # A file that is there wins over a profile of that name; one of a single letter is there, too.
    ("MPEG4", "MPEG4", None),
    ("MPEG4:Inside", "MPEG4", "Inside"),
    ("b", "b", None),
    ("./b:Short", "./b", "Short"),
    ("PrivateSiemens", None, "PrivateSiemens"),
    # What is neither is a file that is not there.
    ("none.cfg", "none.cfg", None),
    ("none.cfg:Small", "none.cfg", "Small"),
    ("no/where", "no/where", None),
    (r"C:\none.cfg", r"C:\none.cfg", None),
    (r"C:\none.cfg:Small", r"C:\none.cfg", "Small"),
    ("C:Small", "C:Small", None),
    ("b:Short", "b:Short", None),
    (":Small", ":Small", None),
    ("", "", None),
    # Names of other formats may have more characters.
    ("x.cfg:a b/c", "x.cfg", "a b/c"),
]


@pytest.mark.parametrize(("text", "path", "name"), ARGUMENTS)
def test_an_argument(text: str, path: str | None, name: str | None) -> None:
    assert parse(text) == ProfileReference(path, name)


@pytest.mark.parametrize(
    ("argument", "name", "option", "expected"),
    [
        ("x.cfg", "Small", None, ProfileReference("x.cfg", "Small")),
        ("x.cfg", None, "Small", ProfileReference("x.cfg", "Small")),
        (None, None, "x.cfg:Small", ProfileReference("x.cfg", "Small")),
        (None, None, "MPEG4", ProfileReference(None, "MPEG4")),
        ("nowhere", "Small", None, ProfileReference("nowhere", "Small")),
    ],
)
def test_a_profile_apart(
    argument: str | None, name: str | None, option: str | None, expected: ProfileReference
) -> None:
    assert target(argument, name, option) == expected


@pytest.mark.parametrize(
    ("argument", "name", "option", "message"),
    [
        ("x.cfg", "Small", "Small", "is named twice"),
        ("x.cfg:Small", "Small", None, "is named twice"),
        ("x.cfg:Small", None, "Small", "is named twice"),
        ("x.cfg", None, "x.cfg:Small", "leave out 'x.cfg'"),
        (None, None, None, "Missing argument"),
    ],
)
def test_a_profile_twice_or_not_at_all(
    argument: str | None, name: str | None, option: str | None, message: str
) -> None:
    with pytest.raises(click.UsageError, match=message):
        target(argument, name, option)


WITH_OPTION = {
    "send": ("127.0.0.1:1", "ct.dcm", "--wait", "0", "--retries", "0"),
    "plan": ("ct.dcm",),
    "probe": ("127.0.0.1:1", "--retries", "0"),
    "show": (),
    "releases": (),
}


def says(result: Result, command: str, name: str) -> bool:
    """Whether the command got as far as the profile of that name."""
    if command == "probe":
        return "connection refused by" in result.err and result.status == 2
    return name.upper() in (result.out + result.err).upper() and "no profile" not in result.err


@pytest.mark.parametrize("command", WITH_OPTION)
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("x.cfg:Small", "Small"),
        ("x.cfg:", "Small"),
        ("a:b.cfg:colons", "Colons"),
        ("PrivateSiemens", "PrivateSiemens"),
        ("MPEG4", "MPEG4"),  # the sample, though there is such a file
        ("MPEG4:", "Inside"),
        ("./b:", "Short"),
    ],
)
def test_the_same_in_each_command(run: Run, command: str, written: str, name: str) -> None:
    assert says(run(command, "--profile", written, *WITH_OPTION[command]), command, name)


@pytest.mark.parametrize("command", WITH_OPTION)
@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("x.cfg", "for a file write x.cfg:NAME, or x.cfg: if it has one"),
        ("x.cfg:Smal", "no profile 'Smal'; did you mean SMALL?"),
        ("Inside", "for the file of that name write Inside:"),
        ("two.cfg:", "two.cfg: which profile? There is FIRST, SECOND; write two.cfg:NAME"),
        ("none.cfg:Small", "none.cfg: No such file or directory"),
        ("C:Small", "for a file of that name write ./C:Small"),
        ("PrivateSiemns", "did you mean PRIVATESIEMENS or "),
    ],
)
def test_what_is_wrong_is_said_in_each_command(run: Run, command: str, written: str, message: str) -> None:
    Path("Inside").write_text(PROFILE.format(name="Deep"))
    result = run(command, "--profile", written, *WITH_OPTION[command])
    assert result.status == 2
    assert message in result.err


def test_standard_input(run: Run) -> None:
    data = PROFILE.format(name="Small").encode()
    for command in ("show", "releases"):
        for arguments in (("-", "Small"), ("--", "-:Small"), ("--profile", "-:Small"), ("--profile", "-:")):
            result = run(command, *arguments, stdin=data)
            assert result.status == 0, (command, arguments, result.err)
            assert "SMALL" in result.out.upper()
    assert run("plan", "--profile", "-:Small", "ct.dcm", stdin=data).status == 0


@pytest.mark.parametrize("command", ["show", "releases"])
def test_arguments(run: Run, command: str) -> None:
    assert run(command, "two.cfg", "First").out == run(command, "two.cfg:First").out != run(command, "two.cfg").out
    assert run(command, "two.cfg", "--profile", "First").out == run(command, "two.cfg", "First").out
    assert run(command, "--profile", "two.cfg:First").out == run(command, "two.cfg", "First").out
    assert run(command, "PrivateSiemens").out == run(command, "--profile", "PrivateSiemens").out
    assert run(command, "MPEG4").out.startswith("MPEG4: ")
    assert "sample_profiles" in run(command, "--profile", "MPEG4").out
    result = run(command, "nothing")
    assert result.status == 2
    assert "no profile 'nothing' among the project's profiles and the samples" in result.err


def test_profiles_of_the_project_and_samples_in_other_commands(run: Run) -> None:
    assert run("diff", "PrivateSiemens", "privatesiemens").status == 0
    assert run("diff", "x.cfg:", "x.cfg:Small").status == 0
    assert "contexts accepted" in run("simulate", "x.cfg:Small", "AcceptorAll").out
    assert run("convert", "MPEG4:Inside", "--to", "json").json["profiles"][0]["name"] == "Inside"
    assert run("convert", "PrivateSiemens", "--to", "json").status == 0
