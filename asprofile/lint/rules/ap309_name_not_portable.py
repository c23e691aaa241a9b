"""AP309: names that the release before, or the newest release, does not know."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject
from asprofile.model import uid as model_uid
from asprofile.names import symbols
from asprofile.names.releases import LATEST, RELEASES, at_least
from asprofile.text import Edit, encode

# What the long-term releases of Debian and Ubuntu ship.
IN_WIDE_USE = "3.6.7"


def check(subject: Subject) -> Iterator[Hit]:
    if subject.not_uids:
        return
    names = [field for field in subject.uid_fields if field.uid is not None and field.text != field.uid.encode()]
    for before in _older(subject.release):
        unknown = _unknown(names, before)
        if unknown:
            yield from _hit(unknown, f"DCMTK {before} and older do not load this file")
            break
    if subject.release != LATEST:
        yield from _hit(_unknown(names, LATEST), f"DCMTK {LATEST} does not load this file")


def _older(release: str) -> list[str]:
    """The releases before this one, newest first, down to the oldest that is still in wide use."""
    number = RELEASES.index(release)
    return [
        before
        for before in reversed(RELEASES[:number])
        if at_least(before, IN_WIDE_USE) or before == RELEASES[number - 1]
    ]


def _unknown(fields: list[UidField], release: str) -> list[UidField]:
    known = symbols.names_in(release)
    return [
        field
        for field in fields
        if (name := model_uid.symbol(field.text)) not in known and name not in model_uid.MACHINE_DEPENDENT
    ]


def _hit(unknown: list[UidField], what: str) -> Iterator[Hit]:
    """One for the file, at the first of the names."""
    if not unknown:
        return
    first = unknown[0]
    count = len({field.uid for field in unknown})
    more = f" and {count - 1} more names" if count > 2 else " and one more name" if count == 2 else ""
    edits = tuple(Edit(field.span, encode(field.uid or "")) for field in unknown)
    fix = Fix(f"write UIDs in {len(edits)} places" if len(edits) > 1 else f"write {first.uid}", edits, safe=False)
    message = f"{what}: not known there is {model_uid.symbol(first.text)}{more}; a UID would load everywhere"
    yield Hit(first.span, message, fix)


RULE = Rule(
    code="AP309",
    name="name-not-portable",
    severity="info",
    summary="Releases of DCMTK that are still in use do not load the file, because of a name",
    why="""\
DCMTK refuses a whole file for one symbolic name that it does not know. Each release adds names, and some releases
rename one. There is one finding for a file that uses names which the release before the one given with `--release`, or
one from 3.6.7 on, does not have, and one if the newest release no longer has a name. Where the file goes to machines
with other releases, UIDs are the safe way: every release takes them.
""",
    reference="DCMTK's table of UID names (dcuid.cc)",
    examples=(
        Example(
            frame="contexts",
            release="3.6.3",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = RETIRED_VLMultiFrameImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = 1.2.840.10008.5.1.4.1.1.77.2\\Uncompressed
""",
            at="RETIRED_VLMultiFrameImageStorage",
        ),
    ),
    check=check,
)
