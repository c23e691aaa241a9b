"""``asprofile lint``: what is read, what is said, how it ends. What each rule says is in tests/lint."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asprofile.api import files

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

SUMMARY_CLEAN = "1 file checked, nothing found\n"


@pytest.fixture
def gap(clean: str) -> str:
    """A file with a numbering gap (AP201) in line 11."""
    return clean.replace("PresentationContext3", "PresentationContext4")


def test_a_clean_file_is_0_and_says_nothing_on_stdout(run: Run, clean: str) -> None:
    Path("a.cfg").write_text(clean)
    result = run("lint", "a.cfg")
    assert (result.status, result.out, result.err) == (0, "", SUMMARY_CLEAN)


def test_a_finding_is_1_with_its_place_and_its_line(run: Run, gap: str) -> None:
    Path("a.cfg").write_text(gap)
    result = run("lint", "--select", "AP201", "a.cfg")
    assert result.status == 1
    headline, line, marks = result.out.splitlines()
    assert headline.startswith("a.cfg:11:1: error: AP201 ")
    assert headline.endswith(" [numbering-gap]")
    assert line == "   11 | PresentationContext4 = MRImageStorage\\Uncompressed"
    assert marks == "      | ^^^^^^^^^^^^^^^^^^^^"
    assert result.err.startswith("1 file checked: 1 error; 1 can be fixed")


def test_concise_is_the_headline_alone_and_quiet_leaves_the_summary_out(run: Run, gap: str) -> None:
    Path("a.cfg").write_text(gap)
    result = run("lint", "--select", "AP201", "--format", "concise", "-q", "a.cfg")
    assert len(result.out.splitlines()) == 1
    assert result.err == ""


def test_standard_input_has_the_name_that_it_is_given(run: Run, gap: str) -> None:
    assert run("lint", "-q", "--select", "AP201", "-", stdin=gap.encode()).out.startswith("<stdin>:11:1: error: AP201 ")
    named = run("lint", "--select", "AP201", "--stdin-filename", "x/y.cfg", "-", stdin=gap.encode())
    assert named.out.startswith("x/y.cfg:11:1: error: AP201 ")
    assert named.status == 1


def test_closed_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "sys", type("Sys", (), {"stdin": None}))
    result = run("lint", "-")
    assert (result.status, result.err.splitlines()[0]) == (2, "asprofile: <stdin>: standard input is closed")


@pytest.mark.parametrize("arguments", [("-",), ("zero.cfg",)])
def test_what_is_larger_than_any_profile_is_not_read_to_its_end(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(files, "MAX_SIZE", 1 << 20)
    Path("zero.cfg").write_bytes(bytes((1 << 20) + 1))
    result = run("lint", *arguments, stdin=bytes(1 << 21))
    assert result.status == 2
    assert "over 1 MiB, so neither a profile nor a configuration" in result.err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.cfg", "asprofile: missing.cfg: No such file or directory"),
        ("", "asprofile: '': No such file or directory"),
        ("a.cfg/b.cfg", "asprofile: a.cfg/b.cfg: Not a directory"),
        ("no\0file", "asprofile: 'no\\x00file': not a possible file name"),
        ("\x1b[31mred\n.cfg", "asprofile: ␛[31mred␊.cfg: No such file or directory"),
        (os.fsdecode(b"caf\xe9.cfg"), "asprofile: caf�.cfg: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_2_and_the_others_are_done(run: Run, clean: str, name: str, message: str) -> None:
    Path("a.cfg").write_text(clean)
    result = run("lint", name, "a.cfg")
    assert (result.status, result.out) == (2, "")
    assert result.err.splitlines() == [message, SUMMARY_CLEAN.rstrip()]


def test_a_file_that_may_not_be_read(run: Run, clean: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("d").mkdir()
    Path("d/secret.cfg").write_text(clean)

    def refuse(path: str, *arguments: Any, **options: Any) -> Any:
        if path.endswith("secret.cfg"):
            raise PermissionError(13, "Permission denied", path)
        return Path(path).open(*arguments, **options)

    monkeypatch.setattr(files, "open", refuse, raising=False)
    # Nobody knows whether it is a profile, so nobody may say that all is well.
    result = run("lint", "d")
    assert (result.status, result.err.splitlines()[0]) == (2, "asprofile: d/secret.cfg: Permission denied")


@pytest.mark.parametrize("content", [b"", b"\n", bytes(range(256)) * 4, b"\xff\xfe[\0[\0", b"[" * 5000, b"=" * 5000])
def test_any_bytes_under_a_name_are_a_file(run: Run, content: bytes) -> None:
    Path("x.cfg").write_bytes(content)
    result = run("lint", "x.cfg")
    assert result.status == 1
    assert result.out
    assert all(character.isprintable() or character in "\n\t" for character in result.out)


def test_odd_file_names_cannot_steer_the_terminal(run: Run, gap: str) -> None:
    for name in (b"\x1b]0;title\x07.cfg", b"two\nlines.cfg", b"caf\xe9.cfg"):
        Path(os.fsdecode(name)).write_text(gap)
    result = run("lint", "--select", "AP201", "--format", "concise", ".")
    places = {line.partition(" ")[0] for line in result.out.splitlines()}
    assert places == {"./␛]0;title␇.cfg:11:1:", "./caf�.cfg:11:1:", "./two␊lines.cfg:11:1:"}
    # For programs the name is exact, in ASCII.
    paths = {finding["path"] for finding in run("lint", "--select", "AP201", "--format", "json", ".").json["findings"]}
    assert paths == {"./\x1b]0;title\x07.cfg", "./two\nlines.cfg", "./caf\udce9.cfg"}


class TestDirectories:
    def test_profiles_are_found_by_what_they_say(self, run: Run, gap: str) -> None:
        taken = {
            "tree/a.cfg": gap,
            "tree/b/no-suffix": gap,
            "tree/b/bom": "\ufeff" + gap,
            "tree/b/cr": gap.replace("\n", "\r"),
            "tree/b/crlf": gap.replace("\n", "\r\n"),
            "tree/b/indented-comment": "\n  # a comment\n\t[[ transfersyntaxes ]]\n" + gap.partition("\n")[2][21:],
        }
        left = {
            "tree/README.md": "# A profile\n\nPut this into a file:\n\n" + gap,
            "tree/profile.py": f'"""A profile."""\nTEXT = r"""\n{gap}"""\n',
            "tree/other.toml": "[tool]\n[[profiles]]\nname = 'x'\n",
            "tree/report.json": '[\n  {\n    "description": "there is no [[PresentationContexts]]"\n  }\n]\n',
            "tree/list.json": '["[[TransferSyntaxes]]",\n "[[PresentationContexts]]"]\n',
            "tree/empty": "",
            "tree/.hidden/a.cfg": gap,
            "tree/.hidden.cfg": gap,
            "tree/node_modules/a.cfg": gap,
            "tree/env/pyvenv.cfg": "home = /usr/bin\n",
            "tree/env/lib/a.cfg": gap,
            "tree/lib/site-packages/a.cfg": gap,
            "tree/object.dcm": "\0" * 128 + "DICM" + gap,
            "tree/huge": gap + "#\n" * (3 * 1024 * 1024),
            "tree/binary": "\x7fELF\0" + gap,
        }
        for name, text in {**taken, **left}.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(text.encode())
        os.mkfifo("tree/pipe")
        Path("tree/dangling").symlink_to("nowhere")
        Path("tree/loop").symlink_to("../tree")
        result = run("lint", "--select", "AP2", "--format", "json", "tree")
        assert sorted({finding["path"] for finding in result.json["findings"]}) == sorted(taken)
        assert result.json["summary"]["files"] == len(taken)
        assert result.status == 1

    def test_none_in_there_is_said(self, run: Run) -> None:
        Path("d").mkdir()
        result = run("lint", "-q", "d")
        message = "asprofile: no association profile in there; a file that is named is always checked\n"
        assert (result.status, result.out, result.err) == (0, "", message)

    def test_the_order_is_that_of_the_names(self, run: Run, gap: str) -> None:
        for name in ("d/z.cfg", "d/a.cfg", "d/m/b.cfg", "d/c/x.cfg"):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(gap)
        result = run("lint", "--select", "AP201", "--format", "concise", "d")
        paths = [line.partition(":")[0] for line in result.out.splitlines()]
        assert paths == ["d/a.cfg", "d/z.cfg", "d/c/x.cfg", "d/m/b.cfg"]


class TestColour:
    @pytest.mark.parametrize(
        ("environment", "option", "coloured"),
        [
            ({}, None, False),
            ({}, "always", True),
            ({}, "never", False),
            ({"FORCE_COLOR": "1"}, None, True),
            ({"FORCE_COLOR": ""}, None, False),
            ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, None, True),
            ({"NO_COLOR": "1"}, "always", True),
            ({"FORCE_COLOR": "1"}, "never", False),
        ],
    )
    def test_who_decides(
        self,
        run: Run,
        gap: str,
        monkeypatch: pytest.MonkeyPatch,
        environment: dict[str, str],
        option: str | None,
        coloured: bool,
    ) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        Path("a.cfg").write_text(gap)
        options = [] if option is None else ["--color", option]
        assert ("\x1b[31merror:\x1b[0m AP201" in run("lint", *options, "a.cfg").out) is coloured

    @pytest.mark.parametrize(
        ("environment", "coloured"),
        [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
    )
    def test_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool) -> None:
        from asprofile.cli.terminal import wants_colour

        class Terminal:
            def isatty(self) -> bool:
                return True

        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert wants_colour("auto", Terminal()) is coloured  # type: ignore[arg-type]


class TestSelection:
    def test_what_is_not_selected_does_not_count(self, run: Run, gap: str) -> None:
        Path("a.cfg").write_text(gap)
        assert run("lint", "--select", "AP001", "a.cfg").status == 0
        assert run("lint", "--ignore", "AP2", "--select", "AP2", "a.cfg").status == 0
        assert run("lint", "--ignore", "AP2", "--extend-select", "AP201", "a.cfg").status == 1
        assert run("lint", "--select", "AP001, AP201", "a.cfg").status == 1

    def test_fail_on(self, run: Run, gap: str) -> None:
        Path("a.cfg").write_text(gap)
        assert run("lint", "--select", "AP201", "--fail-on", "error", "a.cfg").status == 1
        Path("asprofile.toml").write_text('[lint]\nselect = ["AP602"]\nfail-on = "error"\n')
        assert run("lint", "a.cfg").status == 0

    def test_an_unknown_code_is_2_also_where_there_is_nothing_to_lint(self, run: Run) -> None:
        Path("d").mkdir()
        result = run("lint", "--select", "AP2O1", "d")
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith("asprofile: no rule 'AP2O1'; did you mean AP201")

    def test_an_unknown_code_in_the_settings_is_said_to_be_there(self, run: Run, clean: str) -> None:
        Path("asprofile.toml").write_text('[lint]\nignore = ["numbering-gap"]\n')
        result = run("lint", "-", stdin=clean.encode())
        expected = (
            f"asprofile: {Path.cwd()}/asprofile.toml:2:1: lint.ignore: no rule 'numbering-gap'; did you mean AP201?\n"
        )
        assert (result.status, result.err) == (2, expected)

    def test_the_release_decides_which_names_there_are(self, run: Run, clean: str) -> None:
        text = clean.replace("LittleEndianExplicit", "JPEGXL").encode()
        assert run("lint", "--select", "AP1", "--release", "3.6.9", "-", stdin=text).status == 0
        assert run("lint", "--select", "AP1", "--release", "3.6.7", "-", stdin=text).status == 1

    def test_an_unknown_release_names_the_nearest(self, run: Run) -> None:
        result = run("lint", "--release", "3.6.1", "-")
        assert result.status == 2
        assert "no tables for DCMTK 3.6.1; nearest: 3.6.0; known releases: 3.6.0, 3.6.2" in result.err


class TestSettings:
    @pytest.fixture(autouse=True)
    def _tree(self, gap: str) -> None:
        Path("project/sub").mkdir(parents=True)
        Path("project/asprofile.toml").write_text('[lint]\nselect = ["AP001"]\n')
        Path("project/sub/gap.cfg").write_text(gap)

    def test_the_nearest_file_counts(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("project/sub")
        assert run("lint", "gap.cfg").status == 0
        Path("pyproject.toml").write_text('[tool.asprofile.lint]\nselect = ["AP201"]\n')
        assert run("lint", "gap.cfg").status == 1

    def test_isolated(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("project")
        assert run("lint", "sub/gap.cfg").status == 0
        assert run("lint", "--isolated", "sub/gap.cfg").status == 1

    def test_settings_from_a_named_file(self, run: Run) -> None:
        assert run("lint", "--config", "project/asprofile.toml", "project/sub/gap.cfg").status == 0
        missing = run("lint", "--config", "nowhere.toml", "project/sub/gap.cfg")
        assert missing.status == 2
        assert missing.err == "asprofile: nowhere.toml: no such file, or no [tool.asprofile] in it\n"

    def test_an_unknown_key_is_an_error(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("project")
        Path("asprofile.toml").write_text('[lint]\nselct = ["AP001"]\n')
        result = run("lint", "sub/gap.cfg")
        expected = f"asprofile: {Path.cwd()}/asprofile.toml:2:1: lint.selct: is not a setting; did you mean 'select'?\n"
        assert (result.status, result.err) == (2, expected)


def test_json_is_one_object(run: Run, gap: str, schema: Callable[[str], Any]) -> None:
    Path("a.cfg").write_text(gap)
    result = run("lint", "--select", "AP201", "--format", "json", "a.cfg")
    assert result.status == 1
    schema("lint")(result.json)
    schema("lint")(run("lint", "--format", "json", "-", stdin=b"[[TransferSyntaxes]]\n[\xff]\nx").json)
    (finding,) = result.json["findings"]
    assert finding["path"] == "a.cfg"
    assert finding["start"] == {"line": 11, "column": 1, "offset": gap.index("PresentationContext4")}
    assert finding["url"] == "https://asprofile.readthedocs.io/rules/ap201/"
    assert result.json["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("--format", "jsn"), "json"),
        (("--fail-on", "warn"), "warning"),
        (("--role", "acceptr"), "acceptor"),
        (("--color", "alway"), "always"),
    ],
    ids=str,
)
def test_a_mistyped_value_names_the_nearest(run: Run, arguments: tuple[str, str], meant: str) -> None:
    result = run("lint", *arguments, "-")
    assert (result.status, result.out) == (2, "")
    assert result.err.endswith(f"; did you mean {meant!r}?\n")


def test_a_value_that_is_like_none_names_all(run: Run) -> None:
    assert run("lint", "--role", "qqq", "-").err.endswith("'qqq' is not one of 'requestor', 'acceptor'.\n")


def test_a_file_that_is_not_there_is_all_that_is_said(run: Run) -> None:
    assert run("lint", "x.cfg").err == "asprofile: x.cfg: No such file or directory\n"
