"""A comparison of profiles as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from asprofile.names.uids import display_name
from asprofile.printing import named, plural, printable

if TYPE_CHECKING:
    from asprofile.api.comparing import Difference
    from asprofile.model.config import Profile
    from asprofile.negotiate.compare import Comparison, ContextDifference, ExtendedDifference, RoleDifference
    from asprofile.render.look import ReportLook


_PAIRS: Final = ("pair of SOP class and transfer syntax", "pairs of SOP class and transfer syntax")
_PROFILES: Final = ("profile", "profiles")


def render(found: Difference, look: ReportLook) -> Iterator[str]:
    style = look.style
    paths = [printable(name) for name in found.paths]
    for one in found.compared:
        if one.comparison.equal:
            continue
        yield style(f"--- {paths[0]}:{named(one.first.name)}, {_counted(one.first)}", "bold")
        yield style(f"+++ {paths[1]}:{named(one.second.name)}, {_counted(one.second)}", "bold")
        for line in _differences(one.comparison):
            yield style(line, {"-": "red", "+": "green"}.get(line[0], "cyan"))
    for mine in found.only_first:
        yield style(f"- profile {named(mine.name)}, {_counted(mine)}: only in {paths[0]}", "red")
    for theirs in found.only_second:
        yield style(f"+ profile {named(theirs.name)}, {_counted(theirs)}: only in {paths[1]}", "green")
    yield summary(found)


def summary(found: Difference) -> str:
    """All of it in one line, for people; a monitor reads the exit status."""
    first, second = (printable(name) for name in found.paths)
    if found.equal:
        return f"{first} and {second}: they mean the same"
    both = [one.comparison for one in found.compared]
    gone, new = sum(len(one.only_first) for one in both), sum(len(one.only_second) for one in both)
    counts = (
        ("-", gone, _PAIRS),
        ("+", new, _PAIRS),
        ("-", len(found.only_first), _PROFILES),
        ("+", len(found.only_second), _PROFILES),
        ("!", sum(len(one.roles) for one in both), ("role", "roles")),
        ("!", sum(len(one.extended) for one in both), ("extended negotiation", "extended negotiations")),
    )
    told = [f"{sign} {count:,} {words[count != 1]}" for sign, count, words in counts if count]
    return f"{first} and {second} differ: {', '.join(told) or 'the same pairs in other contexts'}"


def _counted(profile: Profile) -> str:
    return plural(len(profile.contexts), "context")


def _differences(found: Comparison) -> Iterator[str]:
    for context in found.contexts:
        yield context_line(context)
    yield from map(role_line, found.roles)
    yield from map(extended_line, found.extended)
    if found.contexts and not found.only_first and not found.only_second:
        yield "  (both have the same SOP classes with the same transfer syntaxes, in other contexts)"


def role_line(role: RoleDifference) -> str:
    return f"! role of {_name(role.sop_class)}: {role.first}, then {role.second}"


def extended_line(item: ExtendedDifference) -> str:
    first, second = ("none" if data is None else named(data.hex()) for data in (item.first, item.second))
    return f"! extended negotiation of {_name(item.sop_class)}: {first}, then {second}"


def context_line(context: ContextDifference) -> str:
    """A context that one of the profiles has (more often): - the first, + the second."""
    more = context.first > context.second
    sign, count = ("-", context.first - context.second) if more else ("+", context.second - context.first)
    names = ", ".join(map(_name, context.transfer_syntaxes))
    times = f" ({count} times)" if count > 1 else ""
    both = " (once more)" if min(context.first, context.second) and count == 1 else ""
    order = " (in another order)" if context.reordered else ""
    return f"{sign} {_name(context.abstract_syntax)}: {names}{times}{both}{order}"


def _name(uid: str) -> str:
    return named(display_name(uid))
