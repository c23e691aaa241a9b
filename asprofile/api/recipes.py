"""The recipes that ``generate`` makes profiles from, as ``recipes`` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asprofile.errors import ProposalError
from asprofile.generate.arrange import Arrangement, arrange
from asprofile.generate.recipes import Recipe, recipe, recipes
from asprofile.generate.wish import completed, from_recipe
from asprofile.names import symbols
from asprofile.names.releases import LATEST

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class CountedRecipe:
    """A recipe, and how many presentation contexts a requestor's profile has of it."""

    recipe: Recipe
    contexts: int


@dataclass(frozen=True, slots=True)
class ListedRecipes:
    """Recipes to be shown; with ``is_list`` all there are, a line for each."""

    recipes: tuple[CountedRecipe, ...]
    is_list: bool

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile recipes --json`` prints (docs/schema/recipes.json)."""
        return {"version": JSON_VERSION, "recipes": [_object(one) for one in self.recipes]}


def listed_recipes(name: str | None = None) -> ListedRecipes:
    """The recipe of that name; all of them for None. Raises UnknownRecipe."""
    chosen = recipes() if name is None else (recipe(name),)
    return ListedRecipes(tuple(CountedRecipe(one, _count(one)) for one in chosen), is_list=name is None)


def _count(one: Recipe) -> int:
    wishes = completed(from_recipe(one), acceptor=False, with_classes=True)
    try:
        requests = arrange(wishes, Arrangement(one.profile, split=True))
    except ProposalError:  # pragma: no cover - every recipe can be arranged, which a test holds
        return 0
    return sum(len(request.contexts) for request in requests)


def _object(counted: CountedRecipe) -> dict[str, Any]:
    one = counted.recipe
    return {
        "name": one.name,
        "profile": one.profile,
        "for": one.whom,
        "contexts": counted.contexts,
        "parts": [
            {
                "title": part.comment,
                "optional": part.optional,
                "role": part.role,
                "transfer_syntaxes": list(part.syntaxes),
                "sop_classes": [{"uid": uid, "name": symbols.name_of(uid, LATEST)} for uid in part.classes],
            }
            for part in one.parts
        ],
    }
