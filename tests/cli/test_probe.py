"""``asprofile probe``, and ``asprofile generate --from-peer``: what they print, their exit status, their JSON."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile, write_ct

import asprofile
from asprofile.negotiate.answer import answer
from asprofile.negotiate.request import AssociateAccept, ContextResult
from asprofile.net import wire
from asprofile.receive.engine import Receiver
from asprofile.testing import ScriptedPeer, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

    Run = Callable[..., Result]
    Schema = Callable[[str], Callable[[Any], None]]

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (JPEG_LOSSLESS, EXPLICIT)), (MR, (IMPLICIT, JPEG_LOSSLESS)))
SOP = ("--sop", "CTImageStorage", "--sop", "MRImageStorage", "--sop", "1.2.3.4", "--rate", "0")
TS = ("--ts", "uncompressed", "--ts", "jpeg-lossless")


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[str]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Receiver(ACCEPTOR, inbox) as receiver:
        yield f"PACS@127.0.0.1:{receiver.port}"
    assert list(inbox.iterdir()) == [], "nothing is sent"


def without_times(text: str) -> str:
    return re.sub(r"in \d+\.\d s", "in T s", re.sub(r"127\.0\.0\.1:\d+", "H:P", text))


class TestPairs:
    def test_text(self, run: Run, peer: str) -> None:
        result = run("probe", peer, *SOP, *TS)
        assert result.status == 0
        assert result.err == "asking for 3 SOP classes, 9 pairs with transfer syntaxes; nothing is sent\n"
        lines = without_times(result.out).splitlines()
        assert lines[0] == "PACS@H:P: 2 of 3 SOP classes, 4 of 9 pairs accepted (4 associations in T s)"
        assert lines[1] == "  security        none"
        assert lines[3] == "  AE titles       ASPROFILE to PACS"
        assert lines[4:] == [
            "",
            "accepted, the one that the peer prefers first:",
            "   1. JPEG Lossless (Process 14, Selection Value 1)",
            "   2. Explicit VR Little Endian",
            "  for 1 SOP class:",
            "      CT Image Storage",
            "",
            "accepted, the one that the peer prefers first:",
            "   1. Implicit VR Little Endian",
            "   2. JPEG Lossless (Process 14, Selection Value 1)",
            "  for 1 SOP class:",
            "      MR Image Storage",
            "",
            "refused altogether: 1 SOP class: abstract syntax not supported",
            "refused of accepted SOP classes: 2 pairs: transfer syntaxes not supported",
        ]

    def test_what_is_refused(self, run: Run, peer: str) -> None:
        result = run("probe", peer, *SOP, *TS, "--refused", "--no-order", "--quiet")
        assert (result.status, result.err) == (0, "")
        assert result.out.endswith(
            "refused altogether: 1 SOP class: abstract syntax not supported\n"
            "      1.2.3.4\n"
            "refused of accepted SOP classes: 2 pairs: transfer syntaxes not supported\n"
            "      with Implicit VR Little Endian:\n"
            "          CT Image Storage\n"
            "      with Explicit VR Little Endian:\n"
            "          MR Image Storage\n"
        )
        assert "accepted:\n    - " in result.out
        assert "   1. " not in result.out

    def test_json(self, run: Run, peer: str, schema: Schema) -> None:
        result = run("probe", peer, *SOP, *TS, "--json", "-q")
        schema("probe")(result.json)
        pairs = result.json["pairs"]
        assert (pairs["wanted"], pairs["answered"], pairs["complete"]) == (9, 9, True)
        assert [one["accepted"] for one in pairs["sop_classes"]] == [
            [JPEG_LOSSLESS, EXPLICIT],
            [IMPLICIT, JPEG_LOSSLESS],
            [],
        ]
        assert pairs["sop_classes"][0]["preference"]["ranked"] == [JPEG_LOSSLESS, EXPLICIT]
        assert pairs["sop_classes"][2]["not_accepted"][0]["result"] == 3

    def test_everything_is_the_default(self, run: Run, peer: str, schema: Schema) -> None:
        result = run("probe", peer, "--rate", "0", "--json")
        schema("probe")(result.json)
        assert result.status == 0
        everything = run("probe", peer, "--all", "--rate", "0", "--json", "--sop", "1.2.3.4").json["pairs"]
        classes = [one["sop_class"]["uid"] for one in everything["sop_classes"]]
        assert classes[-1] == "1.2.3.4"
        assert len(classes) == len(result.json["pairs"]["sop_classes"]) + 1
        found = {one["sop_class"]["uid"]: one["accepted"] for one in everything["sop_classes"] if one["accepted"]}
        assert found == {CT: [JPEG_LOSSLESS, EXPLICIT], MR: [IMPLICIT, JPEG_LOSSLESS]}
        services = run("probe", peer, "--services", "--ts", IMPLICIT, "--rate", "0", "--json").json["pairs"]
        assert VERIFICATION in {one["sop_class"]["uid"] for one in services["sop_classes"] if one["accepted"]}

    def test_a_file(self, run: Run, peer: str) -> None:
        result = run("probe", peer, *SOP, *TS, "--json", "-o", "peer.json")
        assert (result.status, result.out) == (0, "")
        assert json.loads(Path("peer.json").read_text())["version"] == 1
        again = run("probe", peer, *SOP, *TS, "--json", "-o", "peer.json")
        assert again.status == 2
        assert "peer.json: exists already" in again.err
        assert run("probe", peer, *SOP, *TS, "-o", "peer.json", "--force").status == 0
        assert Path("peer.json").read_text().startswith("PACS@")

    def test_a_page(self, run: Run, peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The page itself is ``report.html``'s; it is given the matrix."""
        given: list[Any] = []
        monkeypatch.setattr("asprofile.render.probe_html.page", lambda matrix: given.append(matrix) or "<p>§</p>")
        result = run("probe", peer, *SOP, *TS, "--html")
        assert (result.status, result.out) == (0, "<p>§</p>\n")
        (matrix,) = given
        assert [row.group for row in matrix.rows] == ["CT", "MR", "Not accepted in any transfer syntax"]
        assert dict(matrix.facts)["Asked"] == "9 of 9 pairs"
        assert matrix.answer is not None
        assert (matrix.answer.text, matrix.answer.count, matrix.answer.whole) == ("2 of 3 SOP classes accepted", 2, 3)
        first, last = matrix.answer.advice
        assert first.startswith("Objects of 1 SOP class would be refused: ")
        assert last == f"A profile of what it accepts: `asprofile generate --from-peer {peer} -o accepted.cfg`"

    def test_nobody_there(self, run: Run, free_port: int, schema: Schema) -> None:
        result = run("probe", f"127.0.0.1:{free_port}", *SOP, "-q")
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith(f"asprofile: connection refused by 127.0.0.1:{free_port}")
        result = run("probe", f"127.0.0.1:{free_port}", *SOP, "-q", "--json")
        schema("probe")(result.json)
        assert (result.status, result.json["association"]) == (2, None)

    def test_some_of_it_without_an_answer(self, run: Run, schema: Schema) -> None:
        def script(peer: Wire) -> None:
            given = answer(peer.read_request(), ACCEPTOR)
            assert peer.request is not None
            known = {c.id: c.abstract_syntax for c in peer.request.contexts}
            kept = tuple(one for one in given.results if known[one.id] != MR)
            peer.write(wire.encode(AssociateAccept("A", "B", kept)))
            peer.release()

        with ScriptedPeer(script) as server:
            result = run("probe", f"127.0.0.1:{server.port}", *SOP, *TS, "-q")
            found = run("probe", f"127.0.0.1:{server.port}", *SOP, *TS, "-q", "--json")
        assert result.status == 1
        assert "no answer to 3 pairs: the answer does not mention it, for example\n" in result.out
        assert result.err == "asprofile: incomplete: no answer for 3 of 9 pairs\n"
        schema("probe")(found.json)
        assert (found.status, found.json["pairs"]["complete"]) == (1, False)

    def test_ctrl_c(self, run: Run) -> None:
        def silent(peer: Wire) -> None:
            peer.read_request()
            os.kill(os.getpid(), signal.SIGINT)
            peer.hang()

        def first(peer: Wire) -> None:
            peer.write(wire.encode(answer(peer.read_request(), ACCEPTOR)))
            peer.release()

        with ScriptedPeer(first, silent) as server:
            result = run("probe", f"127.0.0.1:{server.port}", *SOP, *TS, "-q")
        assert result.status == 130
        assert "incomplete (interrupted): no answer for 9 of 9 pairs" in result.err
        assert "0 of 9 pairs accepted" in result.out

    def test_what_a_peer_says_does_not_steer_the_terminal(self, run: Run) -> None:
        def script(peer: Wire) -> None:
            request = peer.read_request()
            results = tuple(ContextResult(context.id, 3, IMPLICIT) for context in request.contexts)
            accept = wire.encode(AssociateAccept("A", "B", results, implementation_version_name="X[31m"))
            peer.write(accept.replace(b"X[31m", b"\x1b[31m"))
            peer.release()

        with ScriptedPeer(script) as server:
            assert "\x1b" not in run("probe", f"127.0.0.1:{server.port}", *SOP, *TS).out

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--sop", "CTImageStorag"], "did you mean CTImageStorage or "),
            (["--ts", "jpeg-lss"], "did you mean jpeg-ls"),
            (["--all", "--profile", "CT"], "choose one"),
            (["--profile", "x.cfg"], "for a file write x.cfg:NAME, or x.cfg: if it has one"),
            (["--force"], "--force goes with --output"),
            (["--rate", "-1"], "is not a number of associations a second"),
            (["--called", "x" * 17], "must have 1 to 16 characters"),
            (["--format", "htm"], "did you mean 'html'?"),
        ],
    )
    def test_usage(self, run: Run, arguments: list[str], message: str) -> None:
        result = run("probe", "127.0.0.1:1", *arguments)
        assert (result.status, result.out) == (2, "")
        assert message in " ".join(result.err.split())


