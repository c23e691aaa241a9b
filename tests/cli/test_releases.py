"""``asprofile releases``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asprofile.api import releases
from asprofile.model.document import Document, read
from asprofile.model.loader import Loading
from asprofile.model.words import ASSOCIATION_ROLES, AssociationRole
from asprofile.names.releases import LATEST, RELEASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]


def test_a_file_that_every_release_takes(run: Run, clean: str) -> None:
    Path("a.cfg").write_text(clean)
    result = run("releases", "a.cfg")
    assert (result.status, result.err) == (0, "")
    loads = [f"  {RELEASES[0]} to {RELEASES[-1]}  loads, 3 of 3 contexts"]
    always = "  every release from 3.6.0 on takes it"
    assert result.out.splitlines() == [
        "a.cfg: all profiles",
        "",
        "requestor (storescu)",
        *loads,
        always,
        "",
        "acceptor (storescp, dcmrecv)",
        *loads,
        always,
    ]


def test_a_name_that_no_old_release_knows(run: Run, clean: str, schema: Callable[[str], Any]) -> None:
    text = clean.replace("LittleEndianExplicit", "JPEGXL").encode()
    result = run("releases", "-", stdin=text)
    assert result.status == 0
    assert "  3.6.0 to 3.6.8  refused (1024): line 4: unknown name JPEGXL\n" in result.out
    assert f"  3.6.9 to {LATEST}  loads, 3 of 3 contexts\n" in result.out
    assert "  needs DCMTK 3.6.9 or later\n" in result.out
    found = run("releases", "--format", "json", "-", stdin=text).json
    schema("releases")(found)
    assert found["oldest"] == {"requestor": "3.6.9", "acceptor": "3.6.9"}
    refused = found["releases"][0]
    assert (refused["release"], refused["loads"], refused["contexts_read"]) == ("3.6.0", False, 0)
    assert refused["reason"]["code"] == 1024
    assert refused["reason"]["start"] == {"line": 4, "column": 19, "offset": text.index(b"JPEGXL")}


def test_contexts_that_are_never_read_are_counted(run: Run, clean: str) -> None:
    gap = clean.replace("PresentationContext2", "PresentationContext4").encode()
    assert f"  3.6.0 to {LATEST}  loads, 1 of 3 contexts\n" in run("releases", "-", stdin=gap).out


def test_no_release_takes_it(run: Run, schema: Callable[[str], Any]) -> None:
    result = run("releases", "-", stdin=b"")
    assert result.status == 1
    assert f"  3.6.0 to {LATEST}  refused (1050): line 1: " in result.out
    assert result.out.endswith("  no release takes it\n")
    schema("releases")(run("releases", "--format", "json", "-", stdin=b"").json)


def test_what_only_one_role_uses(run: Run, clean: str, schema: Callable[[str], Any]) -> None:
    twice = clean.replace("MRImageStorage", "CTImageStorage").encode()
    result = run("releases", "--profile", "small", "--stdin-filename", "x.cfg", "-", stdin=twice)
    assert result.status == 0
    assert result.out.startswith("x.cfg: profile small\n")
    assert f" to {LATEST}  loads, but does not use it: line 11: " in result.out
    assert result.out.endswith("  no release takes it\n")
    found = run("releases", "--format", "json", "--profile", "small", "-", stdin=twice).json
    schema("releases")(found)
    assert found["oldest"] == {"requestor": "3.6.0", "acceptor": None}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "smal", "-"], "asprofile: no profile 'smal'; did you mean SMALL?\n"),
        (["missing.cfg"], "asprofile: missing.cfg: No such file or directory\n"),
    ],
)
def test_what_is_not_there(run: Run, clean: str, arguments: list[str], message: str) -> None:
    result = run("releases", *arguments, stdin=clean.encode())
    assert (result.status, result.out, result.err) == (2, "", message)


def test_a_file_cannot_steer_the_terminal(run: Run, clean: str) -> None:
    text = clean.replace("LittleEndianExplicit", "\x1b[2JX").encode()
    Path("a\x1b[1m.cfg").write_bytes(text)
    result = run("releases", "a\x1b[1m.cfg")
    assert result.status == 1
    assert "\x1b" not in result.out


_NAMES = ("CTImageStorage", "EnhancedPETImageStorage", f"DCMTK {LATEST} knows", "1.2.840.10008.5.1.4.1.1.2")
_SYNTAXES = ("LittleEndianImplicit", "HEVCMainProfileLevel5_1", "JPEGXL")


@pytest.mark.parametrize("abstract_syntax", _NAMES)
@pytest.mark.parametrize("syntax", _SYNTAXES)
@pytest.mark.parametrize("count", [1, 130])
def test_releases_that_make_the_same_are_asked_once_and_answer_for_themselves(
    abstract_syntax: str, syntax: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    contexts = "".join(f"PresentationContext{n} = {abstract_syntax}\\U\n" for n in range(1, count + 1))
    data = (
        f"[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = {syntax}\n[[PresentationContexts]]\n[C]\n{contexts}"
        "[[Profiles]]\n[P]\nPresentationContexts = C\n"
    )
    document = read(data.encode())
    cases = [(release, role) for release in RELEASES for role in ASSOCIATION_ROLES]
    each = [releases._verdict(Loading(document, *case), None) for case in cases]
    loaded: list[str] = []

    def counted(document: Document, release: str, role: AssociationRole) -> Loading:
        loaded.append(release)
        return Loading(document, release, role)

    monkeypatch.setattr(releases, "Loading", counted)
    assert releases._verdicts(document, None) == each
    assert len(loaded) <= 6
