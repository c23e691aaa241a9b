"""The settings of a project: which file counts, what may stand in it, what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from asprofile.errors import ConfigurationError
from asprofile.names.releases import LATEST
from asprofile.settings import finding
from asprofile.settings.finding import from_file, nearest
from asprofile.settings.project import LintSettings, ProjectSettings
from asprofile.value import replaced

ALL = """\
release = "DCMTK 3.6.7"
role = "acceptor"
profiles = ["a.cfg", "more/*.cfg"]
exclude = ["old"]

[per-file-role]
"send/*" = "requestor"

[lint]
select = ["AP2"]
extend-select = ["AP3"]
ignore = ["AP201"]
fail-on = "error"

[lint.per-file-ignores]
"old/**" = ["AP4"]
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def test_every_setting(tmp_path: Path) -> None:
    path = write(tmp_path / "asprofile.toml", ALL)
    lint = LintSettings(
        select=("AP2",),
        extend_select=("AP3",),
        ignore=("AP201",),
        fail_on="error",
        per_file_ignores=(("old/**", ("AP4",)),),
    )
    expected = ProjectSettings(
        path, "3.6.7", "acceptor", ("a.cfg", "more/*.cfg"), ("old",), (("send/*", "requestor"),), lint
    )
    assert from_file(path) == expected
    in_project = ALL.replace("[lint", "[tool.asprofile.lint").replace("[per-file", "[tool.asprofile.per-file")
    shared = write(tmp_path / "sub" / "pyproject.toml", f"[project]\nname = 'x'\n[tool.asprofile]\n{in_project}")
    assert replaced(from_file(shared), path=path) == expected
    assert from_file(shared).profiles == expected.profiles


def test_what_holds_without_settings() -> None:
    settings = ProjectSettings()
    assert (settings.path, settings.release, settings.role, settings.profiles) == (None, LATEST, None, ())
    assert settings.lint == LintSettings(select=("ALL",), ignore=(), fail_on="warning")
    assert settings.profile_files() == []


@pytest.mark.parametrize("text", ["", "[lint]\n", "\ufeff# as some editors write it\r\n[lint]\r\nselect = ['ALL']\r\n"])
def test_an_empty_file_counts_too(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "asprofile.toml", text)
    assert nearest(tmp_path) == ProjectSettings(path)


class TestNearest:
    def test_the_nearest_directory_counts_alone(self, tmp_path: Path) -> None:
        write(tmp_path / "asprofile.toml", 'release = "3.6.0"\nrole = "acceptor"\n')
        (tmp_path / "a" / "b").mkdir(parents=True)
        assert nearest(tmp_path / "a" / "b").release == "3.6.0"
        near = write(tmp_path / "a" / "asprofile.toml", 'release = "3.6.2"\n')
        found = nearest(tmp_path / "a" / "b")
        assert (found.path, found.release, found.role) == (near, "3.6.2", None)

    def test_asprofile_toml_comes_before_pyproject(self, tmp_path: Path) -> None:
        write(tmp_path / "pyproject.toml", "[tool.asprofile]\nrelease = '3.6.0'\n")
        assert nearest(tmp_path).release == "3.6.0"
        write(tmp_path / "asprofile.toml", "release = '3.6.2'\n")
        assert nearest(tmp_path).release == "3.6.2"

    @pytest.mark.parametrize(
        "text",
        [
            "[tool.ruff]\n",
            "[project]\nname = 'asprofile'\n",
            "this is not TOML",
            "tool = 'asprofile'\n",
            "[tool]\nother = 'asprofile'\n",
        ],
    )
    def test_a_pyproject_without_a_table_of_ours_is_passed_over(self, tmp_path: Path, text: str) -> None:
        write(tmp_path / "asprofile.toml", "release = '3.6.0'\n")
        write(tmp_path / "sub" / "pyproject.toml", text)
        assert nearest(tmp_path / "sub").release == "3.6.0"

    @pytest.mark.parametrize(
        "text",
        [
            "[tool]\nasprofile.release = '3.6.2'\n",
            "[tool]\nasprofile = { release = '3.6.2' }\n",
            "[tool.'asprofile']\nrelease = '3.6.2'\n",
        ],
    )
    def test_every_way_to_write_the_table(self, tmp_path: Path, text: str) -> None:
        write(tmp_path / "pyproject.toml", text)
        assert nearest(tmp_path).release == "3.6.2"

    def test_directories_of_these_names_are_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "asprofile.toml").mkdir()
        write(tmp_path / "pyproject.toml", "[tool.asprofile]\nrelease = '3.6.2'\n")
        assert nearest(tmp_path).release == "3.6.2"


