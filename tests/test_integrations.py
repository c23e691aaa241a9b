"""Where the linter runs: the GitHub Action, the hooks of pre-commit, and the example repository that uses them.

The action's script and the hooks' commands run here as they do there. What is left to the services is to read the files
that tell them to.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import copy, copytree, which
from typing import Any, NoReturn

import pytest
from programs import IN_CI

import asprofile
from asprofile.edit.fmt import format_document
from asprofile.lint.render import LINT_FORMATS
from asprofile.lint.run import LintOptions, lint
from asprofile.model.document import read
from asprofile.settings.finding import from_file
from asprofile.text import Source

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the dependency group docs")

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "config-repository"
GUIDE = (ROOT / "docs" / "ci.md").read_text("utf-8")

CLEAN = (EXAMPLE / "profiles" / "radiology.cfg").read_text("ascii")
GAP = CLEAN.replace("PresentationContext8", "PresentationContext9")
OTHER = "[metadata]\nname = something else\n"


def load_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A directory with a profile file that has a gap, and a file of another program."""
    found = tmp_path / "repository"
    (found / "profiles").mkdir(parents=True)
    (found / "profiles" / "ct.cfg").write_text(GAP)
    (found / "setup.cfg").write_text(OTHER)
    return found


def plain_environment(**more: str) -> dict[str, str]:
    """One in which no service's variables are set; asprofile is the one of this checkout."""
    service = ("GITHUB_", "RUNNER_", "INPUT_", "CI")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(service)}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


# --- The GitHub Action ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What a step of the action did: its exit status, its log, its outputs."""

    status: int
    log: str
    outputs: dict[str, str]


