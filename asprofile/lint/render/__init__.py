"""What the linter found, as text: one file a format, with ``render(reports, look)``: lines without line ends.

The module of a format has its name. A new format is that file, and a row in ``LINT_FORMATS``.
"""

from __future__ import annotations

from typing import Literal

FileNames = Literal["people", "given", "repository"]
"""How a format has the names of files: from the current directory and easy to read, as they were given, or from the
root of the repository, as services want them."""

LINT_FORMATS: dict[str, FileNames] = {
    "text": "people",
    "concise": "people",
    "json": "given",
    "sarif": "repository",
    "github": "repository",
    "gitlab": "repository",
    "junit": "repository",
    "checkstyle": "repository",
    "rdjson": "repository",
}
