"""What a release consists of, as far as it can be seen without the services that make it: workflows and image."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import asprofile

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the dependency group docs")

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_actions_are_pinned_by_hash(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_have_few_rights_and_an_end(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            # What comes from outside reaches a command as a variable, never as a part of it.
            assert "${{" not in step.get("run", "")


def test_one_action_has_one_version() -> None:
    used: dict[str, set[str]] = {}
    for path in (*WORKFLOWS, ROOT / "action.yml"):
        for name, version in re.findall(r"uses: ([\w./-]+)@(.*)", path.read_text("utf-8")):
            used.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in used.items() if len(versions) > 1} == {}


def test_the_workflow_of_all_systems_runs_the_oldest_and_the_newest_python() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))
    matrix = workflow["jobs"]["tests"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "windows", "macos"}
    named = re.findall(r"Python :: (3\.\d+)\"", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert matrix["python"] == [named[0], named[-1]]


def test_what_has_a_version_has_that_of_the_package() -> None:
    """The distributions take theirs from the package, the image from them; what the workflow asks of a tag is true."""
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heading, *older = re.findall(r"^## \[(.+)\] - \d{4}-\d\d-\d\d$", changes, re.M)
    assert len(older) + 1 == len(re.findall("^## ", changes, re.M))
    editors = ROOT / "editors"
    package, lock = (
        json.loads((editors / "vscode" / f"{name}.json").read_text()) for name in ("package", "package-lock")
    )
    (mode,) = re.findall(r"^;; Version: (.+)$", (editors / "emacs" / "asprofile-mode.el").read_text("utf-8"), re.M)
    extension = re.findall(r"^## (.+)$", (editors / "vscode" / "CHANGELOG.md").read_text("utf-8"), re.M)[0]
    found = [heading, package["version"], lock["version"], lock["packages"][""]["version"], mode, extension]
    assert set(found) == {asprofile.__version__}
    asked = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert '"__version__ = \\"${TAG#v}\\""' in asked
    assert f'__version__ = "{heading}"\n' in (ROOT / "asprofile" / "__init__.py").read_text("utf-8")


def test_the_image_has_what_it_copies() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)", text, re.M) for word in line.split()[:-1]]
    assert {"asprofile", "requirements-run.lock"} <= set(copied)
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored
    assert re.findall(r"^USER (.*)", text, re.M) == ["10001:10001"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.name
)
def test_forms_of_issues(path: Path) -> None:
    form: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    if path.name == "config.yml":
        assert form["contact_links"]
        return
    assert form["name"] and form["description"]
    identifiers = [field["id"] for field in form["body"] if field["type"] != "markdown"]
    assert len(identifiers) == len(set(identifiers)) >= 3
    assert re.search("patients' data|Replace names", path.read_text("utf-8"))


def test_a_release_is_built_in_an_empty_directory_only(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").touch()
    done = subprocess.run([ROOT / "scripts" / "release", tmp_path], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
