"""How ``asprofile storescu`` reads its command line: every option, and what is said of wrong ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from storescu_peer import Peer
from storescu_real import knows, ours, real, release, skip_unless_known

from asprofile.dcmtk_cli import arguments as command_lines
from asprofile.dcmtk_cli.arguments import CommandLine, CommandLineError
from asprofile.dcmtk_cli.checks import LEVELS, log_level
from asprofile.names.releases import LATEST, at_least
from asprofile.storescu.options import storescu
from asprofile.storescu.settings import settings

FILES = ("127.0.0.1", "104", "x.dcm")

# The options of storescu 3.7.0 and of older ones, as their sources have them, and our own: short, long, arguments.
FACTS = [line.split("\t") for line in Path(__file__).with_name("facts.tsv").read_text("utf-8").splitlines()[1:]]
RANGES = {
    "--compression-level": (0, 9),
    "--max-pdu": (4096, 131072),
    "--max-send-pdu": (4096, 131072),
    "--socket-timeout": (-1, None),
    **dict.fromkeys(("--timeout", "--acse-timeout", "--dimse-timeout", "--repeat"), (1, None)),
    **dict.fromkeys(("--invent-series", "--invent-study", "--invent-patient"), (1, None)),
}


def parse(words: list[str]) -> CommandLine:
    return command_lines.parse(words, storescu())


def help_text() -> str:
    return ours("--help").out


def meaning(*words: str):
    line = parse([*words, *FILES])
    return settings(line, log_level(line))


class TestOptions:
    @pytest.mark.parametrize(("short", "long", "arguments"), FACTS, ids=[fact[1] for fact in FACTS])
    def test_each_is_known_with_its_arguments_and_range(self, short: str, long: str, arguments: str) -> None:
        option = storescu().spellings[long]
        assert option.short == short
        if short != "":
            assert storescu().spellings[short] is option
        assert " ".join(option.arguments) == arguments
        assert (option.low, option.high) == RANGES.get(long, (None, None))
        assert option.help

    def test_there_are_no_others(self) -> None:
        assert [option.long for option in storescu().options] == [long for _, long, _ in FACTS]

    @pytest.mark.parametrize(("short", "long", "arguments"), FACTS, ids=[fact[1] for fact in FACTS])
    def test_each_spelling_is_read(self, short: str, long: str, arguments: str) -> None:
        values = tuple(str(number) for number in range(len(arguments.split())))
        for spelling in filter(None, (short, long)):
            line = parse([spelling, *values, *FILES])
            given = line.last(long)
            assert given is not None
            assert given.values == values
            assert line.parameters == FILES
            assert line.arguments == (long, *values, *FILES)

    @pytest.mark.peer
    def test_those_of_the_real_one(self) -> None:
        """Its own help has no option that we do not have, and ours tells of all of its."""
        theirs = re.findall(r"^ +(?:([-+]\S+) +)?(--\S+)", real("--help").out, re.M)
        assert len(theirs) > 80
        assert {(short, long) for short, long in theirs} <= {(short, long) for short, long, _ in FACTS}
        assert all(long in help_text() for _, long in theirs)

    def test_the_help_names_each(self) -> None:
        text = help_text()
        for short, long, _ in FACTS:
            assert re.search(rf"^ +{re.escape(short)} +{re.escape(long)}\b", text, re.M), long
        assert max(map(len, text.splitlines())) <= 120


class TestReading:
    def test_options_and_parameters_in_any_order(self) -> None:
        line = parse(["a", "-v", "104", "-aec", "-v", "x", "+r"])
        assert line.parameters == ("a", "104", "x")
        assert [given.option.long for given in line.given] == ["--verbose", "--call", "--recurse"]

    def test_a_value_may_look_like_an_option(self) -> None:
        given = parse(["-aec", "--help", *FILES]).last("--call")
        assert given is not None
        assert given.values == ("--help",)

    def test_numbers_are_no_options(self) -> None:
        assert parse(["-1", "+2", "-"]).parameters == ("-1", "+2", "-")

    @pytest.mark.parametrize("word", ["--call=X", "--verb", "-V", "-xfoo", "--", "-vd"])
    def test_no_abbreviations_no_equals_signs_no_end_of_options(self, word: str) -> None:
        with pytest.raises(CommandLineError, match=f"Unknown option {re.escape(word)}"):
            parse([word, *FILES])

    def test_the_nearest_option_is_offered(self) -> None:
        with pytest.raises(CommandLineError, match="Unknown option --propose-litle; did you mean --propose-little"):
            parse(["--propose-litle", *FILES])

    def test_nothing_is_missing_beside_an_exclusive_option(self) -> None:
        assert parse(["--version"]).exclusive == "--version"
        assert parse(["-v", "+cc"]).exclusive == "--list-ciphers"
        assert parse([]).exclusive is None

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("a b\tc\r\nd", ["a", "b", "c", "d"]),
            ("'a b' \"c d\"", ["a b", "c d"]),
            ("''", [""]),
            ('"it\'s" \'say "x"\'', ["it's", 'say "x"']),
            ("a'b c'd", ["ab c", "d"]),
            ("'a\nb'", ["a\nb"]),
            ("'never closed", ["never closed"]),
            ("# no comment", ["#", "no", "comment"]),
            ("a\\ b", ["a\\", "b"]),
            ("@other", ["@other"]),
            ("", []),
        ],
    )
    def test_command_files(self, tmp_path: Path, text: str, words: list[str]) -> None:
        (tmp_path / "file.txt").write_text(text, newline="")
        assert list(parse([*FILES, "@file.txt"]).parameters) == [*FILES, *words]

    def test_names_that_are_no_utf_8(self, tmp_path: Path) -> None:
        (tmp_path / "file.txt").write_bytes(b"f\xfcr")
        assert parse([*FILES, "@file.txt"]).parameters[-1].encode("utf-8", "surrogateescape") == b"f\xfcr"

    def test_an_at_sign_alone_is_a_word(self) -> None:
        assert parse([*FILES, "@"]).parameters[-1] == "@"

    @pytest.mark.parametrize(
        ("option", "text", "value"),
        [
            ("-to", "7", 7),
            ("-to", "010", 8),
            ("-to", "0x1F", 31),
            ("-to", " 12 and more", 12),
            ("-to", "+3", 3),
            ("-to", "9" * 30, (1 << 63) - 1),
            ("-ts", "-1", -1),
            ("-ts", "0", 0),
            ("-pdu", "04096", 4096),
            ("--repeat", "12x", 12),
        ],
    )
    def test_numbers(self, option: str, text: str, value: int) -> None:
        given = parse([option, text, *FILES]).given[0]
        assert command_lines.number(given, signed=given.option.long in storescu().signed) == value


class TestMeaning:
    def test_defaults(self) -> None:
        found = meaning()
        assert (found.peer, found.port, found.paths) == ("127.0.0.1", 104, ("x.dcm",))
        assert (found.calling_ae, found.called_ae, found.preferred) == ("STORESCU", "ANY-SCP", "")
        assert (found.connect_timeout, found.socket_timeout, found.acse_timeout, found.answer_timeout) == (
            None, 60.0, 30.0, None,
        )  # fmt: skip
        assert (found.max_pdu, found.max_send_pdu, found.repeat, found.compression) == (16384, None, 1, None)
        assert (found.reading, found.ip, found.tls, found.identity, found.invention) == (
            "either",
            "4",
            None,
            None,
            None,
        )
        assert found.halt
        assert found.new_vrs
        assert not (found.scan or found.recurse or found.rename or found.abort)

    def test_the_last_of_alternatives_counts(self) -> None:
        assert meaning("+f", "-f", "+fo").reading == "file"
        assert meaning("+fo", "-f").reading == "dataset"
        assert meaning("-u", "+u").new_vrs
        assert not meaning("+u", "-u").new_vrs
        assert meaning("-i6", "-i0").ip == "auto"
        assert meaning("-i0", "-i6").ip == "6"

    def test_invention(self) -> None:
        assert meaning("+II").invention == meaning("+IR", "100").invention
        found = meaning("+IP", "3").invention
        assert found is not None
        assert (found.series, found.study, found.patient) == (100, 50, 3)

    def test_tls(self) -> None:
        found = meaning(
            "+tls", "key", "cert", "+pw", "secret", "-der", "+cf", "a", "+cf", "b", "+cd", "c", "+crl", "d", "+cra",
            "+px", "+cs", "TLS_X", "--request-sni", "pacs", "+rs", "seed", "+wf", "new",
        ).tls  # fmt: skip
        assert found is not None
        options = found.options
        assert (str(options.key_file), str(options.certificate_file), options.key_password) == ("key", "cert", "secret")
        assert [str(path) for path in (*options.ca_files, *options.ca_directories, *options.crl_files)] == list("abcd")
        assert (options.file_format, options.crl_check, options.verify) == ("der", "all", "certificate")
        assert (options.security_profile, options.ciphers, options.sni) == ("bcp195", ("TLS_X",), "pacs")
        assert (found.password, found.dh_parameters) == ("given", None)
        assert found.seed is not None
        assert (found.seed.read, found.seed.write) == ("seed", "new")
        assert "secret" not in repr(found)

    def test_anonymous_tls(self) -> None:
        found = meaning("+tla", "-ic", "+rs", "seed", "+ws").tls
        assert found is not None
        assert (found.options.key_file, found.options.verify) == (None, "none")
        assert found.seed is not None
        assert found.seed.write == "seed"
        assert meaning("+tla", "-tls").tls is None

    @pytest.mark.parametrize("option", ["+pg", "+pm", "+py", "+px", "+pz", "+pa", "+pn"])
    def test_each_security_profile_has_its_own(self, option: str) -> None:
        found = meaning("+tla", option).tls
        assert found is not None
        expected = {
            "+pg": "bcp195-8996", "+pm": "bcp195-8996-modified", "+py": "bcp195-nd", "+px": "bcp195",
            "+pz": "bcp195-extended", "+pa": "aes", "+pn": "null",
        }  # fmt: skip
        assert found.options.security_profile == expected[option]

    def test_options_of_older_releases(self) -> None:
        found = meaning("+tla", "-vc", "+dp", "params").tls
        assert found is not None
        assert (found.options.verify, found.dh_parameters) == ("certificate", "params")

    def test_secrets_are_not_shown(self) -> None:
        assert "hunter2" not in repr(meaning("-usr", "me", "-pwd", "hunter2"))

    @pytest.mark.parametrize("name", [*LEVELS, "INFO", "Debug"])
    def test_levels(self, name: str) -> None:
        assert log_level(parse(["-ll", name, *FILES])) == name.lower()

    def test_log_config_is_not_passed_over(self, tmp_path: Path) -> None:
        assert ours("-lc", str(tmp_path / "none"), *FILES, as_release="3.7.0").status == 1
        (tmp_path / "log.cfg").write_text("log4cplus.rootLogger = INFO, x\n")
        assert ours("-lc", str(tmp_path / "log.cfg"), *FILES, as_release="3.7.0").status == 2


# Wrong command lines, of which each program says the same.
WRONG: dict[str, tuple[str, ...]] = {
    "no parameters": ("-v",),
    "no port": ("peer",),
    "no file": ("peer", "104"),
    "unknown option": ("--nonsense",),
    "unknown short option": ("-nonsense",),
    "unknown option, quiet": ("-q", "--nonsense"),
    "no value": (*FILES, "-aec"),
    "one value of two": (*FILES, "-xf", "file"),
    "no command file": ("@nothing",),
    "port is a word": ("peer", "dicom", "x"),
    "port is 0": ("peer", "0", "x"),
    "port too large": ("peer", "65536", "x"),
    "port negative": ("peer", "-5", "x"),
    "port, and something else": ("-pdu", "1", "peer", "0", "x"),
    "pdu too small": ("-pdu", "4095", *FILES),
    "pdu too large": ("-pdu", "131073", *FILES),
    "pdu a word": ("-pdu", "much", *FILES),
    "pdu negative": ("--max-send-pdu", "-5000", *FILES),
    "timeout 0": ("-to", "0", *FILES),
    "timeout a word": ("-ta", "soon", *FILES),
    "socket timeout -2": ("-ts", "-2", *FILES),
    "dimse timeout 0": ("-td", "0", *FILES),
    "repeat 0": ("--repeat", "0", *FILES),
    "invent 0": ("+IR", "0", *FILES),
    "level 10": ("-xd", "+cl", "10", *FILES),
    "level without deflating": ("+cl", "5", *FILES),
    "pattern without scanning": ("+sp", "*", *FILES),
    "recursion without scanning": ("+r", *FILES),
    "no recursion after all": ("+r", "-r", *FILES),
    "contexts without verbose": ("+v", *FILES),
    "log level unknown": ("-ll", "noisy", *FILES),
    "log level and verbose": ("-v", "-ll", "info", *FILES),
    "log config and verbose": ("-v", "-lc", "x", *FILES),
    "log config and level": ("-ll", "info", "-lc", "x", *FILES),
    "password without user": ("-pwd", "x", *FILES),
    "empty password without user": ("-epw", *FILES),
    "password with ticket": ("-kt", "x", "-pwd", "x", *FILES),
    "two passwords": ("-usr", "x", "-pwd", "x", "-epw", *FILES),
    "response without identity": ("-rsp", *FILES),
    "profile and proposal": ("-xs", "-xf", "a", "b", *FILES),
    "profile and required": ("-R", "-xf", "a", "b", *FILES),
    "profile and combine": ("+C", "-xf", "a", "b", *FILES),
    "key password without tls": ("+pw", "x", *FILES),
    "key password with anonymous tls": ("+tla", "-pw", *FILES),
    "pem without tls": ("-pem", *FILES),
    "crl without tls": ("+crv", *FILES),
    "ca without tls": ("+cf", "x", *FILES),
    "ca directory without tls": ("+cd", "x", *FILES),
    "crl file without tls": ("+crl", "x", *FILES),
    "profile without tls": ("+px", *FILES),
    "cipher without tls": ("+cs", "x", *FILES),
    "cipher with extended profile": ("+tla", "+pz", "+cs", "x", *FILES),
    "seed without tls": ("+rs", "x", *FILES),
    "write seed without seed": ("+tla", "+ws", *FILES),
    "peer certificate without tls": ("-ic", *FILES),
    "two kinds of sni": ("--no-sni", "--request-sni", "x", *FILES),
}


@pytest.mark.peer
class TestBesideTheRealOne:
    @pytest.mark.parametrize("name", WRONG)
    def test_what_is_wrong(self, name: str) -> None:
        words = WRONG[name]
        if name not in ("unknown option", "unknown short option", "unknown option, quiet"):
            skip_unless_known(*words)
        mine, theirs = ours(*words), real(*words)
        assert mine.status == theirs.status == 1
        if name == "response without identity" and not at_least(release(), "3.6.8"):
            return  # older releases do not name all kinds of identity
        assert mine.err.splitlines()[-1].split("; did you mean")[0].split(" (one of")[0] == theirs.err.splitlines()[-1]

    def test_no_words_at_all_show_the_help(self) -> None:
        assert (ours().status, real().status) == (0, 0)
        assert ours().out == ours("--help").out == ours("-h", "-v").out

    @pytest.mark.parametrize("option", ["--version", "+cc", "--help", "+ph"])
    def test_exclusive_options_end_well(self, option: str) -> None:
        skip_unless_known(option)
        assert (ours(option).status, real(option).status) == (0, 0)
        assert ours(option).out

    def test_the_arguments_are_shown(self, tmp_path: Path) -> None:
        (tmp_path / "file.txt").write_text("-aet 'A B'")
        shown = []
        for program in (real, ours):
            with Peer("reject") as peer:
                said = program("--arguments", "-q", "@file.txt", "127.0.0.1", str(peer.port), "file.txt")
            shown.append(re.sub(r"calling '\S+'|'\d+'", "", said.err.partition("\n")[0]))
        assert shown[0] == shown[1]
        assert "'--aetitle' 'A B'" in shown[0]

    def test_the_facts_are_those_of_the_release(self) -> None:
        if not at_least(release(), "3.7.0"):
            pytest.skip("for the release that the facts are of")
        others = ("--dhparam", "--verify-peer-cert", "--release")
        assert [long for _, long, _ in FACTS if not knows(long)] == list(others)


class TestRelease:
    """Which storescu is stood in for: our only option that is none of its."""

    @pytest.mark.parametrize(("given", "shown"), [("3.6.7", "3.6.7"), ("DCMTK-3.6.9", "3.6.9"), ("latest", LATEST)])
    def test_counts_more_than_the_variable(self, given: str, shown: str) -> None:
        said = ours("--version", "--release", given, as_release="3.6.0")
        assert said.status == 0
        assert f"in place of storescu of DCMTK {shown}" in said.out

    def test_the_last_one_counts(self) -> None:
        assert "DCMTK 3.6.9" in ours("--release", "3.6.7", "--version", "--release", "3.6.9").out

    def test_an_unknown_one_is_a_wrong_command_line(self) -> None:
        said = ours("--release", "3.6.1", *FILES)
        assert said.status == 1
        assert "no tables for DCMTK 3.6.1; nearest: 3.6.0" in said.err
