"""The settings in effect, as ``--show-settings`` prints them: the text of an ``asprofile.toml`` that says the same."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.cli.toml_text import toml
from asprofile.lint.hit import Severity
from asprofile.lint.run import LintOptions
from asprofile.lint.select import selected
from asprofile.printing import printable
from asprofile.settings.project import ProjectSettings


def settings_text(project: ProjectSettings, settings: LintOptions, fail_on: Severity) -> Iterator[str]:
    """Lines without line ends; ``settings`` and ``fail_on`` are those of the project with the options applied."""
    origin = printable(str(project.path)) if project.path else "the defaults"
    yield f"# from {origin}, with the options of the command line"
    yield f"release = {toml(settings.release)}"
    yield f"role = {toml(settings.role)}" if settings.role else "# role: inferred"
    yield f"profiles = {toml(project.profiles)}"
    yield f"exclude = {toml(project.exclude)}"
    if project.per_file_role:
        yield ""
        yield "[per-file-role]"
        for pattern, role in project.per_file_role:
            yield f"{toml(pattern)} = {toml(role)}"
    yield ""
    yield "[lint]"
    yield f"select = {toml(settings.select)}"
    yield f"ignore = {toml(settings.ignore)}"
    yield f"fail-on = {toml(fail_on)}"
    rules = selected(settings.select, settings.ignore)
    yield f"# {len(rules)} rules run: {', '.join(rule.code for rule in rules)}"
    if project.lint.per_file_ignores:
        yield ""
        yield "[lint.per-file-ignores]"
        for pattern, codes in project.lint.per_file_ignores:
            yield f"{toml(pattern)} = {toml(codes)}"
    if project.peers:
        from asprofile.cli.peers_text import peers_text

        yield ""
        yield from peers_text(project.peers)
