"""``asprofile add``, ``remove``, ``rename``, ``renumber``, ``merge``: files edited in place, shown, passed through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import asprofile
from asprofile.lint.run import lint
from asprofile.names.releases import LATEST
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result

    Run = Callable[..., Result]

CT = "1.2.840.10008.5.1.4.1.1.2"
US = "1.2.840.10008.5.1.4.1.1.6.1"
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
BASELINE = "1.2.840.10008.1.2.4.50"

SHARED = "[Other]\nPresentationContexts = Contexts\n"


@pytest.fixture
def file(tmp_path: Path, clean: str) -> Path:
    path = tmp_path / "x.cfg"
    path.write_text(clean)
    return path


def contexts(data: bytes | str | Path, name: str = "Small") -> list[tuple[str, tuple[str, ...]]]:
    found = asprofile.load(data.encode() if isinstance(data, str) else data).use(name)
    return [(context.abstract_syntax, context.transfer_syntaxes) for context in found.contexts]


class TestAdd:
    def test_a_private_class_to_the_file_that_is_there(self, run: Run, file: Path, clean: str) -> None:
        result = run("add", "x.cfg", "Small", "1.3.12.2.1107.5.9.1", "--ts", "Uncompressed")
        assert (result.status, result.out) == (0, "")
        line = "new context 4 of list Contexts: Siemens CSA Non-Image Storage with Explicit VR Little Endian"
        assert result.err.startswith(f"x.cfg: {line}")
        new = "# Siemens CSA Non-Image Storage\nPresentationContext4 = 1.3.12.2.1107.5.9.1\\Uncompressed\n"
        assert file.read_text() == clean.replace("\n\n[[Profiles", f"\n{new}\n[[Profiles")

    @pytest.mark.parametrize("name", ["UltrasoundImageStorage", "Ultrasound Image Storage", US])
    @pytest.mark.parametrize("syntaxes", ["JPEGBaseline", "JPEGBaseline8Bit", BASELINE, "jpeg-baseline"])
    def test_names_of_every_kind(self, run: Run, file: Path, name: str, syntaxes: str) -> None:
        assert run("add", "x.cfg", "small", name, "--ts", syntaxes).status == 0
        assert contexts(file)[3] == (US, (BASELINE,))

    def test_uncompressed_by_default(self, run: Run, file: Path) -> None:
        run("add", "x.cfg", "Small", "UltrasoundImageStorage")
        assert contexts(file)[3:] == [(US, (EXPLICIT, IMPLICIT))]

    def test_several_lists_and_split(self, run: Run, file: Path) -> None:
        run("add", "x.cfg", "Small", US, "--ts", f"RLELossless,{BASELINE}", "--label", "One")
        run("add", "x.cfg", "Small", US, "--ts", "JPEGLSLossless", "--ts", "One")
        assert [len(syntaxes) for uid, syntaxes in contexts(file) if uid == US] == [2, 1]
        assert set(asprofile.load(file).transfer_syntax_lists) == {"UNCOMPRESSED", "ONE", "JPEGLSLOSSLESS"}
        run("add", "x.cfg", "Small", "RTPlanStorage", "--ts", "uncompressed", "--separate")
        assert [syntaxes for _, syntaxes in contexts(file)[5:]] == [(EXPLICIT,), (IMPLICIT,)]

    def test_of_a_family_only_what_can_be(self, run: Run, file: Path) -> None:
        run("add", "x.cfg", "Small", "MRImageStorage", "--ts", "jpeg-baseline,rle")
        assert contexts(file)[3][1] == ("1.2.840.10008.1.2.5",)
        result = run("add", "x.cfg", "Small", "RTPlanStorage", "--ts", "rle")
        assert result.status == 2
        assert "no object of RT Plan Storage can be in any of RLE Lossless" in result.err

    def test_what_no_object_can_use_is_added_with_a_warning(self, run: Run, file: Path) -> None:
        result = run("add", "x.cfg", "Small", CT, "--ts", "JPEGBaseline")
        assert result.status == 0
        assert "warning: line 15: AP502 CT Image Storage has 16 bits allocated" in result.err
        assert contexts(file)[3] == (CT, (BASELINE,))

    def test_there_already(self, run: Run, file: Path, clean: str) -> None:
        before = file.stat()
        result = run("add", "x.cfg", "Small", "CTImageStorage", "--ts", "Uncompressed")
        assert result.status == 0
        assert "already there: CT Image Storage" in result.err
        assert file.read_text() == clean
        assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_role_and_extended_negotiation_alone(self, run: Run, file: Path) -> None:
        arguments = ("--role-selection", "BOTH", "--extended", "020003000200")
        assert run("add", "x.cfg", "Small", CT, *arguments).status == 0
        profile = asprofile.load(file).use("Small")
        assert [context.role for context in profile.contexts] == ["default", "both", "default"]
        assert profile.extended[0].data == bytes.fromhex("020003000200")
        assert len(profile.contexts) == 3

    def test_shown_and_not_written(self, run: Run, file: Path, clean: str) -> None:
        result = run("add", "x.cfg", "Small", US, "--diff")
        assert result.status == 1
        assert "\n+PresentationContext4 = UltrasoundImageStorage\\Uncompressed\n" in result.out
        assert file.read_text() == clean
        assert run("add", "x.cfg", "Small", CT, "--diff").status == 0

    def test_through_standard_input(self, run: Run, clean: str) -> None:
        result = run("add", "-", "Small", US, stdin=clean.encode())
        assert result.status == 0
        assert len(contexts(result.out)) == 4

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("Smal", "CTImageStorage"), "no profile 'Smal'; did you mean SMALL?"),
            (("Small", "CTImageStorge"), "no SOP class 'CTImageStorge'; did you mean CTImageStorage"),
            (("Small", CT, "--ts", "JPEGBaselin"), "no transfer syntax 'JPEGBaselin'; did you mean jpeg-baseline"),
            (("Small", CT, "--ts", "Uncompresed"), "the file has the list UNCOMPRESSED"),
            (("Small", CT, "--ts", ","), "no transfer syntax given"),
            (("Small", BASELINE), "is a transfer syntax, not a SOP class"),
            (("Small", CT, "--ts", CT), "is not a transfer syntax but CT Image Storage"),
            (("Small", CT, "--extended", "0x02"), "pairs of hexadecimal digits"),
            (("Small", US, "--role-selection", "both", "--ts", "RLELossless", "--label", "a.b"), "'a.b' is no label"),
            (("Small", CT, "--separate", "--label", "A"), "--label is for one list"),
        ],
    )
    def test_mistakes(self, run: Run, file: Path, clean: str, arguments: tuple[str, ...], said: str) -> None:
        result = run("add", "x.cfg", *arguments)
        assert result.status == 2
        assert said in result.err
        assert file.read_text() == clean

    def test_a_file_that_does_not_load(self, run: Run, file: Path, clean: str) -> None:
        file.write_text(clean.replace("CTImageStorage", "CtImageStorage"))
        result = run("add", "x.cfg", "Small", US)
        assert result.status == 2
        assert f"DCMTK {LATEST} refuses this (condition 1025)" in result.err
        assert "`asprofile lint --fix` would mend that (AP118)" in result.err
        file.write_text("[[Profiles]]\n")
        assert "`asprofile lint` says what is wrong" in run("add", "x.cfg", "Small", US).err

    def test_no_such_file(self, run: Run) -> None:
        assert run("add", "none.cfg", "Small", US).err == "asprofile: none.cfg: No such file or directory\n"

    def test_a_shared_list(self, run: Run, file: Path, clean: str) -> None:
        file.write_text(clean + SHARED)
        result = run("add", "x.cfg", "Small", US)
        assert result.status == 2
        assert "--shared" in result.err
        assert run("add", "x.cfg", "Small", US, "--shared").status == 0
        assert len(contexts(file, "Other")) == 4

    def test_no_room(self, run: Run, file: Path, clean: str) -> None:
        more = "".join(f"PresentationContext{n} = 1.2.3.{n}\\Uncompressed\n" for n in range(4, 128))
        more += "PresentationContext128 = 1.2.3.7\\Uncompressed\n"
        file.write_text(clean.replace("\n\n[[Profiles", f"\n{more}\n[[Profiles"))
        before = file.read_text()
        result = run("add", "x.cfg", "Small", US)
        assert result.status == 2
        assert "1 of its contexts could go, see below; --drop takes out the first of these" in result.err
        assert "  1.2.3.7 with Explicit VR Little Endian, Implicit VR Little Endian: context 7 proposes" in result.err
        assert file.read_text() == before
        assert "dropped context 128" in run("add", "x.cfg", "Small", US, "--drop").err
        assert contexts(file)[-1][0] == US
        assert run("add", "x.cfg", "Small", "RTPlanStorage", "--drop").status == 2

    def test_an_older_release(self, run: Run, file: Path, clean: str) -> None:
        file.write_text(clean.replace("LittleEndianImplicit", "LittleEndianImplicit\nTransferSyntax3 = JPEGXLLossless"))
        assert run("add", "x.cfg", "Small", US).status == 0
        result = run("add", "x.cfg", "Small", "RTPlanStorage", "--release", "3.6.7")
        assert result.status == 2
        assert "DCMTK 3.6.7 refuses" in result.err


class TestRemove:
    def test_out_and_in_again(self, run: Run, file: Path, clean: str) -> None:
        assert run("remove", "x.cfg", "Small", "MRImageStorage").status == 0
        assert len(contexts(file)) == 2
        run("add", "x.cfg", "Small", "MRImageStorage", "--ts", "Uncompressed")
        assert file.read_text() == clean

    def test_narrowed(self, run: Run, file: Path, clean: str) -> None:
        run("add", "x.cfg", "Small", CT, "--ts", "RLELossless")
        result = run("remove", "x.cfg", "Small", "CTImageStorage", "--ts", "RLELossless", "--prune", "-q")
        assert (result.status, result.err) == (0, "")
        assert file.read_text() == clean

    def test_what_is_not_there(self, run: Run, file: Path) -> None:
        result = run("remove", "x.cfg", "Small", "RTPlanStorage")
        assert result.status == 2
        assert "profile SMALL has no context for RT Plan Storage" in result.err


class TestRename:
    def test_a_list(self, run: Run, file: Path, clean: str) -> None:
        result = run("rename", "x.cfg", "uncompressed", "Plain")
        assert result.err == "x.cfg: transfer syntax list UNCOMPRESSED is now Plain\n"
        assert file.read_text() == clean.replace("Uncompressed", "Plain")

    def test_several_of_that_name(self, run: Run, file: Path, clean: str) -> None:
        run("rename", "x.cfg", "Small", "Contexts")
        result = run("rename", "x.cfg", "Contexts", "New")
        assert result.status == 2
        said = "Contexts is a profile and a context list; give --kind profile or --kind contexts"
        assert said in result.err
        assert run("rename", "x.cfg", "Contexts", "Small", "--kind", "profile").status == 0
        assert file.read_text() == clean

    def test_none_of_that_name(self, run: Run, file: Path) -> None:
        assert "no profile or list 'Smoll'; did you mean SMALL?" in run("rename", "x.cfg", "Smoll", "New").err
        assert "there is SMALL, UNCOMPRESSED, CONTEXTS" in run("rename", "x.cfg", "zzz", "New").err


class TestRenumber:
    def test_a_gap(self, run: Run, file: Path, clean: str) -> None:
        file.write_text(clean.replace("Context3", "Context5"))
        assert run("renumber", "x.cfg", "--diff").status == 1
        result = run("renumber", "x.cfg")
        assert result.err == "x.cfg: line 11: PresentationContext5 is now PresentationContext3\n"
        assert file.read_text() == clean
        assert run("renumber", "x.cfg").err == "x.cfg: nothing to do\n"


class TestMerge:
    OTHER = SHARED.replace("Other", "More")

    @pytest.fixture
    def other(self, tmp_path: Path, clean: str) -> Path:
        path = tmp_path / "y.cfg"
        path.write_text(clean.replace("[Small]", "[More]").replace("CTImage", "EnhancedCTImage"))
        return path

    def test_into_the_first(self, run: Run, file: Path, other: Path) -> None:
        result = run("merge", "x.cfg", "y.cfg")
        assert result.status == 0
        assert set(asprofile.load(file).profiles) == {"SMALL", "MORE"}
        assert contexts(file, "More") == contexts(other, "More")
        assert result.out == ""
        assert "x.cfg: new context list Contexts, as Contexts-2: there is another Contexts" in result.err

    def test_into_another_file(self, run: Run, file: Path, clean: str, other: Path, tmp_path: Path) -> None:
        for more in ((), ("--force",)):
            assert run("merge", "x.cfg", "y.cfg:more", "-o", "z.cfg", *more).status == 0
        assert "z.cfg: exists already; --force writes over it" in run("merge", "x.cfg", "y.cfg", "-o", "z.cfg").err
        assert set(asprofile.load(tmp_path / "z.cfg").profiles) == {"SMALL", "MORE"}
        assert file.read_text() == clean
        out = run("merge", "x.cfg", "y.cfg", "-o", "-").out
        assert out == (tmp_path / "z.cfg").read_text()
        assert out == run("merge", "x.cfg", "-", "-o", "-", stdin=other.read_bytes()).out
        assert out == run("merge", "-", "y.cfg", stdin=clean.encode()).out

    def test_a_clash(self, run: Run, file: Path, other: Path) -> None:
        other.write_text(other.read_text().replace("[More]", "[Small]"))
        result = run("merge", "x.cfg", "y.cfg")
        assert result.status == 2
        assert "both files have a profile Small, and they differ" in result.err
        assert run("merge", "x.cfg", "y.cfg", "--clash", "rename").status == 0
        assert set(asprofile.load(file).profiles) == {"SMALL", "SMALL-2"}

    def test_both_from_standard_input(self, run: Run) -> None:
        assert "only one of A and B" in run("merge", "-", "-").err


def test_edits_leave_a_clean_file_clean(run: Run, file: Path) -> None:
    run("fmt", "x.cfg")
    run("add", "x.cfg", "Small", "UltrasoundImageStorage", "RTPlanStorage")
    run("remove", "x.cfg", "Small", "MRImageStorage")
    run("rename", "x.cfg", "Uncompressed", "Plain")
    findings = lint(Source(file.read_bytes())).findings
    assert [finding.code for finding in findings if finding.severity != "info"] == []
    assert run("fmt", "--check", "x.cfg").status == 0