class Runner:
    """Runs the action's script as GitHub does, in the repository and with the variables that are set there."""

    def __init__(self, repository: Path, temporary: Path) -> None:
        self.repository = repository
        self.temporary = temporary
        temporary.mkdir()

    def with_asprofile(self) -> Runner:
        """As after the step that installs it."""
        program = self.temporary / "asprofile" / "bin" / "python"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        program.chmod(0o755)
        return self

    def step(self, name: str, environment: dict[str, str] | None = None, **inputs: str) -> Step:
        output = self.temporary / "output"
        output.write_text("")
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_WORKSPACE": str(self.repository),
            "RUNNER_TEMP": str(self.temporary),
            **{f"INPUT_{key.upper()}": value for key, value in inputs.items()},
            **(environment or {}),
        }
        done = subprocess.run(
            [sys.executable, ROOT / "scripts" / "action", name],
            cwd=self.repository,
            env=plain_environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        lines = output.read_text().splitlines()
        return Step(done.returncode, done.stdout, dict(line.split("=", 1) for line in lines))


@pytest.fixture
def runner(repository: Path, tmp_path: Path) -> Runner:
    return Runner(repository, tmp_path / "temporary").with_asprofile()


def test_action_annotates_and_fails(runner: Runner) -> None:
    step = runner.step("lint", paths=".", sarif="false")
    assert step.status == 1
    assert step.outputs == {"exit-status": "1"}
    assert re.search(r"^::error file=profiles/ct\.cfg,line=\d+,.*title=AP201", step.log, re.M)
    assert "./profiles/ct.cfg:" in step.log


def test_action_passes_what_is_clean(runner: Runner) -> None:
    (runner.repository / "profiles" / "ct.cfg").write_text(CLEAN)
    step = runner.step("lint")
    assert (step.status, step.outputs) == (0, {"exit-status": "0"})
    assert "::error" not in step.log


def test_action_writes_sarif_though_something_is_found(runner: Runner) -> None:
    step = runner.step("lint", sarif="true")
    assert step.status == 1
    assert step.outputs["exit-status"] == "1"
    found = json.loads(Path(step.outputs["sarif-file"]).read_text("utf-8"))
    results = found["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["AP201"]
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "profiles/ct.cfg"


@pytest.mark.parametrize(
    ("inputs", "status"),
    [
        ({"args": "--ignore AP201"}, 0),
        ({"args": "--select 'AP2, AP5' --fail-on warning"}, 1),
        ({"release": "3.6.7"}, 1),
        ({"release": "9.9.9"}, 2),
        ({"fail_on": "nothing"}, 2),
        ({"paths": "'profiles/ct.cfg'\n"}, 1),
        ({"paths": "profiles/gone.cfg"}, 2),
        ({"paths": "profiles/'unclosed"}, 2),
        ({"sarif": "yes"}, 2),
    ],
    ids=str,
)
def test_action_inputs(runner: Runner, inputs: dict[str, str], status: int) -> None:
    step = runner.step("lint", **inputs)
    assert step.status == status, step.log
    assert "Traceback" not in step.log


def test_action_does_not_take_an_input_for_a_command(runner: Runner) -> None:
    step = runner.step("lint", paths="profiles; touch stolen $(touch stolen)", args="")
    assert step.status == 2
    assert not (runner.repository / "stolen").exists()


def test_action_says_what_it_is_outside_of_github(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "scripts" / "action", "lint"]
    done = subprocess.run(command, env=plain_environment(), capture_output=True, text=True)
    assert done.returncode == 2
    assert "RUNNER_TEMP is not set" in done.stdout


def test_action_installs_from_its_checkout(repository: Path, tmp_path: Path) -> None:
    """For real, but for the package index: what is needed is borrowed from the tests' own environment."""
    if find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed (dependency group dev)")
    runner = Runner(repository, tmp_path / "temporary")
    set_traps(repository)
    borrowed = {"PYTHONPATH": sysconfig.get_path("purelib"), **NO_INDEX}
    assert runner.step("install", borrowed).log == ""
    step = runner.step("lint", borrowed)
    assert (step.status, step.outputs) == (1, {"exit-status": "1"})
    assert not list(repository.rglob("*.stolen"))
    program = runner.temporary / "asprofile" / "bin" / "python"
    where = [program, "-P", "-c", "import asprofile; print(asprofile.__file__)"]
    found = subprocess.run(where, cwd=repository, env=plain_environment(**borrowed), capture_output=True, text=True)
    assert found.stdout.startswith(str(runner.temporary))


NO_INDEX = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_CACHE_DIR": "1"}


def test_action_file() -> None:
    """Every input is used and documented, every variable of the script is set, and nothing is put into a command."""
    action = load_yaml(ROOT / "action.yml")
    text = (ROOT / "action.yml").read_text("utf-8")
    steps = action["runs"]["steps"]
    assert action["runs"]["using"] == "composite"
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", text))
    assert used == set(action["inputs"])
    for name, described in action["inputs"].items():
        assert described["description"] and isinstance(described["default"], str)
        assert f"| `{name}` |" in GUIDE
    script = (ROOT / "scripts" / "action").read_text("utf-8")
    read_by_script = set(re.findall(r'(?:value|words)\("([A-Z_]+)"\)', script))
    given = {name.removeprefix("INPUT_") for step in steps for name in step.get("env", {}) if "INPUT_" in name}
    assert given == read_by_script
    for step in steps:
        assert "${{" not in step.get("run", "")
    identifiers = {step["id"] for step in steps if "id" in step}
    assert set(re.findall(r"steps\.(\w+)\.", text)) == identifiers
    assert set(re.findall(r"steps\.lint\.outputs\.([\w-]+)", text)) == set(action["outputs"])


# --- pre-commit -------------------------------------------------------------------------------------------------------

HOOKS = {hook["id"]: hook for hook in load_yaml(ROOT / ".pre-commit-hooks.yaml")}


def run_hook(name: str, repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The hook's command on the repository's files of its names, as pre-commit calls it."""
    hook = HOOKS[name]
    files = sorted(path.relative_to(repository).as_posix() for path in repository.rglob("*.*"))
    named = [file for file in files if re.search(hook["files"], file)]
    program, *rest = shlex.split(hook["entry"])
    assert program == "asprofile"
    command = [sys.executable, "-m", "asprofile", *rest, *(arguments or hook["args"]), *named]
    return subprocess.run(command, cwd=repository, env=plain_environment(), capture_output=True, text=True)


def test_hooks_file() -> None:
    assert set(HOOKS) == {"asprofile-lint", "asprofile-fmt"}
    for name, hook in HOOKS.items():
        assert hook["language"] == "python"
        assert hook["entry"].split()[:2] == name.split("-")
        assert hook["args"][-1] == "--", "what follows are names of files, whatever they look like"
        assert f"id: {name}" in GUIDE
        assert re.search(hook["files"], "profiles/ct.cfg")
        assert not re.search(hook["files"], "notes.cfg.txt")


def test_hooks_install_what_is_pinned() -> None:
    """The versions that asprofile is tested with, and no more than it needs to run."""
    locked = dict(re.findall(r"^([\w-]+)==([\w.]+)", (ROOT / "requirements-run.lock").read_text("utf-8"), re.M))
    for hook in HOOKS.values():
        assert dict(one.split("==") for one in hook["additional_dependencies"]) == locked


def test_lint_hook(repository: Path) -> None:
    found = run_hook("asprofile-lint", repository)
    assert (found.returncode, found.stderr) == (1, "")
    assert "profiles/ct.cfg" in found.stdout and "setup.cfg" not in found.stdout
    fixed = run_hook("asprofile-lint", repository, "--fix", "--")
    assert (fixed.returncode, fixed.stdout, fixed.stderr) == (0, "", "")
    assert (repository / "profiles" / "ct.cfg").read_text() == CLEAN


def test_fmt_hook(repository: Path) -> None:
    (repository / "profiles" / "ct.cfg").write_text(CLEAN.replace("\n\n\n", "\n").replace(" = ", "="))
    assert run_hook("asprofile-fmt", repository).returncode == 0
    assert (repository / "profiles" / "ct.cfg").read_text() == CLEAN
    assert (repository / "setup.cfg").read_text() == OTHER


EVIL = [
    "--write-baseline=victim.cfg",
    "--config=evil.cfg",
    "--baseline=x.cfg",
    "--fix --unsafe-fixes.cfg",
    "-q.cfg",
    "-.cfg",
    "a b.cfg",
    "line\nend.cfg",
    "return\r.cfg",
    "[v]*?.cfg",
    "~root.cfg",
    "$HOME $(touch stolen) `touch stolen`;touch stolen.cfg",
    "'quoted\".cfg",
    "\x1b]0;title\x07.cfg",
    "::error::x.cfg",
]


@pytest.fixture
def evil(repository: Path) -> Path:
    """The repository with files whose names are meant for whoever puts them into a command line."""
    if os.name == "nt":
        pytest.skip("such names cannot be given there")
    for name in EVIL:
        (repository / name).write_text(GAP)
    (repository / "victim.cfg").write_text(CLEAN)
    commit(repository)
    return repository


def content(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_lint_hook_takes_names_for_names(evil: Path) -> None:
    before = content(evil)
    found = run_hook("asprofile-lint", evil)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.count("AP201") == len(EVIL) + 1
    assert content(evil) == before


def test_fmt_hook_takes_names_for_names(evil: Path) -> None:
    before = content(evil)
    assert run_hook("asprofile-fmt", evil).returncode == 0
    assert content(evil) == before


def test_lint_hook_mends_files_of_all_names(evil: Path) -> None:
    fixed = run_hook("asprofile-lint", evil, "--fix", "--")
    assert (fixed.returncode, fixed.stdout, fixed.stderr) == (0, "", "")
    assert set(content(evil)) == {*EVIL, "victim.cfg", "setup.cfg", "profiles/ct.cfg"}
    assert all(data == CLEAN.encode() for name, data in content(evil).items() if name != "setup.cfg")


def test_lint_hook_refuses_what_could_be_an_option(evil: Path) -> None:
    """Where somebody gave args without `--` at their end."""
    before = content(evil)
    found = run_hook("asprofile-lint", evil, "--fix")
    assert found.returncode == 2
    assert "is the name of a file here" in found.stderr and "or -- before names of files" in found.stderr
    assert content(evil) == before


def test_action_takes_names_for_names(evil: Path, tmp_path: Path) -> None:
    runner = Runner(evil, tmp_path / "temporary").with_asprofile()
    before = content(evil)
    step = runner.step("lint", paths=shlex.join([*EVIL, "."]))
    assert step.status == 1
    assert len(re.findall(r"^::error file=", step.log, re.M)) == len(EVIL) + 1
    assert not re.search(r"^::error::", step.log, re.M)
    assert content(evil) == before


def test_action_runs_no_code_of_the_repository(runner: Runner) -> None:
    set_traps(runner.repository)
    assert runner.step("lint").status == 1
    assert not list(runner.repository.rglob("*.stolen"))


def set_traps(repository: Path) -> None:
    """The current directory is the repository, and it may have modules of all names."""
    trap = "import pathlib; pathlib.Path(__file__).with_suffix('.stolen').touch()\n"
    for name in ("asprofile", "venv", "pip", "click", "typing", "json", "ensurepip", "sitecustomize", "tomllib"):
        (repository / f"{name}.py").write_text(trap)


@pytest.mark.any_python
def test_pre_commit_itself(repository: Path, tmp_path: Path) -> None:
    """pre-commit installs asprofile from a repository with this checkout and runs the hooks."""
    if which("git") is None:
        pytest.skip("git is not installed")
    pre_commit = installed_pre_commit(tmp_path / "pre-commit")
    source = tmp_path / "asprofile"
    source.mkdir()
    for name in ("asprofile", "grammars", "sample_profiles", "man"):
        copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        copy(ROOT / name, source / name)
    commit(source)
    for name in EVIL if os.name != "nt" else ():
        (repository / name).write_text(GAP)
    commit(repository)
    before = content(repository)
    # To compile all that is installed takes longer than all else here.
    environment = plain_environment(
        PRE_COMMIT_HOME=str(tmp_path / "cache"), PRE_COMMIT_COLOR="never", PIP_NO_COMPILE="1"
    )
    del environment["PYTHONPATH"]  # what pre-commit has installed shall run
    command = [*pre_commit, "try-repo", source, "--all-files", "--verbose"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=600)
    if "No matching distribution" in done.stdout:
        without_index("pre-commit could not install what asprofile needs")
    assert done.returncode == 1, done.stdout
    assert "AP201" in done.stdout and "setup.cfg" not in done.stdout
    assert re.search(r"asprofile fmt\.+Passed", done.stdout)
    assert content(repository) == before


def installed_pre_commit(directory: Path) -> list[str]:
    """The command; pre-commit is installed into the directory unless there is one."""
    if find_spec("pre_commit") is not None:
        return [sys.executable, "-m", "pre_commit"]
    if (found := which("pre-commit")) is not None:
        return [found]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory], check=True)
    python = directory / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--quiet", "--disable-pip-version-check"]
    install = [*pip, "install", "--retries=0", "--no-compile", "pre-commit>=4"]
    done = subprocess.run(install, capture_output=True, text=True, timeout=600)
    if done.returncode:
        without_index(f"pre-commit could not be installed: {done.stderr.strip().splitlines()[-1:]}")
    return [str(python), "-m", "pre_commit"]


def without_index(reason: str) -> NoReturn:
    """CI has a package index; elsewhere there may be none."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(f"{reason}: is there a package index?")


def commit(directory: Path) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=directory, check=True)


# --- The example repository -------------------------------------------------------------------------------------------

PROFILES = sorted(EXAMPLE.glob("profiles/*.cfg"))


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
@pytest.mark.parametrize("release", ["3.6.7", asprofile.load.__defaults__[0]])
def test_example_profiles_are_clean_and_laid_out(path: Path, release: str) -> None:
    data = path.read_bytes()
    role = from_file(EXAMPLE / "asprofile.toml").role_of(str(path))
    findings = lint(Source(data, path.name), LintOptions(release, role)).findings
    assert [f"{finding.code} {finding.message}" for finding in findings] == []
    assert format_document(read(data)).data == data


def test_example_settings() -> None:
    settings = from_file(EXAMPLE / "asprofile.toml")
    assert settings.profile_files() == PROFILES != []


@pytest.mark.parametrize(
    "name", ["asprofile.toml", ".github/workflows/lint.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"]
)
def test_guide_shows_the_files_of_the_example(name: str) -> None:
    text = (EXAMPLE / name).read_text("utf-8")
    assert f' title="{name}"\n{text}```\n' in GUIDE
    if name.endswith("ml") and not name.endswith("toml"):
        assert load_yaml(EXAMPLE / name)


def test_example_names_this_version() -> None:
    """One revision everywhere, that of this version's tag."""
    for path in (*EXAMPLE.rglob("*.*"), *EXAMPLE.rglob(".*"), ROOT / "docs" / "ci.md"):
        if path.is_file():
            revisions = re.findall(r"\bv\d+\.\d+\.\d+", path.read_text("utf-8"))
            assert set(revisions) <= {f"v{asprofile.__version__}"}, path


def test_commands_of_the_gitlab_job(repository: Path, tmp_path: Path) -> None:
    """As they stand in the file, in a repository with a finding: the report is written and the job fails."""
    job = load_yaml(EXAMPLE / ".gitlab-ci.yml")["profiles"]
    program = tmp_path / "bin" / "asprofile"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m asprofile "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = plain_environment(PATH=path, CI_PROJECT_DIR=str(repository))
    statuses = [
        subprocess.run(["sh", "-c", line], cwd=repository, env=environment, capture_output=True).returncode
        for line in job["script"]
    ]
    assert statuses == [0, 1, 0]
    report = json.loads((repository / job["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    found = [(entry["check_name"], entry["location"]["path"]) for entry in report]
    assert found == [("numbering-gap", "profiles/ct.cfg")]


def test_guide_names_every_format() -> None:
    table = GUIDE.partition("| `--format` | For |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z]+)`", table)) - {"concise"} == set(LINT_FORMATS) - {"concise"}
    assert "`concise`" in table
