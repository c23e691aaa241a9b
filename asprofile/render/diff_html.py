"""A comparison of profiles as a page: the SOP classes of both, those that differ first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from asprofile.names.uids import display_name
from asprofile.printing import named, plural
from asprofile.render.diff_text import context_line, extended_line, role_line
from asprofile.report.axes import by_group, columns
from asprofile.report.html import page
from asprofile.report.matrix import Answer, Cell, CellState, Matrix, Row
from asprofile.report.paths import shareable

if TYPE_CHECKING:
    from asprofile.api.comparing import Difference, ProfileDifference
    from asprofile.model.config import Profile
    from asprofile.negotiate.compare import Comparison, Pair
    from asprofile.render.look import ReportLook

# Of a page that can still be looked through: profiles, what is said of a SOP class, and what is named in a sentence.
_MOST: Final = 50
_NOTES: Final = 8
_NAMED: Final = 4
_ALIKE: Final = "The same in both"


def render(found: Difference, _: ReportLook) -> Iterator[str]:
    pairs = [one for one in found.compared if not one.comparison.equal] or list(found.compared[:1])
    matrices = [_matrix(one, found.paths) for one in pairs[:_MOST]]
    alone = tuple(_alone(found))
    if len(matrices) == 1 and not alone and len(found.compared) == 1:
        yield page(matrices[0]).removesuffix("\n")
        return
    first, second = map(shareable, found.paths)
    same = sum(one.comparison.equal for one in found.compared)
    whole = len(found.compared) + len(found.only_first) + len(found.only_second)
    told = f"{same:,} of {plural(whole, 'profile')} {'means' if same == 1 else 'mean'} the same"
    more = (f"{len(pairs) - _MOST:,} more differ: without `--html` all are told.",) if len(pairs) > _MOST else ()
    overview = Matrix(
        "Profiles", (("First", first), ("Second", second)), (), (), (), Answer(told, same, whole, alone + more)
    )
    yield page(overview, *matrices, title=f"{first} and {second}: {told}").removesuffix("\n")


def _alone(found: Difference) -> Iterator[str]:
    """The profiles that only one of the files has."""
    for profiles, path in ((found.only_first, found.paths[0]), (found.only_second, found.paths[1])):
        if profiles:
            yield f"Only in {shareable(path)}: {_some([named(one.name) for one in profiles])}"


def _matrix(one: ProfileDifference, paths: tuple[str, str]) -> Matrix:
    """Each SOP class of either profile; those that mean the same in both are at the end."""
    found = one.comparison
    names = tuple(
        f"{shareable(path)}:{named(profile.name)}" for path, profile in zip(paths, (one.first, one.second), strict=True)
    )
    gone, new = frozenset(found.only_first), frozenset(found.only_second)
    syntaxes: dict[str, dict[str, None]] = {}
    for profile in (one.first, one.second):
        for context in profile.contexts:
            syntaxes.setdefault(context.abstract_syntax, {}).update(dict.fromkeys(context.transfer_syntaxes))
    notes = _notes(found)
    for uid in notes:
        # Extended negotiation and roles are of classes that have no context, too.
        syntaxes.setdefault(uid, {})

    def cell(uid: str, syntax: str) -> Cell:
        if (uid, syntax) in gone:
            return Cell(syntax, "no", "−")
        return Cell(syntax, "partly", "+") if (uid, syntax) in new else Cell(syntax, "yes")

    groups = by_group(syntaxes)
    ordered = [(uid, group) for uid, group in groups if uid in notes]
    ordered += [(uid, _ALIKE) for uid, _ in groups if uid not in notes]
    rows = tuple(
        Row(uid, display_name(uid), group, tuple(cell(uid, syntax) for syntax in syntaxes[uid]), notes.get(uid, ()))
        for uid, group in ordered
    )
    legend: tuple[tuple[CellState, str], ...] = (
        ("yes", "In both"),
        ("no", f"Only in {names[0]} (−)"),
        ("partly", f"Only in {names[1]} (+)"),
        ("none", "In neither"),
    )
    across = columns(syntax for uid in syntaxes for syntax in syntaxes[uid])
    facts = (("First", _about(one.first, names[0])), ("Second", _about(one.second, names[1])))
    return Matrix(f"{names[0]} and {names[1]}", facts, legend, across, rows, _answer(found, names, len(notes), rows))


def _about(profile: Profile, name: str) -> str:
    return f"{name}, {plural(len(profile.contexts), 'context')}"


def _notes(found: Comparison) -> dict[str, tuple[str, ...]]:
    """What is to be said of each SOP class that differs, as the lines of the text say it, with a sign in front."""
    lines: dict[str, list[str]] = {}
    for context in found.contexts:
        lines.setdefault(context.abstract_syntax, []).append(context_line(context))
    for role in found.roles:
        lines.setdefault(role.sop_class, []).append(role_line(role))
    for item in found.extended:
        lines.setdefault(item.sop_class, []).append(extended_line(item))
    return {uid: _shown(said) for uid, said in lines.items()}


def _shown(said: list[str]) -> tuple[str, ...]:
    return (*said[:_NOTES], f"and {len(said) - _NOTES:,} more differences") if len(said) > _NOTES else tuple(said)


def _answer(found: Comparison, names: tuple[str, ...], differ: int, rows: tuple[Row, ...]) -> Answer:
    if found.equal:
        return Answer("Both mean the same", 1, 1)
    advice = [
        f"Only in {name}: {_some(list(_by_class(pairs)))}"
        for name, pairs in zip(names, (found.only_first, found.only_second), strict=True)
        if pairs
    ]
    if found.contexts and not advice:
        advice.append(
            "Both have the same SOP classes with the same transfer syntaxes, in other contexts: see the notes."
        )
    if found.roles:
        advice.append(f"Another role: {_some([display_name(role.sop_class) for role in found.roles])}")
    if found.extended:
        advice.append(f"Other extended negotiation: {_some([display_name(item.sop_class) for item in found.extended])}")
    whole = len(rows)
    text = f"{differ:,} of {whole:,} SOP class{'es' * (whole != 1)} differ{'s' * (differ == 1)}"
    return Answer(text, whole - differ, whole, tuple(advice))


def _by_class(pairs: tuple[Pair, ...]) -> Iterator[str]:
    syntaxes: dict[str, list[str]] = {}
    for uid, syntax in pairs:
        syntaxes.setdefault(uid, []).append(syntax)
    for uid, those in syntaxes.items():
        what = display_name(those[0]) if len(those) == 1 else f"{len(those)} transfer syntaxes"
        yield f"{display_name(uid)} in {what}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
