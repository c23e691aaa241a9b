"""``asprofile generate``."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import Server, need
from factories import write_ct

from asprofile.lint.run import LintOptions, lint
from asprofile.model.config import Profile
from asprofile.model.loader import load
from asprofile.objects.demo import make_demo_objects
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

CT = "1.2.840.10008.5.1.4.1.1.2"
CSA = "1.3.12.2.1107.5.9.1"
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"

LOG = """\
D: ====================== BEGIN A-ASSOCIATE-RQ =====================
D:   Context ID:        1 (Proposed)
D:     Abstract Syntax: =CTImageStorage
D:     Proposed SCP/SCU Role: SCP/SCU
D:     Proposed Transfer Syntax(es):
D:       =LittleEndianExplicit
D:       =LittleEndianImplicit
D:   Context ID:        3 (Proposed)
D:     Abstract Syntax: 1.3.12.2.1107.5.9.1
D:     Proposed SCP/SCU Role: Default
D:     Proposed Transfer Syntax(es):
D:       =LittleEndianImplicit
D: Requested Extended Negotiation:
D:   =CTImageStorage (1.2.840.10008.5.1.4.1.1.2)
D:     [0x02, 0x00, 0x00, 0x00, 0x00, 0x00]
D: ======================= END A-ASSOCIATE-RQ ======================
"""
ANSWER = """\
D: ====================== BEGIN A-ASSOCIATE-AC =====================
D:   Context ID:        1 (Accepted)
D:     Abstract Syntax: =CTImageStorage
D:     Proposed SCP/SCU Role: SCP/SCU
D:     Accepted SCP/SCU Role: Default
D:     Accepted Transfer Syntax: =LittleEndianImplicit
D:   Context ID:        3 (Abstract Syntax Not Supported)
D:     Abstract Syntax: 1.3.12.2.1107.5.9.1
D: ======================= END A-ASSOCIATE-AC ======================
"""


def profile_of(text: str, name: str, role: str = "requestor") -> Profile:
    return load(text.encode(), role="acceptor" if role == "acceptor" else "requestor").use(name)


def contexts(text: str, name: str, role: str = "requestor") -> list[tuple[str, tuple[str, ...]]]:
    return [(one.abstract_syntax, one.transfer_syntaxes) for one in profile_of(text, name, role).contexts]


class TestRecipes:
    def test_to_standard_output(self, run: Run) -> None:
        result = run("generate", "mpeg4")
        assert (result.status, result.err) == (0, "")
        assert result.out.startswith("# MPEG4: presentation contexts for senders\n#\n# mpeg4: For operating theatres, ")
        assert len(profile_of(result.out, "MPEG4").contexts) == 87

    def test_several_together(self, run: Run) -> None:
        out = run("generate", "ct", "mr", "--required-only").out
        alone = [contexts(run("generate", name, "--required-only").out, name) for name in ("ct", "mr")]
        assert contexts(out, "CT-MR") == alone[0] + alone[1]

    def test_a_name_and_a_release(self, run: Run) -> None:
        out = run("generate", "wsi", "--name", "Slides", "--release", "3.6.9").out
        assert "# DCMTK: 3.6.9 and later\n" in out
        assert "= ConfocalMicroscopyImageStorage\\" in out
        assert contexts(out, "Slides") == contexts(run("generate", "wsi").out, "WholeSlide")

    def test_an_acceptor(self, run: Run) -> None:
        out = run("generate", "all-storage", "--role", "acceptor").out
        assert "# DCMTK: 3.6.8 and later\n" in out
        listed = [uid for uid, _ in contexts(out, "AllStorage", "acceptor")]
        assert len(set(listed)) == len(listed) > 128

    def test_other_transfer_syntaxes(self, run: Run) -> None:
        out = run("generate", "ct", "--required-only", "--ts", "jpeg-ls").out
        assert {syntaxes for _, syntaxes in contexts(out, "CT")} == {("1.2.840.10008.1.2.4.80",), (IMPLICIT,)}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("cd",), "no recipe 'cd'"),
            (("ct", "--ts", "mpeg4"), "nothing of the recipe ct can be encoded in the transfer syntaxes given"),
            (("ct", "--ts", "mpg4"), "no transfer syntax 'mpg4'; did you mean mpeg4"),
            (("ct", "--name", "a b"), "'a b' is no name for a profile"),
            (("all-images",), "presentation contexts, but an association request has room for 128. Choose: --split"),
            (("retrieve-get", "ct"), "CT Image Storage is wanted in the roles scp and default"),
        ],
    )
    def test_errors(self, run: Run, arguments: tuple[str, ...], message: str) -> None:
        result = run("generate", *arguments)
        assert (result.status, result.out) == (2, "")
        assert message in result.err

    def test_nothing_asked_for(self, run: Run) -> None:
        result = run("generate")
        assert result.status == 2
        assert "give RECIPE, --profile, --sop, --from-files, --from-log or --from-peer" in result.err

    def test_transfer_syntaxes_are_of_recipes_and_names(self, run: Run) -> None:
        result = run("generate", "--ts", "jpeg-ls", "--from-log", "-")
        assert result.status == 2
        assert "--ts goes with RECIPE or --sop" in result.err

    def test_split(self, run: Run) -> None:
        out = run("generate", "all-images", "--split").out
        config = load(out.encode(), "3.6.0")
        assert list(config.profiles) == [f"ALLIMAGES-{number}" for number in range(1, len(config.profiles) + 1)]
        assert all(len(profile.contexts) <= 128 for profile in config.profiles.values())

    def test_combine(self, run: Run) -> None:
        out = run("generate", "tomosynthesis", "mammography", "us", "--combine").out
        assert len(contexts(out, "BreastTomosynthesis-Mammography-Ultrasound")) <= 128


class TestNames:
    def test_private_and_standard_ones(self, run: Run) -> None:
        out = run("generate", "--sop", "CTImageStorage", "--sop", CSA, "--ts", "LittleEndianExplicit").out
        assert contexts(out, "Chosen") == [(uid, (one,)) for uid in (CT, CSA) for one in (EXPLICIT, IMPLICIT)]
        assert "# Siemens CSA Non-Image Storage\nPresentationContext3 = 1.3.12.2.1107.5.9.1\\" in out

    def test_what_the_standard_does_not_allow(self, run: Run) -> None:
        result = run("generate", "--sop", "CTImageStorage", "--ts", "JPEGBaseline")
        assert (result.status, result.out) == (2, "")
        assert "16 bits allocated" in result.err

    def test_what_is_unwise_says_that_it_was_asked_for(self, run: Run) -> None:
        out = run("generate", "--sop", "VLEndoscopicImageStorage", "--ts", "MPEG4HP41").out
        assert "# asprofile: ignore[AP505] asked for by name\n" in out

    @pytest.mark.parametrize(
        ("sop", "message"),
        [("CTImagStorage", "did you mean CTImageStorage"), ("JPEGBaseline", "give it with --ts"), ("1..2", "no UID")],
    )
    def test_errors(self, run: Run, sop: str, message: str) -> None:
        result = run("generate", "--sop", sop)
        assert (result.status, result.out) == (2, "")
        assert message in result.err


class TestFiles:
    @pytest.fixture
    def study(self, tmp_path: Path) -> Path:
        study = tmp_path / "study"
        (study / "deep").mkdir(parents=True)
        write_ct(study / "1.dcm")
        write_ct(study / "deep" / "2.dcm")
        write_ct(study / "3.dcm", transfer_syntax=JPEG_LOSSLESS)
        (study / "readme.txt").write_text("nothing")
        return study

    def test_exactly_what_they_need(self, run: Run, study: Path) -> None:
        result = run("generate", "--from-files", str(study), "--name", "Study")
        assert result.status == 0
        assert result.err == "3 objects looked at; 1 file skipped\n"
        assert contexts(result.out, "Study") == [(CT, (EXPLICIT,)), (CT, (JPEG_LOSSLESS,)), (CT, (IMPLICIT,))]
        assert "# 2 objects\nPresentationContext1 = " in result.out
        assert "# 1 object\nPresentationContext2 = " in result.out
        assert "# the default transfer syntax, which shall be offered (PS3.5 10.1)\nPresentationContext3" in result.out

    def test_many_paths_before_the_next_option(self, run: Run, study: Path) -> None:
        names = sorted(str(path) for path in study.glob("*.dcm"))
        assert run("generate", "mr", "--from-files", *names, "--name", "X").err == "2 objects looked at\n"
        assert run("generate", "mr", "--name", "X", "--from-files", *names).status == 0
        assert run("generate", "--from-files", names[0], "--from-files", names[1]).err == "2 objects looked at\n"
        assert run("generate", "--from-files", "--name", "X").status == 2
        assert run("generate", "--from-files").status == 2

    def test_with_a_recipe(self, run: Run, study: Path) -> None:
        out = run("generate", "worklist", "--from-files", str(study)).out
        assert [uid for uid, _ in contexts(out, "Worklist-Files")] == ["1.2.840.10008.5.1.4.31", CT, CT, CT]

    def test_objects_that_should_not_be(self, run: Run, tmp_path: Path) -> None:
        write_ct(tmp_path / "odd.dcm", transfer_syntax="1.2.840.10008.1.2.4.50")
        result = run("generate", "--from-files", "odd.dcm")
        assert result.status == 0
        assert contexts(result.out, "Files") == [(CT, ("1.2.840.10008.1.2.4.50",)), (CT, (IMPLICIT,))]
        assert "# asprofile: ignore[AP502] there are such objects\n" in result.out

    def test_an_acceptor_for_them(self, run: Run, study: Path) -> None:
        out = run("generate", "--from-files", str(study), "--role", "acceptor").out
        assert contexts(out, "Files", "acceptor")[1] == (CT, (EXPLICIT, IMPLICIT, JPEG_LOSSLESS))
        assert "# 2 objects in Explicit VR Little Endian, 1 object in JPEG Lossless (Process 14, Selection" in out

    def test_what_cannot_be_read_is_said(self, run: Run, study: Path) -> None:
        (study / "4.dcm").write_bytes((study / "1.dcm").read_bytes()[:200])
        result = run("generate", "--from-files", str(study), "nothing.dcm")
        assert result.status == 2
        assert run("generate", "--from-files", str(study)).status == 1
        assert "4.dcm: " in result.err
        assert "nothing.dcm: cannot be read: No such file or directory\n" in result.err
        assert contexts(result.out, "Files")

    def test_no_object_at_all(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "readme.txt").write_text("nothing")
        result = run("generate", "--from-files", "readme.txt")
        assert (result.status, result.out) == (2, "")
        assert "no DICOM object in readme.txt: nothing to make a profile of\n" in result.err


class TestLog:
    def test_what_was_proposed(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "scu.log").write_text(LOG + ANSWER)
        result = run("generate", "--from-log", "scu.log")
        assert result.status == 0
        assert "CT Image Storage: the role BOTH was asked for and nothing was granted" in result.err
        assert "silenced in it by a comment: warning AP704, as SCP of CT" in result.err
        assert contexts(result.out, "Log") == [(CT, (EXPLICIT, IMPLICIT)), (CSA, (IMPLICIT,))]
        profile = profile_of(result.out, "Log")
        assert profile.contexts[0].role == "both"
        assert [(one.sop_class, one.data) for one in profile.extended] == [(CT, b"\2\0\0\0\0\0")]

    def test_what_was_accepted(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "scu.log").write_text(LOG + ANSWER)
        result = run("generate", "--from-log", "scu.log", "--log-accepted")
        assert contexts(result.out, "Log") == [(CT, (IMPLICIT,))]
        assert profile_of(result.out, "Log").contexts[0].role == "both"
        assert "nothing was granted (PS3.7 D.3.3.4); the profile asks for BOTH" in result.err

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
    def test_as_powershell_writes_it(self, run: Run, tmp_path: Path, encoding: str) -> None:
        (tmp_path / "scu.log").write_bytes(LOG.replace("\n", "\r\n").encode(encoding))
        plain = contexts(run("generate", "--from-log", "-", stdin=LOG.encode()).out, "Log")
        assert contexts(run("generate", "--from-log", "scu.log").out, "Log") == plain
        assert contexts(run("generate", "--from-log", "-", stdin=LOG.encode(encoding)).out, "Log") == plain

    @pytest.mark.parametrize(
        ("pack", "unpack"),
        [(gzip.compress, "zcat"), (bz2.compress, "bzcat"), (lzma.compress, "xzcat")],
        ids=["gzip", "bzip2", "xz"],
    )
    def test_a_packed_log_is_refused_with_what_unpacks_it(
        self, run: Run, tmp_path: Path, pack: Callable[[bytes], bytes], unpack: str
    ) -> None:
        (tmp_path / "scu.log.1").write_bytes(pack(LOG.encode()))
        for name, stdin in (("scu.log.1", b""), ("-", pack(LOG.encode()))):
            result = run("generate", "--from-log", name, stdin=stdin)
            assert (result.status, result.out) == (2, "")
            assert f"; {unpack} FILE | asprofile generate --from-log -" in result.err
        if (program := shutil.which(unpack)) is not None:
            log = subprocess.run([program], input=pack(LOG.encode()), capture_output=True, check=True)
            plain = run("generate", "--from-log", "-", stdin=LOG.encode())
            assert run("generate", "--from-log", "-", stdin=log.stdout).out == plain.out

    def test_a_context_that_lost_its_transfer_syntaxes_is_told(self, run: Run) -> None:
        cut = LOG[: LOG.rindex("Proposed Transfer Syntax")]
        result = run("generate", "--from-log", "-", stdin=cut.encode())
        assert result.status == 1
        assert contexts(result.out, "Log") == [(CT, (EXPLICIT, IMPLICIT))]
        assert "no transfer syntax that was proposed for" in result.err
        assert "which is left out; the whole dump is needed" in result.err

    def test_lines_of_others_in_a_list_take_nothing_away(self, run: Run) -> None:
        noisy = "".join(f"{line}\n\n10:00:00 INFO GET /ping 200\n" for line in LOG.splitlines())
        plain = run("generate", "--from-log", "-", stdin=LOG.encode())
        assert run("generate", "--from-log", "-", stdin=noisy.encode()).out == plain.out

    def test_an_answer_without_its_request(self, run: Run) -> None:
        result = run("generate", "--from-log", "-", stdin=ANSWER.encode())
        assert result.status == 1
        assert "an answer without its request" in result.err

    def test_standard_input_and_one_of_several_associations(self, run: Run) -> None:
        other = LOG.replace("=CTImageStorage", "=MRImageStorage").replace("1.2.840.10008.5.1.4.1.1.2)", "1.2.3)")
        log = (LOG + other).encode()
        both = contexts(run("generate", "--from-log", "-", stdin=log).out, "Log")
        assert len(both) == 3
        second = contexts(run("generate", "--from-log", "-", "--association", "2", stdin=log).out, "Log")
        assert [uid for uid, _ in second] == ["1.2.840.10008.5.1.4.1.1.4", CSA]
        result = run("generate", "--from-log", "-", "--association", "3", stdin=log)
        assert (result.status, result.err) == (2, "asprofile: the log has 2 associations, there is no number 3\n")

    def test_names_that_nobody_knows_are_said(self, run: Run) -> None:
        log = LOG.replace("=LittleEndianImplicit", "=FutureSyntax").encode()
        result = run("generate", "--from-log", "-", stdin=log)
        assert result.status == 1
        assert "'FutureSyntax' is in the log, but not a name that is known: left out" in result.err
        assert contexts(result.out, "Log") == [(CT, (EXPLICIT,))]

    @pytest.mark.parametrize(
        ("log", "arguments", "message"),
        [
            ("nothing\n", (), "no association in the log; make one with storescu -d"),
            (LOG, ("--log-accepted",), "the log has no answer (A-ASSOCIATE-AC)"),
            (LOG + ANSWER.replace("(Accepted)", "(User Rejection)").replace("Accepted Transfer", "No"),
             ("--log-accepted",), "in the log nothing was accepted"),
        ],
    )  # fmt: skip
    def test_errors(self, run: Run, log: str, arguments: tuple[str, ...], message: str) -> None:
        result = run("generate", "--from-log", "-", *arguments, stdin=log.encode())
        assert (result.status, result.out) == (2, "")
        assert message in result.err

    def test_a_log_that_is_not_there(self, run: Run) -> None:
        result = run("generate", "--from-log", "nothing.log")
        assert (result.status, result.err) == (2, "asprofile: nothing.log: No such file or directory\n")

    @pytest.mark.parametrize("option", [("--log-accepted",), ("--association", "1")])
    def test_options_of_the_log_need_one(self, run: Run, option: tuple[str, ...]) -> None:
        assert "go with --from-log" in run("generate", "ct", *option).err


class TestOutput:
    def test_a_file_and_what_is_in_it(self, run: Run, tmp_path: Path) -> None:
        result = run("generate", "worklist", "-o", "w.cfg")
        assert (result.status, result.out) == (0, "")
        assert result.err == "w.cfg: profile Worklist, 1 context, DCMTK 3.6.0 and later\n"
        text = (tmp_path / "w.cfg").read_text()
        assert text == run("generate", "worklist").out.replace(" FILE", " w.cfg")

    def test_a_file_is_not_written_over(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "w.cfg").write_text("mine")
        result = run("generate", "worklist", "-o", "w.cfg")
        assert result.status == 2
        assert "w.cfg: exists already; --into adds the profile to it, --force writes over it" in result.err
        assert (tmp_path / "w.cfg").read_text() == "mine"
        assert run("generate", "worklist", "-o", "w.cfg", "--force").status == 0
        assert (tmp_path / "w.cfg").read_text().startswith("# Worklist")

    def test_a_directory_that_is_not_there(self, run: Run) -> None:
        result = run("generate", "worklist", "-o", "no/w.cfg")
        assert (result.status, result.err) == (2, "asprofile: no/w.cfg: not written: No such file or directory\n")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [(("-o", "a.cfg", "--into", "b.cfg"), "give one of them"), (("--force",), "--force goes with --output")],
    )
    def test_options_that_do_not_go_together(self, run: Run, arguments: tuple[str, ...], message: str) -> None:
        result = run("generate", "ct", *arguments)
        assert result.status == 2
        assert message in result.err


class TestInto:
    def test_everything_stays_and_equal_lists_are_used(self, run: Run, tmp_path: Path, clean: str) -> None:
        (tmp_path / "mine.cfg").write_text(clean)
        result = run("generate", "query-retrieve", "--sop", CSA, "--name", "New", "--into", "mine.cfg")
        assert (result.status, result.out) == (0, "")
        assert result.err == "mine.cfg: profile New, 6 contexts, DCMTK 3.6.0 and later\n"
        text = (tmp_path / "mine.cfg").read_text()
        left = iter(text.splitlines())
        assert all(line in left for line in clean.splitlines())
        assert text.count("TransferSyntax1 = LittleEndianExplicit\nTransferSyntax2 = LittleEndianImplicit") == 1
        assert contexts(text, "Small") == contexts(clean, "Small")
        assert contexts(text, "New") == contexts(
            run("generate", "query-retrieve", "--sop", CSA, "--name", "New").out, "New"
        )
        findings = lint(Source(text.encode(), "mine.cfg"), LintOptions()).findings
        assert [one.message for one in findings if one.severity != "info"] == []

    def test_a_name_that_is_taken(self, run: Run, tmp_path: Path, clean: str) -> None:
        (tmp_path / "mine.cfg").write_text(clean)
        result = run("generate", "ct", "--name", "small", "--into", "mine.cfg")
        assert (result.status, result.err) == (
            2,
            "asprofile: mine.cfg has a profile small already; give another --name\n",
        )
        assert (tmp_path / "mine.cfg").read_text() == clean

    def test_a_file_that_does_not_load(self, run: Run, tmp_path: Path, clean: str) -> None:
        broken = clean.replace("= VerificationSOPClass", "= Verification")
        (tmp_path / "mine.cfg").write_text(broken)
        result = run("generate", "ct", "--into", "mine.cfg")
        assert result.status == 2
        assert "refuses this" in result.err
        assert (tmp_path / "mine.cfg").read_text() == broken

    def test_standard_input(self, run: Run, clean: str) -> None:
        out = run("generate", "worklist", "--into", "-", stdin=clean.encode()).out
        assert list(load(out.encode()).profiles) == ["SMALL", "WORKLIST"]


@pytest.mark.peer
def test_a_folder_goes_to_storescp_with_the_profile_made_of_it(
    run: Run, storescp: Callable[..., Server], tmp_path: Path
) -> None:
    """With the profiles of both sides made from the folder, every object finds its context in the real programs."""
    objects = make_demo_objects(tmp_path / "study")
    assert run("generate", "--from-files", "study", "-o", "scu.cfg").status == 0
    assert run("generate", "--from-files", "study", "--role", "acceptor", "-o", "scp.cfg").status == 0
    server = storescp(config=tmp_path / "scp.cfg", profile="Files")
    result = run("send", "--profile", "scu.cfg:Files", f"127.0.0.1:{server.port}", "study")
    assert result.status == 0, result.err
    assert len(list(server.directory.iterdir())) == len(objects)


@pytest.mark.peer
@pytest.mark.parametrize("recipe", ["mpeg4", "tomosynthesis", "private-siemens", "retrieve-get"])
def test_storescu_proposes_what_was_made(
    run: Run, storescp: Callable[..., Server], tmp_path: Path, recipe: str
) -> None:
    storescu = need("storescu", "dcmtk")
    assert run("generate", recipe, "--name", "Test", "-o", "test.cfg").status == 0
    server = storescp()
    ct = write_ct(tmp_path / "ct.dcm")
    command = [storescu, "-d", "-xf", "test.cfg", "Test", "127.0.0.1", str(server.port), ct]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    made = (tmp_path / "test.cfg").read_text()
    # What storescu says that it proposes is read back.
    again = run("generate", "--from-log", "-", "--name", "Test", stdin=done.stdout + done.stderr)
    assert again.status == 0, again.err
    first, second = profile_of(made, "Test"), profile_of(again.out, "Test")
    assert [(one.abstract_syntax, one.transfer_syntaxes, one.role) for one in second.contexts] == [
        (one.abstract_syntax, one.transfer_syntaxes, one.role) for one in first.contexts
    ]
