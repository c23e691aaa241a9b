"""What this program is called: on a package index, and by whoever started it.

On the package index the name ``asprofile`` belongs to another program, which has a command of that name, too. So the
distribution is called otherwise; the package, the command and the settings are ``asprofile``.
"""

from __future__ import annotations

DISTRIBUTION = "dicom-asprofile"
"""The name in ``pyproject.toml``: what is installed, and what an extra belongs to."""


def installing(extra: str) -> str:
    """The command that installs what one of the extras needs, quoted for a shell (in zsh brackets are a pattern)."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
