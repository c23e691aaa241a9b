"""``asprofile show``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asprofile.names.releases import LATEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

# Fixed fields 74, application context 25, user information 62 with DCMTK's own names; a context 8 + its UIDs, each
# 4 + length; a role and an extended negotiation item 33 each.
_REST = 74 + 25 + 62
_SYNTAXES = 4 + 19 + 4 + 17
SMALL = _REST + (8 + 4 + 17 + _SYNTAXES) + 2 * (8 + 4 + 25 + _SYNTAXES)
WITH_ROLES = _REST + 2 * (8 + 4 + 25 + _SYNTAXES) + (8 + 4 + 7 + _SYNTAXES) + 33 + 33

ROLES = """\
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH

[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = MRImageStorage\\00FF

"""


@pytest.fixture
def full(clean: str) -> str:
    """With a second profile that has roles, extended negotiation, a private class and numbers."""
    text = clean.replace("[[Profiles]]", ROLES + "[[Profiles]]")
    text = text.replace(
        "\n[[SCPSCU",
        "\n[Other]\nPresentationContext1 = CTImageStorage\\Uncompressed\n"
        "PresentationContext2 = MRImageStorage\\Uncompressed\nPresentationContext3 = 1.2.3.4\\Uncompressed\n\n[[SCPSCU",
    )
    return (
        text + "[With-Roles]\nPresentationContexts = Other\nSCPSCURoleSelection = Roles\n"
        "ExtendedNegotiation = Extended\n"
    )


def test_the_profiles_of_a_file(run: Run, full: str) -> None:
    Path("a.cfg").write_text(full)
    result = run("show", "a.cfg")
    assert (result.status, result.err) == (0, "")
    assert (
        result.out
        == f"""\
a.cfg: loads in DCMTK {LATEST} for a requestor (storescu)
  SMALL       3 contexts, 3 SOP classes, request of {SMALL} bytes
  WITH-ROLES  3 contexts, 3 SOP classes, role selection, extended negotiation, request of {WITH_ROLES} bytes
"""
    )


def test_one_profile_by_any_spelling_that_dcmtk_takes(run: Run, full: str) -> None:
    Path("a.cfg").write_text(full)
    result = run("show", "a.cfg", "with-roles")
    assert (result.status, result.err) == (0, "")
    assert (
        result.out
        == f"""\
a.cfg: profile WITH-ROLES, 3 presentation contexts, DCMTK {LATEST}, requestor
A-ASSOCIATE-RQ: {WITH_ROLES} bytes

  id  SOP class, and the transfer syntaxes proposed for it  UID
   1  CT Image Storage                                      1.2.840.10008.5.1.4.1.1.2  [both]
        Explicit VR Little Endian                           1.2.840.10008.1.2.1
        Implicit VR Little Endian                           1.2.840.10008.1.2
   3  MR Image Storage                                      1.2.840.10008.5.1.4.1.1.4  [default]
        Explicit VR Little Endian                           1.2.840.10008.1.2.1
        Implicit VR Little Endian                           1.2.840.10008.1.2
   5  (not a registered UID)                                1.2.3.4  [default]
        Explicit VR Little Endian                           1.2.840.10008.1.2.1
        Implicit VR Little Endian                           1.2.840.10008.1.2

Extended negotiation
      MR Image Storage  1.2.840.10008.5.1.4.1.1.4  00ff
"""
    )


def test_json_fits_its_schema(run: Run, full: str, schema: Callable[[str], Any]) -> None:
    Path("a.cfg").write_text(full)
    every = run("show", "--format", "json", "a.cfg")
    schema("show")(every.json)
    assert [profile["name"] for profile in every.json["profiles"]] == ["SMALL", "WITH-ROLES"]
    one = run("show", "--format", "json", "a.cfg", "With-Roles").json
    schema("show")(one)
    (profile,) = one["profiles"]
    assert profile["request_bytes"] == WITH_ROLES
    assert [context["id"] for context in profile["contexts"]] == [1, 3, 5]
    assert profile["contexts"][0]["role"] == "both"
    assert profile["contexts"][0]["abstract_syntax"] == {
        "uid": "1.2.840.10008.5.1.4.1.1.2",
        "name": "CT Image Storage",
        "dcmtk_name": "CTImageStorage",
    }
    assert profile["contexts"][2]["abstract_syntax"] == {"uid": "1.2.3.4", "name": None, "dcmtk_name": None}
    assert profile["extended_negotiation"][0]["data"] == "00ff"


def test_standard_input(run: Run, clean: str) -> None:
    result = run("show", "--stdin-filename", "x.cfg", "-", "Small", stdin=clean.encode())
    assert result.status == 0
    assert result.out.startswith("x.cfg: profile SMALL, 3 presentation contexts")


def test_colours(run: Run, clean: str) -> None:
    result = run("show", "--color", "always", "-", "Small", stdin=clean.encode())
    assert "\x1b[1m  id  SOP class" in result.out


def test_a_file_that_dcmtk_refuses_is_shown_where_it_is_wrong(run: Run, clean: str) -> None:
    result = run("show", "-", stdin=clean.replace("CTImageStorage", "CTImage\x1b[31mStorage").encode())
    assert (result.status, result.out) == (2, "")
    headline, line, marks = result.err.splitlines()
    assert headline.startswith(f"<stdin>:10:24: DCMTK {LATEST} refuses this (condition 1025): ")
    assert line == "   10 | PresentationContext2 = CTImage␛[31mStorage\\Uncompressed"
    assert marks == "      |                        ^^^^^^^^^^^^^^^^^^^"


def test_an_unknown_profile(run: Run, full: str) -> None:
    near = run("show", "-", "Smal", stdin=full.encode())
    assert (near.status, near.err) == (2, "asprofile: no profile 'Smal'; did you mean SMALL?\n")
    far = run("show", "-", "qqq", stdin=full.encode())
    assert (far.status, far.err) == (2, "asprofile: no profile 'qqq'; there is SMALL, WITH-ROLES\n")


@pytest.mark.parametrize("name", ["missing.cfg", "", ".", "\x1b[2J"])
def test_a_file_that_cannot_be_read(run: Run, name: str) -> None:
    result = run("show", name)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("asprofile: ")
    assert result.err.count("\n") == 1
    assert "\x1b" not in result.err


def test_odd_file_names(run: Run, clean: str) -> None:
    name = os.fsdecode(b"a\x1b[2J\n\xff.cfg")
    Path(name).write_text(clean)
    assert run("show", name).out.splitlines()[0].startswith("a␛[2J␊�.cfg: loads in DCMTK")
    assert run("show", name, "small").out.splitlines()[0].startswith("a␛[2J␊�.cfg: profile SMALL")
    Path(name).write_text("")
    assert run("show", name).err.splitlines()[0].startswith(f"a␛[2J␊�.cfg:1:1: DCMTK {LATEST} refuses this")


class TestRoles:
    @pytest.fixture
    def many(self, clean: str) -> bytes:
        """129 contexts, which from 3.6.8 on an acceptor may have."""
        lines = [f"PresentationContext{number} = 1.2.3.{number}\\Uncompressed\n" for number in range(4, 130)]
        return clean.replace("\n\n[[Profiles]]", "\n" + "".join(lines) + "\n[[Profiles]]").encode()

    def test_more_than_128_contexts_are_an_acceptors(self, run: Run, many: bytes) -> None:
        result = run("show", "-", stdin=many)
        assert result.out.splitlines() == [
            f"<stdin>: loads in DCMTK {LATEST} for an acceptor (storescp, dcmrecv)",
            "judged as an acceptor's: more than 128 contexts in the list Contexts; --role requestor for the other",
            "  SMALL  129 contexts, 129 SOP classes",
        ]
        assert run("show", "--role", "requestor", "-", stdin=many).status == 2
        assert run("show", "--release", "3.6.7", "-", stdin=many).status == 2

    def test_json_of_an_acceptor(self, run: Run, many: bytes, schema: Callable[[str], Any]) -> None:
        shown = run("show", "--format", "json", "-", stdin=many).json
        schema("show")(shown)
        assert (shown["role"], shown["profiles"][0]["request_bytes"]) == ("acceptor", None)

    def test_a_profile_that_dcmtk_loads_and_does_not_use(
        self, run: Run, clean: str, schema: Callable[[str], Any]
    ) -> None:
        twice = clean.replace("MRImageStorage", "CTImageStorage").encode()
        result = run("show", "--role", "acceptor", "-", stdin=twice)
        assert result.status == 0
        assert "DCMTK will not use it: " in result.out
        shown = run("show", "--role", "acceptor", "--format", "json", "-", stdin=twice).json
        schema("show")(shown)
        assert "twice" in shown["profiles"][0]["refusal"]
        one = run("show", "--role", "acceptor", "-", "small", stdin=twice)
        assert (one.status, one.out) == (2, "")
        assert "twice" in one.err

    def test_the_role_of_the_settings(self, run: Run, clean: str) -> None:
        Path("asprofile.toml").write_text('role = "acceptor"\nrelease = "3.6.9"\n')
        result = run("show", "-", stdin=clean.encode())
        assert result.out.startswith("<stdin>: loads in DCMTK 3.6.9 for an acceptor")


def test_a_profile_that_no_request_can_carry(run: Run, clean: str, schema: Callable[[str], Any]) -> None:
    classes = "".join(f"PresentationContext{n} = 1.2.3.{n}\\Uncompressed\n" for n in range(1, 91))
    extended = "".join(f"ExtendedNegotiation{n} = 1.2.3.{n}\\{'00' * 1000}\n" for n in range(1, 91))
    text = (
        clean.partition("PresentationContext1")[0] + classes + f"[[ExtendedNegotiation]]\n[E]\n{extended}"
        "[[Profiles]]\n[Small]\nPresentationContexts = Contexts\nExtendedNegotiation = E\n"
    ).encode()
    overview = run("show", "-", stdin=text)
    assert overview.status == 0
    assert "no association request can carry it: user information" in overview.out
    assert "A-ASSOCIATE-RQ: no association request can carry it" in run("show", "-", "small", stdin=text).out
    shown = run("show", "--format", "json", "-", stdin=text).json
    schema("show")(shown)
    assert shown["profiles"][0]["request_bytes"] is None


def test_a_file_without_a_profile(run: Run, clean: str) -> None:
    result = run("show", "-", stdin=clean.partition("[Small]")[0].encode())
    assert result.status == 0
    assert result.out.endswith("  no profile in it\n")
    assert run("show", "-", "x", stdin=clean.partition("[Small]")[0].encode()).status == 2


class TestPage:
    """What is on it: ``tests/report``."""

    def test_one_profile(self, run: Run, full: str) -> None:
        Path("a.cfg").write_text(full)
        result = run("show", "a.cfg", "with-roles", "--html")
        assert (result.status, result.err) == (0, "")
        assert result.out.startswith("<!DOCTYPE html>\n")
        assert "<title>Profile WITH-ROLES</title>" in result.out
        assert "<dt>File</dt><dd><bdi>a.cfg</bdi></dd>" in result.out
        assert f"<dt>A-ASSOCIATE-RQ</dt><dd><bdi>{WITH_ROLES} bytes</bdi></dd>" in result.out
        assert "Role selection: the requestor is SCU and SCP." in result.out
        assert run("show", "a.cfg", "with-roles", "--format", "html").out == result.out

    def test_all_profiles_of_a_file(self, run: Run, full: str) -> None:
        result = run("show", "-", "--html", stdin=full.encode())
        assert result.status == 0
        assert "<h1>Profiles of &lt;stdin&gt;</h1>" in result.out
        assert result.out.count("<table ") == 2

    def test_a_profile_that_dcmtk_refuses_is_shown_as_that(self, run: Run, clean: str) -> None:
        twice = clean.replace("MRImageStorage", "CTImageStorage").encode()
        result = run("show", "-", "--role", "acceptor", "--html", stdin=twice)
        assert result.status == 0
        assert "<li>It cannot be used as it is: DCMTK will not use it: " in result.out
        assert "asprofile receive" not in result.out

    def test_a_file_without_a_profile(self, run: Run) -> None:
        text = "[[TransferSyntaxes]]\n[[PresentationContexts]]\n[[Profiles]]\n"
        result = run("show", "-", "--html", stdin=text.encode())
        assert (result.status, result.out) == (2, "")
        assert result.err == "asprofile: <stdin>: no profile in it, so there is nothing to show on a page\n"

    def test_a_name_of_any_bytes(self, run: Run, clean: str) -> None:
        name = os.fsdecode(b"\xff\x1b</script>.cfg").replace("/", "_")
        Path(name).write_text(clean)
        result = run("show", name, "--html")
        assert result.status == 0
        assert "<bdi>\N{REPLACEMENT CHARACTER}␛&lt;_script&gt;.cfg</bdi>" in result.out


class TestOutput:
    @pytest.mark.parametrize("arguments", [("--html",), ("--format", "json"), (), ("small",)], ids=" ".join)
    def test_a_file_gets_what_stdout_would(self, run: Run, clean: str, arguments: tuple[str, ...]) -> None:
        Path("a.cfg").write_text(clean)
        shown = run("show", "a.cfg", *arguments).out.encode()
        result = run("show", "a.cfg", *arguments, "--color", "always", "-o", "out")
        assert (result.status, result.out) == (0, "")
        assert result.err == f"out: written, {len(shown):,} bytes\n"
        assert Path("out").read_bytes() == shown

    def test_a_file_that_exists(self, run: Run, clean: str) -> None:
        Path("a.cfg").write_text(clean)
        Path("out").write_text("mine")
        result = run("show", "a.cfg", "--html", "-o", "out")
        assert result.status == 2
        assert "out: exists already; --force writes over it, or give another name" in result.err
        assert Path("out").read_text() == "mine"
        assert run("show", "a.cfg", "--html", "-o", "out", "--force").status == 0
        assert Path("out").read_text().startswith("<!DOCTYPE html>")

    def test_the_profile_file_is_never_written_over(self, run: Run, clean: str) -> None:
        Path("a.cfg").write_text(clean)
        result = run("show", "a.cfg", "--html", "-o", "./a.cfg", "--force")
        assert result.status == 2
        assert "--output ./a.cfg is a file that is read for it" in result.err
        assert Path("a.cfg").read_text() == clean

    def test_force_alone(self, run: Run, clean: str) -> None:
        result = run("show", "-", "--force", stdin=clean.encode())
        assert result.status == 2
        assert "--force goes with --output" in result.err

    def test_a_place_where_nothing_can_be_written(self, run: Run, clean: str) -> None:
        result = run("show", "-", "-o", "missing/out", stdin=clean.encode())
        assert (result.status, result.err) == (2, "asprofile: missing/out: not written: No such file or directory\n")
