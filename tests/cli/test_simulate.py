"""``asprofile simulate``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import IMPLICIT, JPEG_LOSSLESS, write_ct

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

ACCEPTOR = """\
[[TransferSyntaxes]]
[Implicit]
TransferSyntax1 = LittleEndianImplicit
[Jpeg]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Implicit
PresentationContext2 = MRImageStorage\\Jpeg
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\\0200
[[Profiles]]
[Archive]
PresentationContexts  = Contexts
SCPSCURoleSelection = Roles
ExtendedNegotiation = Extended
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path, clean: str) -> Path:
    (tmp_path / "scu.cfg").write_text(clean)
    (tmp_path / "scp.cfg").write_text(ACCEPTOR)
    return tmp_path


def test_context_by_context(run: Run) -> None:
    result = run("simulate", "scu.cfg:small", "scp.cfg:Archive")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[:5] == [
        "scu.cfg:SMALL to scp.cfg:ARCHIVE: 1 of 3 contexts accepted",
        "   1  Verification      refused (3, abstract syntax not supported): the acceptor has no context for this SOP "
        "class",
        "   3  CT Image Storage  accepted: Implicit VR Little Endian",
        "   5  MR Image Storage  refused (4, transfer syntaxes not supported): the acceptor takes it only with JPEG "
        "Baseline (Process 1)",
        "      extended negotiation of CT Image Storage: 0200",
    ]
    assert result.out.splitlines()[5].startswith("gaps: 3 of 3 SOP classes")


def test_roles(run: Run, files: Path, schema: Any) -> None:
    assert run("add", "scu.cfg", "Small", "CTImageStorage", "--role-selection", "scp").status == 0
    granted = run("simulate", "scu.cfg", "scp.cfg")
    said = "accepted: Implicit VR Little Endian, requestor is SCP (not for sending: the requestor is SCP here)"
    assert f"   3  CT Image Storage  {said}\n" in granted.out
    assert granted.status == 0
    # An acceptor that ignores roles.
    (files / "scp.cfg").write_text(ACCEPTOR.replace("SCPSCURoleSelection = Roles\n", ""))
    ignored = run("simulate", "scu.cfg", "scp.cfg")
    assert ignored.status == 1
    assert "1 of 3 contexts accepted, 1 without the role that was asked for" in ignored.out
    assert (
        "accepted: Implicit VR Little Endian, requestor is SCU (role SCP was asked for and not granted, the answer "
        "does not mention roles: C-GET brings nothing of it (PS3.4 C.5.3))"
    ) in ignored.out
    found = run("simulate", "scu.cfg", "scp.cfg", "--json")
    schema("simulate")(found.json)
    assert found.status == 1
    assert [bool(context["role_failure"]) for context in found.json["contexts"]] == [False, True, False]


def test_no_dcmrecv_before_3_6_2(run: Run) -> None:
    arguments = ("--acceptor", "dcmrecv", "scu.cfg:small", "scp.cfg:Archive")
    said = run("simulate", "--release", "3.6.0", *arguments)
    assert said.status == 2
    assert "DCMTK 3.6.0 has no dcmrecv, which came with 3.6.2" in said.err
    assert run("simulate", "--release", "3.6.2", *arguments).status == 0


def test_which_objects_would_be_sent(run: Run, files: Path, schema: Any) -> None:
    directory = files / "objects"
    directory.mkdir()
    write_ct(directory / "a.dcm", transfer_syntax=IMPLICIT)
    write_ct(directory / "b.dcm")
    write_ct(directory / "c.dcm", transfer_syntax=JPEG_LOSSLESS)
    write_ct(directory / "d.dcm", transfer_syntax=JPEG_LOSSLESS)
    (directory / "notes.txt").write_text("no object")
    result = run("simulate", "scu.cfg", "scp.cfg", "objects")
    assert result.status == 1
    lines = result.out.splitlines()[5:]
    advice = [line for line in lines if line.startswith("  ")]
    assert advice[0].startswith("  send with --convert uncompressed: it then goes with Implicit VR Little Endian; or ")
    assert "(--convert lossless does not help here: it " in advice[1]  # it has no pixel data that could be decoded
    lines = [line for line in lines if line not in advice]
    assert [line.split(":")[0] for line in lines] == ["objects/b.dcm", "objects/c.dcm", "gaps", "objects"]
    assert "the peer accepted CT Image Storage with Implicit VR Little Endian" in lines[0]
    assert lines[-1] == "objects: 1 would be sent, 3 would not; 1 other files skipped"
    verbose = run("simulate", "scu.cfg", "scp.cfg", "-v", "objects").out
    assert "objects/a.dcm: would be sent in context 3\n" in verbose
    assert "objects/d.dcm: would not be sent: " in verbose
    found = run("simulate", "scu.cfg", "scp.cfg", "--json", "objects").json
    schema("simulate")(found)
    assert [kind["context"] for kind in found["objects"]["kinds"]] == [3, None, None]
    assert run("simulate", "scu.cfg", "scp.cfg", "objects/a.dcm").status == 0


