"""What the site has beyond its Markdown (mkdocs.yml names this file): commands are copied without their prompts, a link
to the repository, the version.

Belongs here: what depends on where the site is built, or on the HTML that Markdown gives.
"""

from __future__ import annotations

import os
import re
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).resolve().parent.parent

VERSIONS = "SITE_HAS_VERSIONS"
"""Set by ``scripts/website``, which writes the list that the selector of versions loads."""

# Where those that build sites and run CI say what they build.
_CLONED_FROM = ("READTHEDOCS_GIT_CLONE_URL", "CI_PROJECT_URL")

_BLOCK = re.compile(r'<div class="(language-(?:console|pycon) highlight)">(?=(.*?)</div>)', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_PROMPTS = {"console": ("$ ", "> "), "pycon": (">>> ", "... ")}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    config.repo_url = repository(dict(os.environ))
    if config.repo_url:
        config.repo_name = "Repository"
    # Stands in the head and in the title of each page.
    config.site_name = f"{config.site_name} {version()}"
    if os.environ.get(VERSIONS):
        config.extra["version"] = {"provider": "mike"}
    return config


def on_page_content(html: str, **_: object) -> str:
    return _BLOCK.sub(_with_commands, html)


def _with_commands(block: re.Match[str]) -> str:
    """The theme's button copies what is in ``data-copy``."""
    kind = block[1].split("-", 1)[1].split()[0]
    commands = typed(kind, unescape(_TAG.sub("", block[2])))
    return f'<div class="{block[1]}" data-copy="{escape(commands)}">' if commands else block[0]


def typed(kind: str, shown: str) -> str:
    """Of what a terminal or Python's prompt shows, what somebody has typed."""
    first, next_ = _PROMPTS[kind]
    lines: list[str] = []
    goes_on = False
    for line in shown.split("\n"):
        if line.startswith(first):
            lines.append(line.removeprefix(first))
            goes_on = kind == "pycon" or line.endswith("\\")
        elif goes_on and line.startswith(next_.rstrip()):
            lines.append(line[len(next_) :])
            goes_on = kind == "pycon" or line.endswith("\\")
        else:
            goes_on = False
    return "\n".join(lines)


def version() -> str:
    found = re.search(r'^__version__ = "(.+)"$', (ROOT / "asprofile" / "__init__.py").read_text("utf-8"), re.MULTILINE)
    assert found is not None, "the package has a version"
    return found[1]


def repository(environment: dict[str, str]) -> str:
    """The address of the repository that the site is built from; empty if it has none that a browser can open."""
    server, name = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    found = [f"{server}/{name}" if server and name else "", *(environment.get(one, "") for one in _CLONED_FROM)]
    address = next(filter(None, found), "") or _origin()
    return address.removesuffix(".git") if address.startswith("https://") and "@" not in address else ""


def _origin() -> str:
    command = ["git", "-C", str(ROOT), "config", "--get", "remote.origin.url"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
