"""The settings of a file that an editor shows or a workspace has."""

from __future__ import annotations

from pathlib import Path

from asprofile.lint.run import LintOptions
from asprofile.lint.select import expanded, selected
from asprofile.settings.finding import nearest
from asprofile.settings.project import ProjectSettings


def options_for(path: str, project: ProjectSettings | None = None) -> LintOptions:
    """How the file is linted: as the nearest settings file has it, which is ``project`` where that is known. Raises
    ConfigurationError where it is wrong.
    """
    if project is None:
        project = nearest(Path(path).parent)
    select = project.lint.select + project.lint.extend_select
    ignore = project.lint.ignore + expanded(project.ignored_in(path))
    selected(select, ignore)
    return LintOptions(project.release, project.role_of(path), select, ignore)