def test_json(run: Run, schema: Any) -> None:
    found = run("simulate", "scu.cfg", "scp.cfg", "--json").json
    schema("simulate")(found)
    assert [context["result"] for context in found["contexts"]] == [3, 0, 4]
    assert [context["scu"] for context in found["contexts"]] == [False, True, False]
    assert found["extended_negotiation"][0]["data"] == "0200"
    assert found["objects"] == {"sent": 0, "refused": 0, "unreadable": 0, "skipped": 0, "kinds": []}


def test_nothing_in_common(run: Run, files: Path, clean: str) -> None:
    (files / "scu.cfg").write_text(clean.replace("CTImage", "RTPlan"))
    result = run("simulate", "scu.cfg", "scp.cfg")
    assert result.status == 1
    assert "0 of 3 contexts accepted" in result.out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[Archive]",
            "[Archive]\nPresentationContexts = Contexts\n[Second]",
            "which profile? There is ARCHIVE, SECOND",
        ),
        ("MRImageStorage", "CTImageStorage", "an acceptor may have an abstract syntax only once"),
        ("MRImageStorage", "MrImageStorage", "condition 1025"),
    ],
)
def test_an_acceptor_that_cannot_be(run: Run, files: Path, old: str, new: str, said: str) -> None:
    (files / "scp.cfg").write_text(ACCEPTOR.replace(old, new))
    result = run("simulate", "scu.cfg", "scp.cfg")
    assert result.status == 2
    assert said in result.err


def test_more_transfer_syntaxes_than_an_acceptor_looks_at(run: Run, files: Path, clean: str) -> None:
    more = "".join(f"TransferSyntax{n} = 1.2.3.{n}\n" for n in range(3, 52))
    text = clean.replace("LittleEndianImplicit\n", f"LittleEndianImplicit\n{more}")
    (files / "scu.cfg").write_text(text)
    assert run("simulate", "scu.cfg", "scp.cfg").status == 0
    result = run("simulate", "scu.cfg", "scp.cfg", "--release", "3.6.8")
    assert result.status == 2
    assert "proposes 51 transfer syntaxes; an acceptor of DCMTK 3.6.8 takes 50" in result.err


class TestReferences:
    def test_the_message_names_the_file(self, run: Run) -> None:
        result = run("simulate", "none.cfg:Small", "scp.cfg")
        assert (result.status, result.err) == (2, "asprofile: none.cfg: No such file or directory\n")
        assert "did you mean SMALL" in run("simulate", "scu.cfg:Smal", "scp.cfg").err


