"""``asprofile convert``: choosing formats and profiles, what it says, where it writes, its exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asprofile.names.releases import LATEST
from asprofile.names.sop_classes import storage_sop_classes

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

TWO = "[Other]\nPresentationContexts = Contexts\n"
GOLDEN = Path(__file__).parents[1] / "convert" / "golden"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, clean: str) -> Path:
    (tmp_path / "a.cfg").write_text(clean)
    (tmp_path / "two.cfg").write_text(clean + TWO)
    return tmp_path


def test_to_json_and_back(run: Run, schema: Any) -> None:
    result = run("convert", "two.cfg", "--to", "json")
    assert (result.status, result.err) == (0, "")
    schema("profiles")(result.json)
    assert [profile["name"] for profile in result.json["profiles"]] == ["Small", "Other"]
    back = run("convert", "-", "-o", "back.cfg", stdin=result.out.encode())
    assert (back.status, back.out, back.err) == (0, "", "")
    assert run("diff", "two.cfg", "back.cfg").status == 0
    assert run("lint", "back.cfg").status == 0


def test_what_is_lost_is_said_and_is_status_1(run: Run) -> None:
    result = run("convert", "a.cfg", "--to", "conquest")
    assert result.status == 1
    assert result.out.startswith("#\n# Small: what Conquest accepts, its dgatesop.lst\n# Converted from a.cfg.\n")
    assert result.err.splitlines() == [
        "asprofile: it is a requestor's profile, and conquest is for an acceptor's contexts",
        "asprofile: lost in conquest: the order of the transfer syntaxes, of Verification, CT Image Storage and MR "
        "Image Storage: Conquest takes the first that is proposed",
        "asprofile: not in the list, so that Conquest refuses it: Query/Retrieve",
    ]
    strict = run("convert", "a.cfg", "--to", "conquest", "--strict", "-o", "x.lst")
    assert (strict.status, strict.out) == (2, "")
    assert strict.err.splitlines()[-1] == "asprofile: not written: 1 thing would be lost"
    assert not Path("x.lst").exists()


def test_what_is_lost_in_reading(run: Run) -> None:
    text = b"CT 1.2.840.10008.5.1.4.1.1.2 sop\nI 1.2.840.10008.1.2 transfer\nCT1 CT1 RemoteAE\n"
    Path("dgatesop.lst").write_bytes(text)
    result = run("convert", "dgatesop.lst", "-o", "made.cfg", "--name", "Received")
    assert (result.status, result.out) == (1, "")
    assert result.err == "asprofile: lost from conquest: AE titles that may call or be called: CT1\n"
    shown = run("show", "made.cfg", "Received", "--role", "acceptor")
    assert shown.status == 0
    assert "CT Image Storage" in shown.out
    assert run("lint", "made.cfg", "--role", "acceptor").status == 0


def test_a_profile_of_several(run: Run) -> None:
    # The way out that is named for standard input is one that works.
    piped = Path("two.cfg").read_bytes()
    assert "write -- -:NAME" in run("convert", "-", "--to", "store-tcs", stdin=piped).err
    assert run("convert", "--to", "store-tcs", "--", "-:Other", stdin=piped).status == 0
    result = run("convert", "two.cfg", "--to", "store-tcs")
    assert result.status == 2
    assert "which profile? There is Small, Other, and store-tcs holds one; write two.cfg:NAME" in result.err
    assert run("convert", "two.cfg:other", "--to", "store-tcs").out.startswith("# Other: what is proposed")
    result = run("convert", "two.cfg:Othr", "--to", "json")
    assert result.status == 2
    assert "did you mean OTHER?" in result.err
    Path("two.json").write_text(run("convert", "two.cfg", "--to", "json").out)
    assert run("convert", "two.json:OTHER", "--to", "store-tcs").out.startswith("# Other: what is proposed")
    result = run("convert", "two.json:Othr", "--to", "yaml")
    assert result.status == 2
    assert "no profile 'Othr'; did you mean Other?" in result.err
    assert run("convert", "two.cfg", "--to", "json", "--name", "X").status == 2
    (named,) = run("convert", "two.cfg:Other", "--to", "json", "--name", "X").json["profiles"]
    assert named["name"] == "X"


@pytest.mark.parametrize("file", sorted(path.name for path in GOLDEN.iterdir() if not path.name.endswith(".txt")))
def test_every_format_becomes_a_profile_file(file: str, run: Run) -> None:
    role = "requestor" if "requestor" in file or "tcs" in file else "acceptor"
    result = run("convert", str(GOLDEN / file), "-o", "made.cfg", "--role", role)
    # What a comment silences is told, and what is an error is not silenced.
    told = ("asprofile: silenced in it by a comment: warning AP", "asprofile: not silenced in it: error AP")
    assert (result.status, result.out) == (int(told[1] in result.err), "")
    gained = ("asprofile: an order of transfer syntaxes that", "asprofile: Accepted")
    assert all(line.startswith((*told, *gained)) for line in result.err.splitlines())
    assert run("show", "made.cfg", "--role", role).status == 0
    assert run("lint", "made.cfg", "--role", role).status == int(told[1] in result.err)
    assert "3.6.0" in run("releases", "made.cfg").out


def test_files_that_exist(run: Run) -> None:
    Path("x.json").write_text("mine")
    result = run("convert", "a.cfg", "-o", "x.json")
    assert (result.status, Path("x.json").read_text()) == (2, "mine")
    assert "x.json: exists already; --force writes over it" in result.err
    assert run("convert", "a.cfg", "-o", "x.json", "--force").status == 0
    assert '"Small"' in Path("x.json").read_text()
    assert run("convert", "a.cfg", "--to", "yaml", "-o", "no/such/x").status == 2
    assert run("convert", "a.cfg", "--to", "yaml", "--force").status == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.cfg"], "to which format? Give --to, one of profile, json"),
        (["a.cfg", "-o", "x.txt"], "to which format?"),
        (["a.cfg", "--to", "jsn"], "did you mean 'json'?"),
        (
            ["a.cfg", "--to", "orthanc", "--ae", "A"],
            "--ae goes with dcm4chee-json and dcm4chee-ldif, and",
        ),
        (["a.cfg", "--to", "dcm4chee-json", "--ae", "A" * 17], "is no AE title: 1 to 16 characters of ASCII"),
        (["none.cfg", "--to", "json"], "none.cfg: No such file or directory"),
        ([".", "--to", "json"], "Is a directory"),
        (["a.cfg", "--from", "pynetdicom", "--to", "json"], "is not one of"),
        (["a.cfg", "--from", "conquest", "--to", "json"], "a.cfg: it lists no SOP class, so that Conquest accepts any"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], said: str, run: Run) -> None:
    result = run("convert", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in " ".join(result.err.split())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x: there is nothing in it"),
        (b"\n \n", "x: there is nothing in it"),
        (b"hello\n", "x: of no format that is known by its look; say which with --from: profile, json"),
        (b"CTImageStorage:*\n", "x: may be sop-classes or store-tcs; say which with --from"),
        (b"CT 1.2 sop\nX 1.2 transfer\n\0", "x: has a NUL byte, so it is no text (Conquest, dgatesop.lst)"),
        (b'{"version": 1, "role": "acceptor",\n "profiles": [{}]}', "x:2:15: a profile has no 'name'"),
        (b"\xff\xfe[[Profiles]]\n[A]\n", "x:"),
        (b"a" * (17 << 20), "x: over 8 MiB, so neither a profile nor a configuration"),
        (b"CT 1.2\x1b[31m sop\nX 1.2 transfer\nCT 1.2 sop\n", "x:1:4: '1.2\\x1b[31m' is no UID"),
    ],
    ids=lambda data: repr(data)[:20],
)
def test_files_that_are_none(data: bytes, said: str, run: Run) -> None:
    Path("x").write_bytes(data)
    result = run("convert", "x", "--to", "json")
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert "\x1b" not in result.err


def test_a_file_whose_profiles_dcmtk_would_not_use(run: Run) -> None:
    result = run("convert", str(GOLDEN / "requestor.cfg"), "--to", "json", "--role", "acceptor")
    assert result.status == 2
    first, second = result.err.splitlines()
    assert first.startswith("asprofile: lost from profile: profile READER is left out: DCMTK would not use it")
    assert second.endswith("requestor.cfg: there is no profile to convert")


def test_a_file_that_dcmtk_refuses(run: Run, clean: str) -> None:
    Path("bad.cfg").write_text(clean.replace("CTImage", "CtImage"))
    result = run("convert", "bad.cfg", "--to", "json")
    assert result.status == 2
    assert f"bad.cfg:10:24: DCMTK {LATEST} refuses this (condition 1025)" in result.err


def test_roles_and_releases(run: Run, clean: str) -> None:
    assert run("convert", "a.cfg", "--to", "json").json["role"] == "requestor"
    assert run("convert", "a.cfg", "--to", "json", "--role", "acceptor").json["role"] == "acceptor"
    # As the linter sees it: a list of everything is an acceptor's.
    everything = "".join(
        f"TransferSyntax{number} = {name}\n"
        for number, name in enumerate(
            [
                "JPEGBaseline",
                "JPEGLSLossless",
                "JPEG2000",
                "RLELossless",
                "MPEG2MainProfile@MainLevel",
                "BigEndianExplicit",
            ],
            start=3,
        )
    )
    text = clean.replace(
        "TransferSyntax2 = LittleEndianImplicit\n", f"TransferSyntax2 = LittleEndianImplicit\n{everything}"
    )
    Path("all.cfg").write_text(text)
    assert run("convert", "all.cfg", "--to", "json").json["role"] == "acceptor"
    made = run("convert", "all.cfg", "--to", "profile", "--release", "3.6.4").out
    assert "# DCMTK: 3.6.4 and later\n# Role: acceptor\n" in made
    Path("asprofile.toml").write_text('role = "requestor"\n')
    assert run("convert", "all.cfg", "--to", "json").json["role"] == "requestor"


def test_a_document_says_itself_whose_it_is(run: Run) -> None:
    text = run("convert", "a.cfg", "--to", "yaml").out.encode()
    assert run("convert", "-", "--to", "json", "--role", "requestor", stdin=text).status == 0
    result = run("convert", "-", "--to", "json", "--role", "acceptor", stdin=text)
    assert result.status == 2
    assert "-: says itself that its profiles are a requestor's; leave out --role" in result.err


def test_a_directory_of_capabilities(run: Run) -> None:
    options = ("--ae", "ARC", "--device", "pacs", "--base-dn", "dc=example")
    text = run("convert", "a.cfg", "--to", "dcm4chee-ldif", *options).out.replace("\n ", "")
    assert "dicomAETitle=ARC,dicomDeviceName=pacs,cn=Devices,cn=DICOM Configuration,dc=example" in text


def test_what_the_other_format_cannot_hold_at_all(run: Run, clean: str) -> None:
    lines = [line for line in clean.splitlines() if "CTImage" not in line and "MRImage" not in line]
    Path("echo.cfg").write_text("\n".join(lines) + "\n")
    result = run("convert", "echo.cfg", "--to", "orthanc")
    assert result.status == 2
    assert "echo.cfg: not to be had as orthanc: no Storage SOP class is in the profile" in result.err


def test_help_has_the_formats(run: Run) -> None:
    text = " ".join(run("convert", "--help").out.split())
    assert "pynetdicom Python script with pynetdicom (either role; only written)" in text


# --- More contexts than there is room for, and files that are there ---------------------------------------------------

MANY = "".join(
    f"{uid}:1.2.840.10008.1.2;1.2.840.10008.1.2.1;1.2.840.10008.1.2.4.70\n"
    for uid in [one.uid for one in storage_sop_classes() if one.pixel_data and one.category != "video"][:50]
)


def test_each_way_out_that_is_named_works(run: Run) -> None:
    """A viewer's full list of dcm4che: 150 contexts."""
    Path("store-tcs.properties").write_text(MANY)
    refused = run("convert", "store-tcs.properties", "--to", "profile")
    assert (refused.status, refused.out) == (2, "")
    assert "has room for 128. Choose: --split makes 2 profiles of at most 128; --combine" in refused.err
    for option, profiles in (("--split", 2), ("--combine", 1)):
        name = f"{option[2:]}.cfg"
        made = run("convert", "store-tcs.properties", option, "-o", name)
        assert (made.status, made.err.startswith(f"asprofile: {option[2:]}")) == (0, True)
        assert len(run("convert", name, "--to", "json").json["profiles"]) == profiles
        assert run("lint", name).status == 0
    # In a format with one profile only one of the two is to be had, and a profile of the parts.
    result = run("convert", "store-tcs.properties", "--to", "pynetdicom")
    assert "--split makes 2 profiles of at most 128 in a profile file (--to profile)" in result.err
    assert run("convert", "store-tcs.properties", "--to", "pynetdicom", "--combine").status == 0
    assert run("convert", "split.cfg:store-tcs-2", "--to", "pynetdicom").status == 0
    result = run("convert", "store-tcs.properties", "--to", "pynetdicom", "--split")
    assert (result.status, "pynetdicom holds one: split with --to profile" in result.err) == (2, True)
    # For an acceptor, who has each SOP class once.
    result = run("convert", "store-tcs.properties", "--role", "acceptor", "--to", "profile")
    assert "is here twice; --combine makes one context of them" in result.err
    assert run("convert", "store-tcs.properties", "--role", "acceptor", "--combine", "-o", "scp.cfg").status == 0


