"""The name: nothing in the project tells anybody to install the other program that is called ``asprofile``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from shutil import which

import pytest

import asprofile
from asprofile.program import DISTRIBUTION, installing, quoted

ROOT = Path(__file__).resolve().parents[1]
TEXTS = {".py", ".md", ".yml", ".yaml", ".toml", ".cfg", ".lock", ".txt", ".json", ".tsv", ".js", ".css", ".lark", ""}

# A name that an installer would look up: no part of a longer one, no path, no address.
NAME = r"(?<![\w./@-])asprofile(?![\w./-])"
INSTALLERS = r"\b(?:pip3?|pipx|uv|uvx|poetry|pdm|rye|conda|mamba|easy_install)\b"
OTHER_PROGRAM = re.compile(
    "|".join(
        (
            # Between the installer and the name stand what it is to do, and options.
            rf"{INSTALLERS}(?:[ \t]+(?:install|tool|pip|add|run|inject|--?[\w-]+(?:[= ]\S+)?))*[ \t]+[\"']?{NAME}",
            rf"{NAME}\[(?:yaml|keyring|lsp|codecs|metrics|[a-z]+,[a-z]+)",
            rf"{NAME} ?(?:==|>=|~=|<=|@ (?:git|http|file))",
            r"(?:version|distribution|metadata|requires|files)\([\"']asprofile[\"']",
            r"(?:pypi\.org/(?:project|simple|p)|pypi\.python\.org/pypi)/asprofile\b",
        )
    )
)


def texts() -> list[Path]:
    """The files of the project, as git knows them; as they lie about where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode == 0 and listed.stdout:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not {".git", ".venv", "site"} & set(path.parts)]
    return [path for path in found if path.suffix in TEXTS and path.is_file() and path != Path(__file__)]


@pytest.mark.parametrize(
    "text",
    [
        "pip install asprofile",
        "python3 -m pip install --user asprofile",
        "pip install 'asprofile[yaml]'",
        'pip install "asprofile[lsp]"',
        "pipx install asprofile",
        "uv tool install asprofile",
        "uvx asprofile",
        "uv pip install -U asprofile",
        "pipx run asprofile lint",
        "To read YAML, install asprofile[yaml].",
        'pip install "asprofile @ git+https://git.example.org/asprofile@v1"',
        "additional_dependencies: [asprofile==1.0]",
        'version("asprofile")',
        "https://pypi.org/project/asprofile/",
    ],
)
def test_the_other_program_is_recognised(text: str) -> None:
    assert OTHER_PROGRAM.search(text)


@pytest.mark.parametrize(
    "text",
    [
        f"pip install {DISTRIBUTION}",
        installing("yaml"),
        f'pip install "{DISTRIBUTION} @ git+https://git.example.org/asprofile@v1"',
        "~/asprofile/bin/pip install .",
        "python3 -m venv ~/asprofile",
        'version("dicom-asprofile")',
        "# asprofile: ignore[AP201]",
    ],
)
def test_this_program_is_not_taken_for_it(text: str) -> None:
    assert not OTHER_PROGRAM.search(text)


def test_nobody_is_told_to_install_the_other_program() -> None:
    found = []
    for path in texts():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a profile with odd bytes
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in OTHER_PROGRAM.finditer(text)]
    assert found == []


def test_the_name_is_written_once_in_the_code() -> None:
    holders = [path for path in (ROOT / "asprofile").rglob("*.py") if DISTRIBUTION in path.read_text("utf-8")]
    # The second is the help of a command, which has to be a literal.
    assert sorted(path.relative_to(ROOT).as_posix() for path in holders) == [
        "asprofile/cli/convert.py",
        "asprofile/program.py",
    ]


def test_the_distribution_is_called_so() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == DISTRIBUTION
    assert project["scripts"] == {"asprofile": "asprofile.cli:main"}
    for extra in project["optional-dependencies"]:
        assert installing(extra) == f"pip install '{DISTRIBUTION}[{extra}]'"


def test_what_is_installed_here_is_called_so() -> None:
    installed = distribution(DISTRIBUTION)
    assert installed.version == asprofile.__version__
    assert [entry.name for entry in installed.entry_points] == ["asprofile"]


def test_it_starts_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "asprofile", "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"asprofile {asprofile.__version__}\n")


@pytest.mark.parametrize(
    "word",
    [
        *(
            "plain",
            "a b",
            "",
            "-x",
            "it's",
            '"q"',
            "$HOME",
            "`id`",
            "$(id)",
            "a;b",
            "a\nb",
            "a\rb'c\\d",
            "\x1b[31m",
            "é",
        ),
        *("\udcff", "!x", "~", "*"),
    ],
    ids=repr,
)
def test_a_command_can_be_pasted(word: str) -> None:
    if which("bash") is None:
        pytest.skip("bash is not installed")
    pasted = quoted(word)
    assert pasted.isprintable()
    done = subprocess.run(["bash", "-c", f"printf %s {pasted}"], capture_output=True)
    assert done.stdout == os.fsencode(word)


def test_a_command_begins_as_the_program_was_started(tmp_path: Path) -> None:
    """Where another program has the name, `asprofile ...` would be that one."""
    Path(tmp_path, "asprofile.toml").write_text('[peers.a]\naddress="h:1"\nidentity={ user="u", password="env:HOME" }')
    started = [sys.executable, "-P", "-m", "asprofile"]
    done = subprocess.run([*started, "echo", "a"], cwd=tmp_path, capture_output=True, text=True)
    assert f"`{sys.executable} -P -m asprofile trust " in done.stderr
    usage = subprocess.run([*started, "echo"], cwd=tmp_path, capture_output=True, text=True).stderr
    assert f"Usage: {sys.executable} -P -m asprofile echo" in usage.replace("\n", " ")