class TestGaps:
    """What is taken as it is, only converted, or not at all, and what closes it."""

    def test_a_change_that_is_told_closes_its_gap(self, run: Run) -> None:
        def gaps() -> list[Any]:
            rows = run("simulate", "scu.cfg", "scp.cfg", "--json").json["coverage"]
            return [row for row in rows if row["converted"] or row["refused"]]

        row, command = next((row, one["command"]) for row in gaps() for one in row["changes"] if one["command"])
        typed = shlex.split(command)
        assert run(*typed[typed.index("add") :]).status == 0
        after = {one["sop_class"]["uid"]: one for one in gaps()}
        left = after.get(row["sop_class"]["uid"], {"converted": [], "refused": []})
        assert len(left["converted"]) + len(left["refused"]) < len(row["converted"]) + len(row["refused"])

    def test_several_with_several(self, run: Run, files: Path, schema: Any) -> None:
        (files / "other.cfg").write_bytes((files / "scu.cfg").read_bytes())
        sides = ("scu.cfg", "other.cfg", "scp.cfg", "--scp", "AcceptorAll")
        text = run("simulate", *sides)
        assert text.out.count(" contexts accepted") == 4
        found = run("simulate", *sides, "--json").json
        schema("simulations")(found)
        schema("simulate")(found["simulations"][3])
        assert [one["acceptor"] for one in found["simulations"]] == ["ARCHIVE", "ACCEPTORALL"] * 2
        assert "other.cfg" in run("simulate", *sides, "--html").out

    def test_a_page(self, run: Run) -> None:
        page = run("simulate", "scu.cfg", "scp.cfg", "--html").out
        assert page.startswith("<!DOCTYPE html>")
        assert "Taken only if it is converted" in page

    @pytest.mark.parametrize(
        ("program", "accepted"),
        [
            ("dcmtk", "Implicit VR Little Endian"),
            ("orthanc", "Explicit VR Little Endian"),
            ("orthanc-1.10", "Explicit VR Little Endian"),
            ("dcm4che", "Explicit VR Little Endian"),
            ("conquest", "Explicit VR Little Endian"),
            ("pynetdicom", "Implicit VR Little Endian"),
        ],
    )
    def test_programs_choose_differently(self, program: str, accepted: str, run: Run, files: Path) -> None:
        both = "TransferSyntax1 = LittleEndian{}\nTransferSyntax2 = LittleEndian{}\n"
        profile = (
            "[[TransferSyntaxes]]\n[Both]\n{}[[PresentationContexts]]\n[P]\n"
            "PresentationContext1 = CTImageStorage\\Both\n"
            "[[Profiles]]\n[P]\nPresentationContexts = P\n"
        )
        (files / "a.cfg").write_text(profile.format(both.format("Explicit", "Implicit")))
        (files / "b.cfg").write_text(profile.format(both.format("Implicit", "Explicit")))
        result = run("simulate", "a.cfg", "b.cfg", "--as", program)
        assert f"accepted: {accepted}" in result.out
        proven = program in ("dcmtk", "orthanc-1.10", "pynetdicom")
        assert ("not proven here" in result.out) is not proven

    def test_a_file_says_itself_whose_it_is(self, run: Run, files: Path) -> None:
        (files / "orthanc.json").write_text('{"AcceptedTransferSyntaxes": ["1.2.840.10008.1.2"]}')
        found = run("simulate", "scu.cfg", "orthanc.json", "--json").json
        assert found["program"] == "orthanc"
        assert run("simulate", "scu.cfg", "orthanc.json", "--acceptor", "dcmrecv", "--as", "orthanc").status == 2


def test_without_an_object_nothing_is_known_of_gaps(run: Run) -> None:
    Path("none").mkdir()
    done = run("simulate", "CT", "AcceptorAll", "--from-files", "none")
    assert done.status == 0
    assert "no gaps known: no object was found" in done.out
    assert "taken as proposed" not in done.out


def test_related_general_sop_classes(run: Run, tmp_path: Path) -> None:
    """As dcm4che heeds them, and no other program."""
    given = ("--sop", "EnhancedCTImageStorage", "--ts", "LittleEndianImplicit", "--name", "Scu", "-o", "enhanced.cfg")
    run("generate", *given)
    (tmp_path / "archive.cfg").write_text(ACCEPTOR)
    sides = ("simulate", "enhanced.cfg", "archive.cfg", "--as", "dcm4che", "--json")
    related = ("--related", "EnhancedCTImageStorage=CTImageStorage,MRImageStorage")
    assert [run(*sides, *more).status for more in ((), related)] == [1, 0]
    assert run(*sides[:3], *related).status == 1
    for wrong in ("CTImageStorage", "=CTImageStorage", "CTImageStorage=", "CTImageStorage=,", "CTImage=MRImageStorage"):
        assert run(*sides, "--related", wrong).status == 2