def test_into_a_profile_file(run: Run) -> None:
    Path("store-tcs.properties").write_text("1.2.840.10008.5.1.4.1.1.4:1.2.840.10008.1.2.1;1.2.840.10008.1.2\n")
    result = run("convert", "store-tcs.properties", "--into", "a.cfg", "--name", "MR")
    assert (result.status, result.out) == (0, "")
    names = [one["name"] for one in run("convert", "a.cfg", "--to", "json").json["profiles"]]
    assert names == ["Small", "MR"]
    made = Path("a.cfg").read_bytes()
    again = run("convert", "store-tcs.properties", "--into", "a.cfg", "--name", "mr")
    assert (again.status, "a.cfg: there is a profile mr in it already; --name" in again.err) == (2, True)
    refused = run("convert", "store-tcs.properties", "--into", "a.cfg", "--to", "conquest")
    assert (refused.status, "a.cfg: left as it is, because it is an association profile" in refused.err) == (2, True)
    assert Path("a.cfg").read_bytes() == made


def test_into_conquests_list(run: Run) -> None:
    there = b"# caf\xe9\r\nCT 1.2.840.10008.5.1.4.1.1.2 sop\r\nI 1.2.840.10008.1.2 transfer\r\n"
    Path("dgatesop.lst").write_bytes(there)
    strict = run("convert", "a.cfg", "--into", "dgatesop.lst", "--strict")
    assert (strict.status, Path("dgatesop.lst").read_bytes()) == (2, there)
    result = run("convert", "a.cfg", "--into", "dgatesop.lst")
    assert (result.status, result.out) == (1, "")
    assert "asprofile: added: 2 SOP classes: Verification and MR Image Storage" in result.err
    assert "asprofile: not in the list, so that Conquest refuses it: Query/Retrieve" in result.err
    merged = Path("dgatesop.lst").read_bytes()
    assert merged.startswith(there)
    assert "nothing is added" in run("convert", "a.cfg", "--into", "dgatesop.lst").err
    assert Path("dgatesop.lst").read_bytes() == merged
    Path("data.lst").write_bytes(there + b"\0")
    assert "data.lst: left as it is, because it is " in run("convert", "a.cfg", "--into", "data.lst").err
    printed = run("convert", "a.cfg", "--to", "conquest", "--into", "-", stdin=there.replace(b"\xe9", b"e"))
    assert printed.out.encode() == merged.replace(b"\xe9", b"e")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--to", "orthanc", "--into", "x"), "--into goes with profile and conquest; write a new file"),
        (("--into", "x.cfg", "-o", "y.cfg"), "give one of them"),
        (("--into", "nowhere.cfg"), "nowhere.cfg: No such file"),
        (("--into", "notes.lst"), "notes.lst: it lists neither a SOP class nor a transfer syntax"),
        (("--into", "notes.cfg"), "notes.cfg: not an association profile, and left as it is"),
    ],
)
def test_into_what_is_not_meant_for_it(run: Run, options: tuple[str, ...], message: str) -> None:
    Path("notes.lst").write_text("milk\n")
    Path("notes.cfg").write_text("milk\n")
    result = run("convert", "a.cfg", *options)
    assert (result.status, result.out) == (2, "")
    assert message in result.err
    assert Path("notes.lst").read_text() == Path("notes.cfg").read_text() == "milk\n"


