"""``asprofile lint``: which rules run on which file, what is known already, and in which format it is said."""

from __future__ import annotations

import json
import multiprocessing
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from surroundings import assert_mode

from asprofile.cli import parallel
from asprofile.lint.render import LINT_FORMATS
from asprofile.names.releases import LATEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

# The codes of GAP below with everything selected.
ONLY = ("--select", "AP201", "-q", "--format", "concise")


@pytest.fixture(autouse=True)
def _no_services(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def gap(clean: str) -> str:
    """A file with a numbering gap (AP201) in line 11."""
    return clean.replace("PresentationContext3", "PresentationContext4")


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


class TestPerFileIgnores:
    @pytest.fixture(autouse=True)
    def _files(self, gap: str) -> None:
        write("a.cfg", gap)
        write("legacy/b.cfg", gap)
        write("legacy/old/c.cfg", gap)

    def heads(self, run: Run, *arguments: str) -> list[str]:
        return [line.split(":")[0] for line in run("lint", *ONLY, *arguments).out.splitlines()]

    @pytest.mark.parametrize(
        ("pattern", "left"),
        [
            ("legacy/*.cfg", ["a.cfg", "legacy/old/c.cfg"]),
            ("legacy/", ["a.cfg"]),
            ("b.cfg", ["a.cfg", "legacy/old/c.cfg"]),
            ("**", []),
            ("old/*", ["a.cfg", "legacy/b.cfg", "legacy/old/c.cfg"]),
        ],
    )
    def test_by_glob(self, run: Run, pattern: str, left: list[str]) -> None:
        write("asprofile.toml", f'[lint.per-file-ignores]\n"{pattern}" = ["AP2"]\n')
        assert self.heads(run, "a.cfg", "legacy") == left

    def test_relative_to_the_settings_wherever_the_command_is_run(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write("pyproject.toml", '[tool.asprofile.lint.per-file-ignores]\n"legacy/*" = ["AP201"]\n')
        monkeypatch.chdir("legacy")
        assert self.heads(run, ".", "../a.cfg") == ["./old/c.cfg", "../a.cfg"]
        assert self.heads(run, str(Path("b.cfg").absolute())) == []

    def test_wins_over_a_more_exact_selection(self, run: Run) -> None:
        write("asprofile.toml", '[lint]\nselect = ["AP201"]\n[lint.per-file-ignores]\n"a.cfg" = ["AP"]\n')
        assert self.heads(run, "a.cfg") == []

    def test_also_for_fixes(self, run: Run, gap: str) -> None:
        write("asprofile.toml", '[lint.per-file-ignores]\n"a.cfg" = ["AP201"]\n')
        run("lint", "--fix", "a.cfg", "legacy/b.cfg")
        assert Path("a.cfg").read_text() == gap
        assert Path("legacy/b.cfg").read_text() != gap

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (
                '[lint.per-file-ignores]\n"a.cfg" = ["AP999"]',
                "lint.per-file-ignores.a.cfg: no rule 'AP999'; did you mean",
            ),
            ('[lint.per-file-ignores]\n"a.cfg" = "AP2"', "lint.per-file-ignores.a.cfg: is not a list of strings"),
            ("[lint]\nper-file-ignores = 1", "lint.per-file-ignores: is not a table"),
            ("[lint]\nper-file-ignore = {}", "did you mean 'per-file-ignores'?"),
            (
                '[lint]\nextend-select = ["numbering-gap"]',
                "lint.extend-select: no rule 'numbering-gap'; did you mean AP201?",
            ),
            ('[lint]\nselekt = ["AP2"]', "did you mean 'select'?"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_place(self, run: Run, text: str, says: str) -> None:
        write("asprofile.toml", text)
        result = run("lint", "a.cfg")
        assert (result.status, result.out) == (2, "")
        assert "asprofile.toml:2:1: " in result.err
        assert says in result.err


class TestPerFileRole:
    SETTINGS = '[per-file-role]\n"inbox/*" = "acceptor"\n'

    @pytest.fixture(autouse=True)
    def _files(self, clean: str) -> None:
        """A SOP class in two contexts: a requestor may have that, an acceptor is refused (AP121)."""
        Path("inbox").mkdir()
        for name in ("inbox/a.cfg", "b.cfg"):
            write(name, clean.replace("= MRImageStorage", "= CTImageStorage"))
        write("asprofile.toml", self.SETTINGS)

    @pytest.mark.parametrize(("options", "refused"), [((), ["inbox/a.cfg"]), (("--role", "requestor"), [])], ids=str)
    def test_by_glob_unless_the_command_line_says_it(
        self, run: Run, options: tuple[str, ...], refused: list[str]
    ) -> None:
        result = run("lint", "--select", "AP121", "--format", "json", *options, "inbox/a.cfg", "b.cfg")
        assert [finding["path"] for finding in result.json["findings"]] == refused

    def test_what_is_shown(self, run: Run) -> None:
        assert self.SETTINGS in run("lint", "--show-settings").out
        assert "per-file-role" not in run("lint", "--show-settings", "--role", "requestor").out

    def test_showing_a_profile_takes_it_too(self, run: Run) -> None:
        assert f"loads in DCMTK {LATEST} for an acceptor" in run("show", "inbox/a.cfg").out
        assert f"loads in DCMTK {LATEST} for a requestor" in run("show", "b.cfg").out


def test_extend_select_adds_to_what_the_settings_select(run: Run, gap: str) -> None:
    write("a.cfg", gap.replace("Uncompressed\nPresentationContext2", "None\nPresentationContext2"))
    write("asprofile.toml", '[lint]\nselect = ["AP7"]\nextend-select = ["AP201"]\n')
    assert "AP201" in run("lint", "a.cfg").out
    assert "AP201" not in run("lint", "--select", "AP7", "--config", os.devnull, "a.cfg").out
    write("asprofile.toml", '[lint]\nselect = ["AP7"]\n')
    assert run("lint", "a.cfg").out == ""
    assert "AP201" in run("lint", "--extend-select", "AP2", "a.cfg").out


class TestShowSettings:
    def shown(self, run: Run, *arguments: str) -> tuple[dict[str, object], str]:
        result = run("lint", "--show-settings", *arguments)
        assert (result.status, result.err) == (0, "")
        return tomllib.loads(result.out), result.out

    def test_defaults(self, run: Run) -> None:
        settings, text = self.shown(run)
        assert settings["lint"] == {"select": ["ALL"], "ignore": [], "fail-on": "warning"}
        assert "from the defaults" in text
        assert "AP201" in text

    def test_of_a_file_and_options(self, run: Run) -> None:
        path = write(
            "asprofile.toml",
            'release = "3.6.7"\n[lint]\nignore = ["AP4"]\n'
            '[lint.per-file-ignores]\n"a\\"\\u007f\\\\ä" = ["AP2", "AP3"]\n',
        )
        settings, text = self.shown(run, "--role", "acceptor", "--ignore", "AP50,AP6", "--fail-on", "error")
        assert str(path.absolute()) in text
        assert settings == {
            "release": "3.6.7",
            "role": "acceptor",
            "profiles": [],
            "exclude": [],
            "lint": {
                "select": ["ALL"],
                "ignore": ["AP4", "AP50", "AP6"],
                "fail-on": "error",
                "per-file-ignores": {'a"\x7f\\ä': ["AP2", "AP3"]},
            },
        }
        assert "AP501" not in text

    def test_what_is_shown_is_a_settings_file_that_means_the_same(self, run: Run) -> None:
        write("asprofile.toml", '[lint]\nignore = ["AP4"]\n[lint.per-file-ignores]\n"x/*" = ["AP2"]\n')
        settings, text = self.shown(run, "--select", "AP2", "--select", "AP201")
        write("other.toml", text)
        write("asprofile.toml", text)
        assert self.shown(run)[0] == settings

    def test_settings_that_are_wrong_are_an_error_here_too(self, run: Run) -> None:
        assert run("lint", "--show-settings", "--select", "AP999").status == 2

    def test_without_it_and_a_path_the_current_directory_is_linted(self, run: Run) -> None:
        assert run("lint").err == "asprofile: no association profile in there; a file that is named is always checked\n"
        Path("x.cfg").write_bytes((Path(__file__).parents[2] / "sample_profiles" / "default.cfg").read_bytes())
        assert "\n1 file checked" in run("lint").err


class TestBaseline:
    def test_known_findings_are_silent_and_new_ones_are_not(self, run: Run, gap: str) -> None:
        write("config/a.cfg", gap)
        wrote = run("lint", "--select", "AP201", "config", "--write-baseline", "baseline.json")
        assert (wrote.status, wrote.out, wrote.err) == (0, "", "wrote 1 finding to baseline.json\n")
        assert json.loads(Path("baseline.json").read_text())["findings"][0]["path"] == "config/a.cfg"
        known = run("lint", "--select", "AP201", "config", "--baseline", "baseline.json")
        assert (known.status, known.out) == (0, "")
        assert "1 suppressed" in known.err
        write("config/a.cfg", "# moved\n\n" + gap.replace("[Small]", "[Small]\nRole3 = x\nPresentationContexts5 = y"))
        assert run("lint", "--select", "AP201", "config", "--baseline", "baseline.json").status == 0
        write("config/a.cfg", gap.replace("TransferSyntax2", "TransferSyntax3"))
        new = run("lint", "--select", "AP201", "config", "--baseline", "baseline.json")
        assert new.status == 1
        assert [line.split(":")[1] for line in new.out.splitlines() if line.startswith("config")] == ["5"]

    def test_the_same_from_another_directory(self, run: Run, gap: str, monkeypatch: pytest.MonkeyPatch) -> None:
        write("config/a.cfg", gap)
        Path(".ci").mkdir()
        run("lint", "config", "--write-baseline", ".ci/baseline.json")
        assert '"../config/a.cfg"' in Path(".ci/baseline.json").read_text()
        monkeypatch.chdir("config")
        assert run("lint", "a.cfg", "--baseline", "../.ci/baseline.json").status == 0

    def test_stale_entries_are_said_on_stderr_and_are_no_failure(self, run: Run, gap: str, clean: str) -> None:
        write("a.cfg", gap)
        write("b.cfg", gap)
        run("lint", "--select", "AP201", ".", "--write-baseline", "b.json")
        write("a.cfg", clean)
        result = run("lint", "--select", "AP201", "a.cfg", "--baseline", "b.json")
        assert (result.status, result.out) == (0, "")
        line = r"PresentationContext4 = MRImageStorage\\Uncompressed"
        assert result.err.splitlines()[0] == f"info: b.json: no longer found: a.cfg: AP201 in the line '{line}'"
        assert "b.cfg" not in result.err, "a file that was not checked"
        Path("b.cfg").unlink()
        assert "b.cfg: AP201" in run("lint", "a.cfg", "--baseline", "b.json").err
        assert "no longer" not in run("lint", "--select", "AP3", "a.cfg", "--baseline", "b.json").err
        assert run("lint", "--select", "AP201", "-q", "a.cfg", "--baseline", "b.json").err == ""

    def test_written_again_in_place(self, run: Run, gap: str, clean: str) -> None:
        write("a.cfg", gap)
        run("lint", "--select", "AP201", "a.cfg", "--write-baseline", "b.json")
        Path("b.json").chmod(0o640)
        write("a.cfg", clean)
        run("lint", "--select", "AP201", "a.cfg", "--write-baseline", "b.json")
        assert json.loads(Path("b.json").read_text())["findings"] == []
        assert_mode(Path("b.json"), 0o640)

    def test_what_cannot_be_read_or_written(self, run: Run, clean: str) -> None:
        write("a.cfg", clean)
        missing = run("lint", "a.cfg", "--baseline", "none.json")
        assert missing.status == 2
        assert "--write-baseline none.json makes one" in missing.err
        write("b.json", '{"version": 99}')
        assert "b.json: a baseline of version 99" in run("lint", "a.cfg", "--baseline", "b.json").err
        assert run("lint", "a.cfg", "--write-baseline", "no/where.json").status == 2


class TestAddIgnores:
    def test_after_it_the_file_is_clean(self, run: Run, gap: str) -> None:
        path = write("a.cfg", gap)
        path.chmod(0o640)
        result = run("lint", "--select", "AP2", "--add-ignores", "a.cfg")
        assert (result.status, result.out, result.err) == (0, "", "added 1 comment to 1 file\n")
        assert_mode(path, 0o640)
        assert path.read_text() == gap.replace(
            "PresentationContext4", "# asprofile: ignore[AP201]\nPresentationContext4"
        )
        assert run("lint", "--select", "AP2", "a.cfg").status == 0
        assert run("lint", "--select", "AP2", "--add-ignores", "a.cfg").err == "added 0 comments to 0 files\n"

    def test_standard_input_goes_to_standard_output(self, run: Run, gap: str) -> None:
        result = run("lint", "--select", "AP2", "--add-ignores", "-", stdin=gap.encode())
        assert "# asprofile: ignore[AP201]\nPresentationContext4" in result.out

    def test_what_the_baseline_knows_is_left(self, run: Run, gap: str) -> None:
        path = write("a.cfg", gap)
        run("lint", "--select", "AP2", "a.cfg", "--write-baseline", "b.json")
        run("lint", "--select", "AP2", "--add-ignores", "--baseline", "b.json", "a.cfg")
        assert path.read_text() == gap

    @pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs a mode without write permission")
    def test_a_file_that_cannot_be_written_is_2_and_the_others_are_done(self, run: Run, gap: str) -> None:
        write("x/a.cfg", gap)
        Path("link.cfg").symlink_to("/dev/null")
        result = run("lint", "--select", "AP102", "--add-ignores", "link.cfg", "x/a.cfg")
        assert result.status == 2
        assert "link.cfg: is a device, not a file" in result.err


@pytest.mark.parametrize(
    "options",
    [
        ("--fix", "--add-ignores"),
        ("--diff", "--write-baseline", "b.json"),
        ("--add-ignores", "--write-baseline", "b.json"),
        ("--baseline", "b.json", "--write-baseline", "b.json"),
    ],
)
def test_options_that_make_no_sense_together(run: Run, gap: str, options: tuple[str, ...]) -> None:
    path = write("a.cfg", gap)
    result = run("lint", *options, "a.cfg")
    assert result.status == 2
    assert result.err.startswith("Usage:")
    assert path.read_text() == gap


class TestFormats:
    @pytest.fixture(autouse=True)
    def _file(self, gap: str) -> None:
        write("config/a.cfg", gap)

    @pytest.mark.parametrize("form", LINT_FORMATS)
    def test_each_says_the_finding_on_stdout(self, run: Run, form: str) -> None:
        result = run("lint", "--select", "AP201", "--format", form, str(Path("config/a.cfg").absolute()))
        assert result.status == 1
        assert "AP201" in result.out
        if form in ("json", "sarif", "gitlab", "rdjson"):
            json.loads(result.out)
        if form in ("junit", "checkstyle"):
            ElementTree.fromstring(result.out)
        if form not in ("text", "concise"):
            assert result.err == ""
        if form not in ("text", "concise", "json"):
            assert "config/a.cfg" in result.out
            assert str(Path.cwd()) not in result.out

    def test_junit_fails_as_the_command_does(self, run: Run) -> None:
        result = run("lint", "--select", "AP602", "--fail-on", "error", "--format", "junit", "config/a.cfg")
        assert (result.status, result.out.count("<failure")) == (0, 0)

    @pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
    def test_names_are_relative_to_the_root_that_the_service_names(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, variable: str
    ) -> None:
        monkeypatch.setenv(variable, str(Path.cwd()))
        monkeypatch.chdir("config")
        found = json.loads(run("lint", "--format", "gitlab", "a.cfg").out)
        assert {issue["location"]["path"] for issue in found} == {"config/a.cfg"}
        monkeypatch.setenv(variable, "/elsewhere")
        found = json.loads(run("lint", "--format", "gitlab", "a.cfg").out)
        assert {issue["location"]["path"] for issue in found} == {"a.cfg"}

    def test_on_github_annotations_then_text(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = run("lint", "--select", "AP201", "config/a.cfg")
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        there = run("lint", "--select", "AP201", "config/a.cfg")
        annotation, text = there.out.split("\n", 1)
        assert annotation.startswith("::error file=config/a.cfg,line=11,col=1,endLine=11,endColumn=21,title=AP201 ")
        assert (text, there.err, there.status) == (plain.out, plain.err, 1)
        asked = run("lint", "--select", "AP201", "--format", "text", "config/a.cfg")
        assert asked.out == plain.out
        assert run("lint", "--select", "AP201", "--format", "github", "config/a.cfg").out == f"{annotation}\n"

    def test_no_file_name_is_a_command_on_github(self, run: Run, monkeypatch: pytest.MonkeyPatch, gap: str) -> None:
        write("::add-mask::a", gap)
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        lines = run("lint", "--select", "AP201", "--", "::add-mask::a").out.splitlines()
        assert [line for line in lines if line.startswith("::")] == lines[:1]
        assert lines[1].startswith("./::add-mask::a:11:1: error: AP201")

    def test_an_unknown_format_names_the_known(self, run: Run) -> None:
        result = run("lint", "--format", "sarf", "config/a.cfg")
        assert result.status == 2
        assert "sarif" in result.err


class TestJobs:
    @pytest.fixture(autouse=True)
    def _files(self, gap: str, clean: str) -> None:
        for number in range(30):
            write(f"many/{number:02}.cfg", gap if number % 3 else clean.replace("Small", f"Small{number}"))

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    @pytest.mark.parametrize("form", ["text", "json", "sarif"])
    def test_the_output_does_not_depend_on_them(self, run: Run, form: str) -> None:
        one = run("lint", "--jobs", "1", "--format", form, "many")
        assert one.status == 1
        assert run("lint", "--jobs", "3", "--format", form, "many") == one

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_settings_by_file_and_fixes_come_through(self, run: Run) -> None:
        write("asprofile.toml", '[lint.per-file-ignores]\n"many/0*" = ["AP2"]\n')
        result = run("lint", "--jobs", "2", "--select", "AP201", "--format", "json", "many")
        found = json.loads(result.out)["findings"]
        assert len(found) == 14
        assert all(finding["fix"] and finding["name"] == "numbering-gap" for finding in found)

    def test_few_files_start_no_process(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parallel, "_in_processes", lambda *_: pytest.fail("not for a few"))
        run("lint", "many")
        run("lint", "--jobs", "8", "many/00.cfg")

    def test_many_files_do_by_themselves(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []
        monkeypatch.setattr(parallel, "MANY", 10)
        monkeypatch.setattr(parallel, "_processors", lambda: 4)
        monkeypatch.setattr(parallel, "_in_processes", lambda tasks, jobs: asked.append((len(tasks), jobs)) or [])
        run("lint", "many")
        assert asked == [(30, 4)]

    def test_where_processes_cannot_be_had_it_is_done_without(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*_: object, **__: object) -> None:
            raise OSError(38, "Function not implemented")

        monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", refused)
        one = run("lint", "--jobs", "1", "many")
        assert run("lint", "--jobs", "2", "many") == one

    def test_not_fewer_than_one(self, run: Run) -> None:
        assert run("lint", "--jobs", "0", "many").status == 2

    def test_rules_arrive_in_a_process_that_was_not_forked(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(multiprocessing, "get_context", lambda method=None: SPAWN)
        one = run("lint", "--jobs", "1", "--select", "AP2", "many")
        assert run("lint", "--jobs", "2", "--select", "AP2", "many") == one


SPAWN = multiprocessing.get_context("spawn")


def test_show_settings_has_the_peers_without_secrets(run: Run) -> None:
    identity = '[peers.pacs.identity]\nuser = "me"\npassword = "env:PW"\nconfirm = true\n'
    peers = f'[peers.pacs]\naddress = "PACS@h:104"\n\n{identity}'
    Path("asprofile.toml").write_text(peers)
    assert run("lint", "--show-settings").out.endswith(f"\n\n{peers}")
