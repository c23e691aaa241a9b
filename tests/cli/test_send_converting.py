"""``asprofile send`` with conversion, attributes set on the way and DICOMDIRs, to a real peer; and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydicom
import pytest
from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    Element,
    Fragments,
    Sequence,
    encoded,
    part10,
    rich,
)
from made_pictures import JFIF, LOSSLESS_1, Kind, jpeg_lossless, native, samples_of, with_marker, wrapped
from programs import need

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result
    from programs import Server

    Run = Callable[..., Result]

UIDS: list[Element] = [(0x00080016, "UI", SECONDARY_CAPTURE.encode() + b"\0"), (0x00080018, "UI", b"1.2.3.4\0")]

EXPLICIT_ONLY = """\
[[TransferSyntaxes]]
[Explicit]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[Pictures]
PresentationContext1 = SecondaryCaptureImageStorage\\Explicit
[[Profiles]]
[Explicit]
PresentationContexts = Pictures
"""


@pytest.fixture
def implicit(storescp: Callable[..., Server]) -> Server:
    """A peer that takes Implicit VR Little Endian only."""
    return storescp("+xi")


def made(name: str, syntax: str, elements: list[Element] | None = None) -> str:
    native = EXPLICIT if syntax.startswith("1.2.840.10008.1.2.4.") else syntax
    data = encoded(rich() if elements is None else elements, native)
    Path(name).write_bytes(part10(data, syntax))
    return name


def stored(server: Server) -> list[pydicom.Dataset]:
    return [pydicom.dcmread(file) for file in sorted(server.directory.iterdir())]


def objects(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.out)["objects"]
    return found


@pytest.mark.peer
class TestConversion:
    def test_only_when_asked(self, run: Run, implicit: Server) -> None:
        address = f"127.0.0.1:{implicit.port}"
        refused = run("send", "--json", address, made("a.dcm", BIG))
        assert refused.status == 1
        assert objects(refused)[0]["outcome"] == "refused"
        assert stored(implicit) == []
        sent = run("send", "--json", "--convert", "uncompressed", address, "a.dcm")
        assert sent.status == 0, sent.err
        (found,) = stored(implicit)
        assert found.file_meta.TransferSyntaxUID == IMPLICIT
        assert found.PixelData == rich()[-1][2]
        assert found.PatientName == "Dø^Jo"

    def test_what_a_policy_does_not_allow_is_refused(self, run: Run, implicit: Server) -> None:
        pixels: list[Element] = [(0x7FE00010, "OB", Fragments([b"", b"\xff\xd8garbage"]))]
        address = f"127.0.0.1:{implicit.port}"
        made("jpeg.dcm", "1.2.840.10008.1.2.4.50", UIDS + pixels)
        for policy in ("uncompressed", "lossless"):
            assert objects(run("send", "--json", "--convert", policy, address, "jpeg.dcm"))[0]["outcome"] == "refused"
        spoilt = objects(run("send", "--json", "--convert", "lossy", address, "jpeg.dcm"))[0]
        assert (spoilt["outcome"], spoilt["bytes"]) == ("refused", 0)
        assert "cannot be decompressed" in spoilt["reason"]

    def test_dictionaries_of_the_environment(self, run: Run, storescp: Callable[..., Server]) -> None:
        server = storescp()
        private: list[Element] = [(0x00290010, "LO", b"MADE FOR TESTS"), (0x00291001, "IS", b"12")]
        made("a.dcm", IMPLICIT, UIDS + private)
        Path("my.dic").write_text('(0029,"MADE FOR TESTS",01)\tIS\tMine\t1\n')
        Path("explicit.cfg").write_text(EXPLICIT_ONLY)
        profile = ["--profile", "explicit.cfg:Explicit"]
        command = ["send", "-q", *profile, "--convert", "uncompressed", f"127.0.0.1:{server.port}", "a.dcm"]
        program = [sys.executable, "-m", "asprofile", *command]
        done = subprocess.run(program, env={"DCMDICTPATH": "my.dic"}, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        (found,) = stored(server)
        assert (found[0x0029, 0x1001].VR, found[0x0029, 0x1001].value) == ("IS", 12)
        wrong = {"DCMDICTPATH": "my.dic:absent.dic"}
        done = subprocess.run(program, env=wrong, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert "absent.dic: a dictionary (DCMDICTPATH) that cannot be read: No such file" in done.stderr
        assert run(*command[:-1], "--dictionary", "absent.dic", "a.dcm").status == 2

    def test_a_picture_is_shown_as_it_was(self, run: Run, implicit: Server) -> None:
        """YBR_FULL_422 in lossy JPEG, as most ultrasound devices write it, to a peer that takes no JPEG."""
        kind = Kind(photometric="RGB", rows=20, columns=24)
        Path("plain").write_bytes(native(kind, samples_of(kind)))
        subprocess.run([need("dcmcjpeg", "dcmtk"), "+eb", "+cy", "plain", "us.dcm"], check=True)
        subprocess.run([need("dcmdjpeg", "dcmtk"), "us.dcm", "theirs"], check=True)
        assert pydicom.dcmread("us.dcm").PhotometricInterpretation == "YBR_FULL_422"
        result = run("send", "--json", "--convert", "lossy", f"127.0.0.1:{implicit.port}", "us.dcm")
        assert result.status == 0, result.err
        (found,) = stored(implicit)
        theirs = pydicom.dcmread("theirs")
        assert found.PhotometricInterpretation == theirs.PhotometricInterpretation == "RGB"
        assert abs(found.pixel_array.astype(int) - theirs.pixel_array.astype(int)).mean() < 2

    def test_a_picture_that_may_be_wrong_is_refused(self, run: Run, implicit: Server) -> None:
        kind = Kind(LOSSLESS_1, "RGB")
        frame = with_marker(jpeg_lossless(kind, samples_of(kind)[0]), JFIF)
        Path("a.dcm").write_bytes(wrapped(kind, [frame]))
        result = run("send", "--json", "--convert", "lossless", f"127.0.0.1:{implicit.port}", "a.dcm")
        assert result.status == 1
        (reason,) = (one["reason"] for one in objects(result))
        assert "has YCbCr colours (it has a JFIF marker); Photometric Interpretation says RGB" in reason
        command = reason.partition("correct the object: ")[2].replace("FILE", "a.dcm").split()
        subprocess.run([need(command[0], "dcmtk"), *command[1:]], check=True)
        result = run("send", "--json", "--convert", "lossless", f"127.0.0.1:{implicit.port}", "a.dcm")
        assert result.status == 0, result.out

    def test_what_is_too_long_when_it_is_inflated(self, run: Run, implicit: Server) -> None:
        made("a.dcm", DEFLATED)
        command = ["send", "--json", "--convert", "uncompressed", f"127.0.0.1:{implicit.port}", "a.dcm"]
        result = run(*command, "--max-object-size", "1K")
        assert (result.status, stored(implicit)) == (1, [])
        (reason,) = (one["reason"] for one in objects(result))
        assert reason.startswith("would be more than 1 KiB when it is inflated")
        way_out = reason.partition("asprofile send with ")[2].split()
        assert run(*command, *way_out).status == 0
        for size, status in (("1K", 1), ("3G", 0)):
            peer = f'[peers.archive]\naddress = "127.0.0.1:{implicit.port}"\nmax-object-size = "{size}"\n'
            Path("asprofile.toml").write_text(peer)
            assert run("send", "--convert", "uncompressed", "archive", "a.dcm").status == status
        Path("asprofile.toml").write_text(peer.replace("3G", "3T"))
        wrong = run("send", "--convert", "uncompressed", "archive", "a.dcm")
        assert wrong.status == 2
        assert "peers.archive.max-object-size: '3T' is not a number of bytes" in wrong.err

    @pytest.mark.parametrize("options", [(), ("--convert", "uncompressed"), ("--convert", "lossy")])
    def test_what_is_too_long_although_it_goes_as_it_is(
        self, run: Run, storescp: Callable[..., Server], options: tuple[str, ...]
    ) -> None:
        """It is inflated to see whether it is whole, and nothing of that is sent."""
        made("a.dcm", DEFLATED)
        data = Path("a.dcm").read_bytes()
        server = storescp("+xd")
        command = ["send", "--json", *options, f"127.0.0.1:{server.port}", "a.dcm"]
        result = run(*command, "--max-object-size", "1K")
        assert (result.status, stored(server)) == (1, [])
        (reason,) = (one["reason"] for one in objects(result))
        assert reason.startswith("would be more than 1 KiB when it is inflated")
        way_out = reason.partition("asprofile send with ")[2].split()
        result = run(*command, *way_out)
        assert result.status == 0, result.out
        (sent,) = (one["bytes"] for one in objects(result))
        assert data[-sent:] in data
        (found,) = server.directory.iterdir()
        assert found.read_bytes()[-sent:] == data[-sent:]


@pytest.mark.peer
class TestChanges:
    def test_attributes_are_set(self, run: Run, implicit: Server) -> None:
        settings = ["--set", "PatientID=A1", "--set", "PatientName=Roe^R", "--set", "SOPInstanceUID=1.2.99"]
        sent = run("send", "--json", *settings, f"127.0.0.1:{implicit.port}", made("a.dcm", IMPLICIT))
        assert sent.status == 0, sent.err
        (found,) = stored(implicit)
        assert (found.PatientID, found.PatientName, found.SOPInstanceUID) == ("A1", "Roe^R", "1.2.99")
        assert found.file_meta.MediaStorageSOPInstanceUID == "1.2.99"

    def test_identities_are_invented(self, run: Run, implicit: Server) -> None:
        made("a.dcm", IMPLICIT)
        sent = run("send", "--invent-series", "2", "--repeat", "3", f"127.0.0.1:{implicit.port}", "a.dcm")
        assert sent.status == 0, sent.err
        found = stored(implicit)
        assert len({one.SOPInstanceUID for one in found}) == 3
        assert len({one.SeriesInstanceUID for one in found}) == 2
        assert {str(one.PatientName)[:14] for one in found} == {"OFFIS^TEST_PN_"}


@pytest.mark.peer
def test_a_dicomdir_says_what_to_send(run: Run, implicit: Server) -> None:
    Path("medium").mkdir()
    made("medium/a", IMPLICIT)
    records = Sequence([[(0x00041410, "US", b"\xff\xff"), (0x00041500, "CS", name)] for name in (b"A ", b"B ")])
    directory = encoded([(0x00041220, "SQ", records)], EXPLICIT)
    Path("medium/DICOMDIR").write_bytes(part10(directory, EXPLICIT, "1.2.840.10008.1.3.10"))
    sent = run("send", "--json", "--dicomdir", f"127.0.0.1:{implicit.port}", "medium")
    assert sent.status == 1
    assert [(Path(one["path"]).name, one["outcome"]) for one in objects(sent)] == [("a", "stored"), ("B", "refused")]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--set", "PatientIdd=1"], "did you mean PatientID"),
        (["--set", "PatientID"], "sets nothing"),
        (["--convert", "uncompresed"], "'uncompresed' is not one of"),
        (["--compression-level", "3"], "--compression-level is for what is converted"),
        (["--dictionary", "my.dic"], "--dictionary is for what is converted or set"),
        (["--convert", "lossy", "--max-object-size", "3T"], "'3T' is not a number of bytes"),
        (["--convert", "lossy", "--max-object-size", "0"], "'0' is not a number of bytes"),
        (["--convert", "lossy", "--compression-level", "10"], "10 is not in the range"),
        (["--invent-series", "0"], "0 is not in the range"),
        (["--dicomdir", "--no-recurse"], "leave out --no-recurse"),
        (["--dicomdir", "--pattern", "*"], "leave out --no-recurse"),
    ],
)
def test_refusals(run: Run, options: list[str], reason: str) -> None:
    result = run("send", *options, "127.0.0.1:1", made("a.dcm", IMPLICIT))
    assert result.status == 2
    assert reason in " ".join(result.err.split())


def test_sending_as_it_is_loads_nothing_of_this() -> None:
    program = (
        "import sys\n"
        "from asprofile.cli import main\n"
        "try: main(['send', '127.0.0.1:1', 'a.dcm'])\n"
        "except SystemExit: pass\n"
        "print('loaded:', *({'asprofile.objects.converting', 'asprofile.objects.changes'} & {*sys.modules}))\n"
    )
    made("a.dcm", IMPLICIT)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("\nloaded:\n")


@pytest.mark.parametrize("where", ["option", "settings"])
def test_send_truncated_is_said(run, tmp_path, monkeypatch, where):
    from factories import write_ct

    from asprofile.net import dimse
    from asprofile.testing import ScriptedPeer, data_pdu

    monkeypatch.chdir(tmp_path)
    path = write_ct(tmp_path / "cut.dcm")
    path.write_bytes(path.read_bytes()[:-10])

    def script(peer):
        peer.accept()
        command, _, context_id = peer.read_object()
        peer.write(data_pdu(context_id, dimse.response(command, 0)))
        peer.release()

    with ScriptedPeer(script) as peer:
        address = f"PEER@127.0.0.1:{peer.port}"
        (tmp_path / "asprofile.toml").write_text(f'[peers.pacs]\naddress = "{address}"\nsend-truncated = true\n')
        arguments = ["--send-truncated", address] if where == "option" else ["pacs"]
        result = run("send", "--json", *arguments, "cut.dcm")
    (sent,) = json.loads(result.out)["objects"]
    assert sent["outcome"] == "stored"
    assert sent["note"].startswith("sent truncated: it ends inside (7FE0,0010) PixelData, 10 bytes too early")