def test_a_named_file_must_have_settings(tmp_path: Path) -> None:
    message = "no such file, or no \\[tool.asprofile\\] in it"
    with pytest.raises(ConfigurationError, match=message):
        from_file(tmp_path / "missing.toml")
    with pytest.raises(ConfigurationError, match=message):
        from_file(write(tmp_path / "pyproject.toml", "[tool.ruff]\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("relase = '3.6.7'", ":1:1: relase: is not a setting; did you mean 'release'?"),
        (
            "qqq = 1",
            ":1:1: qqq: is not a setting; there is release, role, profiles, exclude, per-file-role, lint, peers",
        ),
        ("[lint]\nfail_on = 'error'", ":2:1: lint.fail_on: is not a setting; did you mean 'fail-on'?"),
        ("[lnit]", ":1:2: lnit: is not a setting; did you mean 'lint'?"),
        ("release = 3.7", f':1:1: release: is not a string such as "{LATEST}"'),
        ("release = '3.6.1'", ":1:1: release: no tables for DCMTK 3.6.1; nearest: 3.6.0; known releases: "),
        ("role = 'both'", ":1:1: role: is 'both', not one of requestor, acceptor"),
        ("role = 'acceptr'", ":1:1: role: is 'acceptr', not one of requestor, acceptor; did you mean 'acceptor'?"),
        ("[lint]\nrole = 'acceptor'", ":2:1: lint.role: is not a setting of this table; write it above [lint]"),
        ("select = ['AP2']", ":1:1: select: is not a setting; write it in the table [lint]"),
        ("per-file-role = 'acceptor'", ":1:1: per-file-role: is not a table"),
        ("[per-file-role]\n'*' = 1", ":2:1: per-file-role.*: is 1, not one of requestor, acceptor"),
        ("role = []", ":1:1: role: is [], not one of requestor, acceptor"),
        ("profiles = 'a.cfg'", ":1:1: profiles: is not a list of strings"),
        ("profiles = [1]", ":1:1: profiles: is not a list of strings"),
        ("lint = 1", ":1:1: lint: is not a table"),
        ("[lint]\nselect = 'AP2'", ":2:1: lint.select: is not a list of strings"),
        ("[lint.per-file-ignores]\n'*' = 'AP2'", ":2:1: lint.per-file-ignores.*: is not a list of strings"),
        ("[lint]\nper-file-ignores = []", ":2:1: lint.per-file-ignores: is not a table"),
        ("[lint]\nfail-on = 'fatal'", ":2:1: lint.fail-on: is 'fatal', not one of error, warning, info"),
        ("release = x\n", ":1:11: not TOML: Invalid value"),
        ("\udcff", ": not UTF-8: invalid start byte at byte 0"),
    ],
)
def test_what_is_wrong_is_said_with_file_place_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "asprofile.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigurationError) as raised:
        nearest(tmp_path)
    assert str(raised.value).startswith(f"{path}{message}")