def test_an_order_that_nobody_gave_is_said(run: Run) -> None:
    """Whatever has none: Conquest's list, dcm4che's acceptors, capabilities that prefer nothing, Orthanc."""
    ct, syntaxes = "1.2.840.10008.5.1.4.1.1.2", ["1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"]
    capability = {"dicomSOPClass": ct, "dicomTransferRole": "SCP", "dicomTransferSyntax": syntaxes}
    device = {"dicomAETitle": "A", "dicomAssociationAcceptor": True, "dicomAssociationInitiator": False}
    Path("device.json").write_text(json.dumps([device | {"dicomTransferCapability": [capability]}]))
    Path("orthanc.json").write_text(json.dumps({"AcceptedTransferSyntaxes": syntaxes, "AcceptedSopClasses": [ct]}))
    Path("sop-classes.properties").write_text(f"{ct}:{','.join(syntaxes)}\n")
    lines = [f"X {uid} transfer" for uid in syntaxes]
    Path("dgatesop.lst").write_text("\n".join([f"CT {ct} sop", *lines, ""]))
    for name in ("device.json", "orthanc.json", "sop-classes.properties", "dgatesop.lst"):
        result = run("convert", name, "-o", f"{name}.cfg")
        assert "asprofile: an order of transfer syntaxes that the source does not have" in result.err, name
        assert "silenced" not in result.err, name
        made = run("convert", f"{name}.cfg", "--to", "json", "--role", "acceptor").json["profiles"][0]["contexts"]
        assert made[-1]["transfer_syntaxes"] == [syntaxes[2], syntaxes[1], syntaxes[0]], name