class TestProfile:
    def test_text(self, run: Run, peer: str, clean: str) -> None:
        Path("small.cfg").write_text(clean)
        result = run("probe", peer, "--profile", "small.cfg:Small")
        assert (result.status, result.err) == (0, "")
        assert without_times(result.out) == (
            "PACS@H:P: 3 of 3 contexts of profile SMALL of small.cfg accepted\n"
            "   1  Verification      accepted: Implicit VR Little Endian\n"
            "   3  CT Image Storage  accepted: Explicit VR Little Endian\n"
            "   5  MR Image Storage  accepted: Implicit VR Little Endian\n"
        )

    def test_the_profile_of_a_named_peer(self, run: Run, peer: str, clean: str, schema: Schema) -> None:
        Path("small.cfg").write_text(clean.replace("MRImageStorage", "UltrasoundImageStorage"))
        Path("asprofile.toml").write_text(
            f'[peers.pacs]\naddress = "{peer}"\nprofile = "small.cfg:Small"\nacse-timeout = 9\n'
        )
        result = run("probe", "pacs")
        assert result.status == 1
        assert without_times(result.out).splitlines()[-1] == (
            "   5  Ultrasound Image Storage  refused: abstract syntax not supported, "
            "with Explicit VR Little Endian, Implicit VR Little Endian"
        )
        found = run("probe", "pacs", "--json").json
        schema("probe")(found)
        assert [context["result"] for context in found["contexts"]] == [0, 0, 3]
        assert found["pairs"] is None
        assert run("probe", "pacs", *SOP, *TS, "--json", "-q").json["profile"] is None

    @pytest.mark.parametrize(
        ("results", "told", "way_out"),
        [
            (
                {1: (0, IMPLICIT), 3: (3, IMPLICIT), 5: (0, EXPLICIT)},
                "abstract syntax not supported, with JPEG Lossless (Process 14, Selection Value 1); it took this SOP "
                "class with Explicit VR Little Endian, so that it means the transfer syntax\n      send with --",
                True,
            ),
            (
                {1: (0, IMPLICIT), 3: (3, IMPLICIT), 5: (3, IMPLICIT)},
                "with JPEG Lossless (Process 14, Selection Value 1); it means the SOP class or the transfer syntax",
                False,
            ),
        ],
    )
    def test_what_a_refusal_means(
        self, run: Run, schema: Schema, results: dict[int, tuple[int, str]], told: str, way_out: bool
    ) -> None:
        Path("small.cfg").write_text(
            "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n[E]\nTransferSyntax1 = "
            f"LittleEndianExplicit\n[J]\nTransferSyntax1 = {JPEG_LOSSLESS}\n"
            "[[PresentationContexts]]\n[C]\nPresentationContext1 = VerificationSOPClass\\U\n"
            "PresentationContext2 = CTImageStorage\\J\nPresentationContext3 = CTImageStorage\\E\n"
            "[[Profiles]]\n[Small]\nPresentationContexts = C\n"
        )

        def script(peer: Wire) -> None:
            peer.accept(results)
            peer.release()

        with ScriptedPeer(script) as peer:
            probe = ("probe", f"127.0.0.1:{peer.port}", "--profile", "small.cfg:Small")
            shown, found = run(*probe), run(*probe, "--json")
        assert (shown.status, found.status) == (1, 1)
        assert told in shown.out
        schema("probe")(found.json)
        assert bool(found.json["contexts"][1]["meaning"])
        assert bool(found.json["contexts"][1]["way_out"]) == way_out

    def test_a_role_that_the_peer_ignores(self, run: Run, peer: str, clean: str, schema: Schema) -> None:
        Path("small.cfg").write_text(clean)
        assert run("add", "small.cfg", "Small", "CTImageStorage", "--role-selection", "scp").status == 0
        probe = ("probe", peer, "--profile", "small.cfg:Small")
        text = run(*probe)
        assert text.status == 1
        said = "role SCP was asked for and not granted, the answer does not mention roles: C-GET brings nothing of it"
        assert "3 of 3 contexts of profile SMALL of small.cfg accepted, 1 without the role that was" in text.out
        assert f"Explicit VR Little Endian, we are SCU ({said} (PS3.4 C.5.3))\n" in text.out
        found = run(*probe, "--json")
        schema("probe")(found.json)
        assert found.status == 1
        assert [bool(context["role_failure"]) for context in found.json["contexts"]] == [False, True, False]
        page = run(*probe, "--html")
        assert page.status == 1
        assert f"Accepted, but {said}" in page.out
        assert "1 contexts are accepted without the role" in page.out

    def test_a_page_tells_what_to_do_and_no_folder(self, run: Run, peer: str, clean: str, tmp_path: Path) -> None:
        file = tmp_path / "small.cfg"
        file.write_text(clean.replace("MRImageStorage", "UltrasoundImageStorage"))
        page = run("probe", peer, "--profile", f"{file}:Small", "--html").out
        assert '<p class="answer">2 of 3 presentation contexts accepted</p>' in page
        assert "<li>Ultrasound Image Storage: " in page
        assert "<bdi>SMALL of small.cfg</bdi>" in page
        assert str(tmp_path) not in page

    def test_no_association(self, run: Run, free_port: int) -> None:
        result = run("probe", f"127.0.0.1:{free_port}", "--profile", "CT")
        assert (result.status, result.out) == (2, "")


