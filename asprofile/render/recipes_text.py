"""The recipes as a table, or what is in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.names import symbols, uids
from asprofile.names.releases import LATEST
from asprofile.printing import plural
from asprofile.render.columns import table

if TYPE_CHECKING:
    from asprofile.api.recipes import CountedRecipe, ListedRecipes
    from asprofile.render.look import ReportLook

_HEAD = ("Recipe", "Contexts", "SOP classes", "For whom")


def render(found: ListedRecipes, look: ReportLook) -> Iterator[str]:
    if found.is_list:
        listed = [(one.recipe, str(one.contexts)) for one in found.recipes]
        rows = [(one.name, contexts, str(len(one.classes)), one.whom) for one, contexts in listed]
        yield from table(_HEAD, rows, look.style, look.columns)
    else:
        for one in found.recipes:
            yield from _shown(one)


def _shown(counted: CountedRecipe) -> Iterator[str]:
    one = counted.recipe
    yield f"{one.name}: {one.whom}"
    yield f"{plural(counted.contexts, 'context')} in profile {one.profile}"
    for part in one.parts:
        role = "" if part.role == "default" else f"role {part.role.upper()}"
        extra = [word for word in ("optional" if part.optional else "", role) if word]
        yield ""
        yield part.comment + (f" ({', '.join(extra)})" if extra else "")
        yield f"    in {', '.join(part.syntaxes)}"
        yield from (f"    {_name(uid)}" for uid in part.classes)


def _name(uid: str) -> str:
    """DCMTK's name, or else the UID with what it is."""
    name = symbols.name_of(uid, LATEST)
    return name or f"{uid}  {uids.display_name(uid)}"
