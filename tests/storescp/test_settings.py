"""How ``asprofile storescp`` and ``asprofile dcmrecv`` read their command lines: every option, and wrong ones."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
from pathlib import Path

import pytest
from programs import need

from asprofile.cli import dcmrecv as dcmrecv_command
from asprofile.cli import storescp as storescp_command
from asprofile.dcmtk_cli.arguments import parse
from asprofile.dcmtk_cli.checks import NotSupported, log_level
from asprofile.storescp.options import dcmrecv, storescp
from asprofile.storescp.settings import (
    EventCommands,
    ProviderSettings,
    WritingSettings,
    dcmrecv_settings,
    storescp_settings,
)
from asprofile.storescp.studies import Sorting

PORT = "11112"
# The options of 3.7.0, as their sources have them: program, short, long, arguments.
FACTS = [line.split("\t") for line in Path(__file__).with_name("facts.tsv").read_text("utf-8").splitlines()[1:]]
PROGRAMS = {"storescp": storescp, "dcmrecv": dcmrecv}
COMMANDS = {"storescp": storescp_command, "dcmrecv": dcmrecv_command}


def meaning(*words: str, program: str = "storescp") -> ProviderSettings:
    line = parse([*words, PORT], PROGRAMS[program]())
    return (storescp_settings if program == "storescp" else dcmrecv_settings)(line, log_level(line))


def ours(program: str, *words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = COMMANDS[program].main(list(words))
    return status, out.getvalue(), err.getvalue()


class TestOptions:
    @pytest.mark.parametrize("program", PROGRAMS)
    def test_all_are_known_and_no_others(self, program: str) -> None:
        expected = [(short, long, words) for name, short, long, words in FACTS if name == program]
        found = [(option.short, option.long, " ".join(option.arguments)) for option in PROGRAMS[program]().options]
        assert found == [*expected, ("", "--release", "release")]

    @pytest.mark.parametrize("program", PROGRAMS)
    def test_the_help_names_each(self, program: str) -> None:
        status, text, _ = ours(program, "--help")
        assert status == 0
        for option in PROGRAMS[program]().options:
            assert re.search(rf"^ +{re.escape(option.short)} +{re.escape(option.long)}\b", text, re.M), option.long
        assert ours(program)[:2] == (0, text)

    @pytest.mark.peer
    @pytest.mark.parametrize("program", PROGRAMS)
    def test_those_of_the_real_one(self, program: str) -> None:
        done = subprocess.run([need(program, "dcmtk"), "--help"], capture_output=True, text=True, check=False)
        theirs = set(re.findall(r"^ +(?:([-+]\S+) +)?(--\S+)", done.stdout, re.M))
        assert len(theirs) > 40
        assert theirs <= {(option.short, option.long) for option in PROGRAMS[program]().options}


class TestMeaning:
    def test_defaults(self) -> None:
        found = meaning()
        assert (found.port, found.ip, found.directory, found.naming, found.extension) == (
            11112,
            "4",
            ".",
            "instance",
            "",
        )
        assert (found.parallel, found.ae_title, found.max_pdu, found.host_lookup) == (1, "STORESCP", 16384, True)
        assert (found.socket_timeout, found.acse_timeout, found.dimse_timeout) == (60.0, 30.0, None)
        assert (found.writing, found.sorting, found.commands) == (WritingSettings(), None, EventCommands())
        assert not (
            found.accept_all or found.promiscuous or found.refuse or found.reject or found.ignore or found.abort
        )

    def test_defaults_of_dcmrecv(self) -> None:
        found = meaning(program="dcmrecv")
        assert (found.ae_title, found.by_date, found.naming) == (None, False, "instance")
        assert found.writing == WritingSettings(undefined=True)
        assert meaning("-aet", "X", "-uca", program="dcmrecv").ae_title is None
        assert meaning("-uca", "-aet", "X", program="dcmrecv").ae_title == "X"
        assert meaning("+B", "--ignore", program="dcmrecv").ignore

    def test_the_last_of_alternatives_counts(self) -> None:
        assert meaning("-ss", "A", "-sp", "-su", "B").sorting == Sorting("study", "B")
        assert meaning("+xs", "+xa").accept_all
        assert not meaning("+xa", "+xe").accept_all
        assert meaning("+B", "-B").writing.exact is False
        assert meaning("-g", "+g").writing.group_lengths == "create"
        assert meaning("-ts", "0").socket_timeout is None
        assert meaning("--fork").parallel is None
        assert meaning("--fork", "--max-associations", "3").parallel == 3

    def test_commands(self) -> None:
        found = meaning("-sp", "-xcr", "a", "-xcs", "b", "-rns", "-tos", "0", "-xs").commands
        assert found == EventCommands("a", "b", rename=True, timeout=0.0, wait=True)

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (("+p", "3", "2"), "give even numbers"),
            (("+p", "2", "1"), "give even numbers"),
        ],
    )
    def test_what_cannot_be_honoured_says_so(self, words: tuple[str, ...], why: str) -> None:
        with pytest.raises(NotSupported, match=r"is not supported|DCMTK pads nothing"):
            meaning(*words)
        status, _, text = ours("storescp", *words, PORT)
        assert status == 2
        assert why in text

    def test_padding_and_lost_vrs(self) -> None:
        writing = meaning("+p", "512", "64", "+uc").writing
        assert (writing.file_pad, writing.item_pad, writing.known_vrs) == (512, 64, True)
        writing = meaning("+p", "512", "64", "-p", "+uc", "-uc").writing
        assert (writing.file_pad, writing.item_pad, writing.known_vrs) == (0, 0, False)

    def test_tls(self) -> None:
        secure = meaning("+tls", "key", "cert", "-vc", "--expect-sni", "pacs", "+cf", "ca").tls
        assert secure is not None
        assert (secure.optional, secure.expected_name, secure.options.verify) == (True, "pacs", "certificate")


# Wrong command lines, of which each program says the same.
WRONG = [
    "-v", "0", "abc", "70000", "1 2", "--nonsense 1", "-od", "+B -ss x P", "+B -sp P", "+B +te P", "+B -u P", "+B +g P",
    "+B -e P", "-xcs c P", "-rns P", "-tos 5 P", "-sp -rns --fork P", "-sp -xcs x --fork P", "+v P", "--max-pdu 100 P",
    "-pdu x P", "-ta 0 P", "-td 0 P", "-ts -2 P", "+cl 3 +te P", "+cl 11 P", "-tn +uf P", "--max-associations 2 P",
    "--fork --max-associations 0 P", "-xf a b +xe P", "-xf a b +xa P", "-xf a b -pm P", "+xa +te P", "+xs +ti P",
    "+cf x P", "+pg P", "-vc P", "-pw P", "-sp -tos -1 P", "--sleep-after -1 P",
]  # fmt: skip
WRONG_OF_DCMRECV = ["-v", "0", "1 2", "+B +ssd P", "+v P", "-pdu 1 P", "-ta 0 P", "-td x P", "-fe", "-ic P", "+cra P"]


@pytest.mark.peer
@pytest.mark.parametrize(
    ("program", "words"),
    [("storescp", words) for words in WRONG] + [("dcmrecv", words) for words in WRONG_OF_DCMRECV],
)
def test_what_is_wrong_is_said_as_by_the_real_one(program: str, words: str) -> None:
    arguments = [PORT if word == "P" else word for word in words.split()]
    theirs = subprocess.run(
        [need(program, "dcmtk"), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    status, _, text = ours(program, *arguments)
    if "Unknown option" in theirs.stderr and "Unknown option" not in text:
        pytest.skip(f"the {program} that is installed does not have the option")
    assert status == theirs.returncode == 1
    assert text.splitlines()[-1].split("; did you mean")[0] == theirs.stderr.splitlines()[-1]