class TestGenerate:
    def generated(self, run: Run, *arguments: str) -> tuple[Result, list[tuple[str, tuple[str, ...]]]]:
        fast = ("--rate", "0") if "--from-peer" in arguments else ()
        result = run("generate", *arguments, *fast, "--name", "X")
        Path("made.cfg").write_text(result.out)
        contexts = asprofile.load("made.cfg").use("X").contexts
        return result, [(one.abstract_syntax, one.transfer_syntaxes) for one in contexts]

    def test_all_that_a_peer_accepts(self, run: Run, peer: str) -> None:
        result, contexts = self.generated(run, "--from-peer", peer)
        assert result.status == 0
        assert sorted(contexts) == sorted(
            [(CT, (JPEG_LOSSLESS,)), (CT, (EXPLICIT,)), (MR, (IMPLICIT,)), (MR, (JPEG_LOSSLESS,))]
        )
        assert run("lint", "made.cfg", "--fail-on", "warning").status == 0

    def test_of_objects(self, run: Run, peer: str, tmp_path: Path) -> None:
        (tmp_path / "study").mkdir()
        write_ct(tmp_path / "study" / "a.dcm")
        result, contexts = self.generated(run, "--from-peer", peer, "--from-files", "study")
        assert contexts == [(CT, (EXPLICIT,))]
        assert result.status == 1, "the peer does not take the default transfer syntax, and all shall have it"
        assert "not silenced in it: error AP509, CT Image Storage: " in result.err
        assert (
            "left out: CT Image Storage with Implicit VR Little Endian: transfer syntaxes not supported" in result.err
        )
        assert "# Left out: CT Image Storage with Implicit VR Little Endian" in result.out

    def test_objects_that_it_does_not_take(self, run: Run, peer: str, tmp_path: Path) -> None:
        (tmp_path / "study").mkdir()
        write_ct(tmp_path / "study" / "a.dcm")
        write_ct(tmp_path / "study" / "b.dcm", transfer_syntax=IMPLICIT)
        result, contexts = self.generated(run, "--from-peer", peer, "--from-files", "study")
        assert contexts == [(CT, (EXPLICIT,))]
        assert result.status == 1
        assert (
            "left out: CT Image Storage with Implicit VR Little Endian: transfer syntaxes not supported; it took "
            "this SOP class with Explicit VR Little Endian, JPEG Lossless (Process 14, Selection Value 1); send with "
            "--convert uncompressed: it then goes with Explicit VR Little Endian\n"
        ) in result.err

    def test_of_names(self, run: Run, peer: str) -> None:
        result, contexts = self.generated(run, "--from-peer", peer, "--sop", "MRImageStorage", "--sop", "1.2.3.4")
        assert contexts == [(MR, (IMPLICIT,)), (MR, (JPEG_LOSSLESS,))]
        assert result.status == 1
        assert "left out: 1.2.3.4 with " in result.err

    def test_nothing_of_it(self, run: Run, peer: str) -> None:
        result = run("generate", "--from-peer", peer, "--sop", "1.2.3.4", "--rate", "0")
        assert (result.status, result.out) == (2, "")
        assert "accepts nothing of what is wanted" in result.err

    def test_what_a_peer_said_before(self, run: Run, peer: str) -> None:
        run("probe", peer, *SOP, *TS, "--json", "-o", "peer.json")
        result, contexts = self.generated(run, "--from-probe", "peer.json", "--sop", "CTImageStorage")
        assert (CT, (EXPLICIT,)) in contexts
        assert (CT, (IMPLICIT,)) not in contexts
        assert "Of this, what PACS@" in result.out
        all_of_it, contexts = self.generated(run, "--from-probe", "peer.json")
        assert all_of_it.status == 0
        assert len(contexts) == 4

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (None, "no such file"),
            (b"\xff", "no JSON"),
            (b"[]", "not what `asprofile probe --json`"),
            (b'{"version": 9}', "(version 9)"),
            (b'{"version": 1, "pairs": null}', "not the probe of pairs"),
            (b'{"version": 1, "name": "x", "pairs": {"sop_classes": [{}], "wanted": 1}}', "changed since"),
            (
                b'{"version": 1, "name": "x", "pairs": {"wanted": 1, "sop_classes": [{"sop_class": {"uid": "a b"},'
                b'"accepted": ["1.2"], "not_accepted": []}]}}',
                "changed since",
            ),
        ],
    )
    def test_files_that_do_not_tell(self, run: Run, content: bytes | None, message: str) -> None:
        if content is not None:
            Path("peer.json").write_bytes(content)
        result = run("generate", "--from-probe", "peer.json")
        assert (result.status, result.out) == (2, "")
        assert message in result.err

    def test_nobody_there(self, run: Run, free_port: int) -> None:
        result = run("generate", "--from-peer", f"127.0.0.1:{free_port}", "--sop", "CTImageStorage")
        assert (result.status, result.out) == (2, "")
        assert "connection refused" in result.err

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--from-peer", "h:1", "--from-probe", "f"], "give one of them"),
            (["--from-peer", "h:1", "--role", "acceptor"], "for a requestor"),
            (["ct", "--calling", "US"], "--calling goes with --from-peer"),
        ],
    )
    def test_usage(self, run: Run, arguments: list[str], message: str) -> None:
        result = run("generate", *arguments)
        assert result.status == 2
        assert message in result.err
