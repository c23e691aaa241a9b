"""``asprofile convert``: choosing formats and profiles, what it says, where it writes, its exit status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

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
        "asprofile: not in the profile, so that Conquest refuses it with this list: Query/Retrieve",
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
    result = run("convert", "two.cfg", "--to", "store-tcs")
    assert result.status == 2
    assert "which profile? There is Small, Other, and store-tcs holds one; write two.cfg:PROFILE" in result.err
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
    assert (result.status, result.out) == (0, "")
    # What a comment silences is told, and what is an error is not silenced.
    told = ("asprofile: silenced in it by a comment: warning AP", "asprofile: not silenced in it: error AP")
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
        (["a.cfg", "--to", "orthanc", "--ae", "A"], "--ae, --device and --base-dn go with dcm4chee-json and dcm4chee"),
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
    assert "bad.cfg:10:24: DCMTK 3.7.0 refuses this (condition 1025)" in result.err


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
    text = run("convert", "--help").out
    assert "pynetdicom     Python script with pynetdicom (either role; only written)" in text
