"""Reading and writing the file of a baseline. Its paths are relative to the directory it is in, so that it means the
same wherever the command is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from asprofile.api.files import MAX_SIZE
from asprofile.cli.reporting import say
from asprofile.errors import ConfigurationError
from asprofile.lint.baseline import Known, parsed, written
from asprofile.lint.render.paths import relative
from asprofile.lint.run import LintReport
from asprofile.printing import printable
from asprofile.program import quoted
from asprofile.regular import read_regular


class BaselineFile:
    """A baseline under its name."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._directory = str(name.absolute().parent)

    def write(self, reports: Iterable[LintReport]) -> None:
        """Put all findings into the file; raises Unwritable."""
        data = written(reports, self._path).encode("ascii")
        if len(data) > MAX_SIZE:
            raise ConfigurationError(
                f"{self.name}: not written: the baseline would be larger than {MAX_SIZE >> 20} MiB"
            )
        # Not needed for reading one.
        from asprofile.cli.writing import write_file

        write_file(str(self.name), data, force=True, protected=_protected)

    def without_known(self, reports: Sequence[LintReport], ran: frozenset[str], *, quiet: bool) -> list[LintReport]:
        """The reports with new findings only; what is in the file and no longer found is said on stderr.

        ``ran`` are the codes of the rules that ran: of others nothing can be said.
        """
        try:
            baseline = parsed(read_regular(self.name, MAX_SIZE))
        except FileNotFoundError:
            name = str(self.name)
            hint = f"--write-baseline{'=' if name.startswith('-') else ' '}{quoted(name)} makes one"
            raise ConfigurationError(f"{self.name}: no such file; {hint}") from None
        except OSError as error:
            raise ConfigurationError(f"{self.name}: {error.strerror or error}, so no baseline") from None
        except ConfigurationError as error:
            raise ConfigurationError(f"{self.name}: {error}") from None
        new, left = baseline.without_known(reports, self._path)
        if not quiet:
            self._say_stale(left, {self._path(report.source.path) for report in reports}, ran)
        return new

    def _say_stale(self, left: dict[Known, int], checked: set[str], ran: frozenset[str]) -> None:
        for known, count in left.items():
            gone = known.path in checked or not Path(self._directory, known.path).exists()
            if gone and known.code in ran:
                times = f" ({count} times)" if count > 1 else ""
                place = f"{known.path}: {known.code} in the line {known.line!r}{times}"
                say(f"info: {printable(str(self.name))}: no longer found: {printable(place)}", err=True)

    def check(self) -> None:
        """Before anything is done for it: that the file may be written. Raises Unwritable."""
        from asprofile.cli.writing import writable_later

        writable_later(str(self.name), _protected)

    def _path(self, name: str) -> str:
        return relative(name, str(Path.cwd()), self._directory, climb=True)


def _protected(data: bytes) -> str | None:
    """What is no baseline of any version."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return "no baseline: not JSON"
    is_one = (
        isinstance(found, dict) and isinstance(found.get("findings"), list) and set(found) == {"version", "findings"}
    )
    return None if is_one else "no baseline, which has a version and findings"