def test_what_is_an_error_in_the_file_that_is_made_is_status_1(run: Run) -> None:
    Path("store-tcs.properties").write_text("BasicTextSRStorage:JPEGLosslessSV1,ImplicitVRLittleEndian\n")
    result = run("convert", "store-tcs.properties", "-o", "x.cfg")
    assert (result.status, "not silenced in it: error AP501" in result.err) == (1, True)


def test_what_goes_to_standard_output_names_no_file(run: Run) -> None:
    """The command lines in the header are for a file that somebody makes of it."""
    for command in (("convert", "a.cfg", "--to", "profile", "-o", "-"), ("generate", "ct", "-o", "-")):
        out = run(*command).out
        assert "storescu -xf FILE " in out
        assert "--profile FILE:" in out


def test_a_log_is_a_format(run: Run) -> None:
    """What was proposed in it, as it was, and what was accepted, where it has that."""
    lines = ["D:   Context ID:        1 (Proposed)", "D:     Abstract Syntax: =CTImageStorage"]
    lines += ["D:     Proposed Transfer Syntax(es):", "D:       =LittleEndianImplicit"]
    Path("a b.log").write_text("\n".join(["D: = BEGIN A-ASSOCIATE-RQ =", *lines, ""]))
    result = run("convert", "a b.log", "--to", "json")
    assert result.status == 0
    (profile,) = result.json["profiles"]
    contexts = [(one["abstract_syntax"], one["transfer_syntaxes"]) for one in profile["contexts"]]
    assert contexts == [("1.2.840.10008.5.1.4.1.1.2", ["1.2.840.10008.1.2"])]
    assert run("convert", "a b.log", "--from", "log", "--to", "profile").status == 0
    accepted = run("convert", "a b.log", "--role", "acceptor", "--to", "json")
    assert (accepted.status, "does not tell what was accepted" in accepted.err) == (2, True)