def test_rules_that_do_not_run_on_some_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[lint.per-file-ignores]\n'old/**' = ['AP4', 'AP602']\n'*.bak' = ['AP1']\n"
    settings = from_file(write(tmp_path / "asprofile.toml", text))
    (tmp_path / "old").mkdir()
    monkeypatch.chdir(tmp_path)
    assert settings.ignored_in("old/a.cfg") == ("AP4", "AP602")
    assert settings.ignored_in("a.cfg") == ()
    # Patterns are relative to the file that has them, wherever the command runs.
    monkeypatch.chdir("old")
    assert settings.ignored_in("a.cfg") == ("AP4", "AP602")
    assert settings.ignored_in("../a.cfg") == ()
    assert settings.ignored_in("a.bak") == ("AP4", "AP602", "AP1")
    assert ProjectSettings().ignored_in("old/a.cfg") == ()


def test_roles_of_some_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "role = 'requestor'\n[per-file-role]\n'inbox/keep.cfg' = 'requestor'\n'inbox/' = 'acceptor'\n"
    settings = from_file(write(tmp_path / "asprofile.toml", text))
    (tmp_path / "inbox").mkdir()
    monkeypatch.chdir(tmp_path / "inbox")
    names = ("a.cfg", "keep.cfg", "../a.cfg", str(tmp_path / "inbox" / "b.cfg"))
    assert [settings.role_of(name) for name in names] == ["acceptor", "requestor", "requestor", "acceptor"]
    assert ProjectSettings().role_of("inbox/a.cfg") is None


def test_what_it_says_to_write_is_a_table_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", "[tool.asprofile]\nselect = ['AP2']\n")
    message = ":2:1: select: is not a setting; write it in the table [tool.asprofile.lint]"
    with pytest.raises(ConfigurationError) as raised:
        nearest(tmp_path)
    assert str(raised.value) == f"{path}{message}"
    write(path, f"{message.rpartition('table ')[2]}\nselect = ['AP2']\n")
    assert nearest(tmp_path).lint.select == ("AP2",)


def test_a_table_of_ours_that_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", "[tool]\nasprofile = 3\n")
    with pytest.raises(ConfigurationError) as raised:
        nearest(tmp_path)
    assert str(raised.value) == f"{path}:2:1: tool.asprofile: is not a table"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied", "x")

    monkeypatch.setattr(finding, "read_regular", refuse)
    with pytest.raises(ConfigurationError) as raised:
        nearest(tmp_path)
    assert str(raised.value) == f"{tmp_path / 'asprofile.toml'}: Permission denied"


class TestProfileFiles:
    def settings(self, directory: Path, *patterns: str) -> ProjectSettings:
        return ProjectSettings(directory / "asprofile.toml", profiles=patterns)

    def test_patterns_in_their_order_and_files_by_name(self, tmp_path: Path) -> None:
        # A directory whose own name looks like a pattern.
        project = tmp_path / "site [1]*"
        files = {name: write(project / name, "") for name in ("b.cfg", "a.cfg", "sub/c.cfg", "sub/deep/d.cfg", "e.txt")}
        (project / "x.cfg").mkdir()
        found = self.settings(project, "*.cfg", "b.cfg", "sub/**/*.cfg").profile_files()
        assert found == [files["a.cfg"], files["b.cfg"], files["sub/c.cfg"], files["sub/deep/d.cfg"]]

    def test_an_absolute_pattern(self, tmp_path: Path) -> None:
        elsewhere = write(tmp_path / "elsewhere" / "a.cfg", "")
        (tmp_path / "project").mkdir()
        assert self.settings(tmp_path / "project", str(elsewhere)).profile_files() == [elsewhere]
        assert self.settings(tmp_path / "project", "../elsewhere/*").profile_files()[0].samefile(elsewhere)

    @pytest.mark.parametrize("pattern", ["*.cfg", "", "\0", "a**b", "[", "sub/", "."])
    def test_a_pattern_that_fits_no_file_is_an_error(self, tmp_path: Path, pattern: str) -> None:
        with pytest.raises(ConfigurationError) as raised:
            self.settings(tmp_path, pattern).profile_files()
        assert str(raised.value) == f"{tmp_path / 'asprofile.toml'}: profiles: no file fits {pattern!r}"
