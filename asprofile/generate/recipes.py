"""The recipes: what is offered together for a purpose, by SOP classes and families of transfer syntaxes.

They are declared in ``data/recipes.toml``, which describes the form. This module reads them and adds those that follow
from the tables of ``names``: everything, and the private SOP classes of a vendor.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from asprofile.errors import AsprofileError
from asprofile.generate.families import uid_of
from asprofile.model.words import Role
from asprofile.names import private, sop_classes
from asprofile.names.modalities import modality
from asprofile.names.sop_classes import StorageSopClass
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY, STANDARD_ROOT
from asprofile.program import command
from asprofile.resources import text_of


class UnknownRecipe(AsprofileError):
    """No recipe of that name."""


@dataclass(frozen=True, slots=True)
class RecipePart:
    """SOP classes that are offered alike, below one comment in the file.

    ``syntaxes`` are words of ``families``, the preferred first, each transfer syntax in a context of its own.
    ``optional`` parts are left out by ``--required-only``. ``role`` is the requestor's
    (PS3.7 D.3.3.4); one other than the default needs all transfer syntaxes in one context.
    """

    comment: str
    classes: tuple[str, ...]
    syntaxes: tuple[str, ...]
    optional: bool = False
    role: Role = "default"


@dataclass(frozen=True, slots=True)
class Recipe:
    """``profile`` is the name of the profile when nothing else is asked for; ``whom`` a sentence: for whom it is."""

    name: str
    profile: str
    whom: str
    parts: tuple[RecipePart, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Every SOP class, in order."""
        return tuple(dict.fromkeys(uid for part in self.parts for uid in part.classes))


def recipes() -> tuple[Recipe, ...]:
    """All of them, in the order in which they are shown."""
    return tuple(_by_name().values())


def recipe(name: str) -> Recipe:
    """The recipe of that name. Raises UnknownRecipe, with the nearest names."""
    found = _by_name().get(name.lower())
    if found is None:
        # Needed only when a name is wrong.
        from asprofile.names.suggest import nearest

        hint = nearest(name, _by_name())
        meant = f"did you mean {' or '.join(hint)}?" if hint else f"`{command('recipes')}` lists them"
        raise UnknownRecipe(f"no recipe {name!r}; {meant}")
    return found


@cache
def _by_name() -> dict[str, Recipe]:
    declared = _Declared(tomllib.loads(text_of("generate/data/recipes.toml")))
    everything = (*declared.recipes("recipe"), *_wide(), *declared.recipes("service"), *_vendors(declared))
    return {one.name: one for one in everything}


class _Declared:
    """The declarations, with their words."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self._tables = tables

    def recipes(self, table: str) -> Iterator[Recipe]:
        for one in self._tables[table]:
            yield Recipe(one["name"], one["profile"], one["whom"], tuple(map(self._part, one["part"])))

    def _part(self, said: dict[str, Any]) -> RecipePart:
        return RecipePart(
            said["comment"],
            self._classes(said["classes"]),
            self._words(said["syntaxes"], "syntaxes") if "syntaxes" in said else _NATIVE,
            said.get("optional", False),
            said.get("role", "default"),
        )

    def _classes(self, said: str) -> tuple[str, ...]:
        what, _, name = said.partition(" ")
        if what == "category":
            return _where(lambda one: one.category == name)
        if what == "second-generation":
            return _where(lambda one: one.category == name and _is_second_generation(one.uid))
        return tuple(map(uid_of, self._words(said, "classes")))

    def _words(self, said: str, table: str) -> tuple[str, ...]:
        lists = self._tables[table]
        return tuple(
            word
            for part in said.split()
            for word in (self._words(lists[part[1:-1]], table) if part.startswith("{") else (part,))
        )

    def beside(self, vendor: str) -> tuple[RecipePart, ...]:
        """What goes along with the private SOP classes of a vendor."""
        said = self._tables["beside"].get(vendor)
        if said is None:
            return ()
        return (
            RecipePart("Images", self._classes(said["images"]), ("uncompressed", "jpeg-lossless"), optional=True),
            RecipePart("Objects without pixels", self._classes(said["others"]), _NATIVE, optional=True),
        )


_NATIVE = ("uncompressed",)
# Of images that may have colour, and of video.
_ANY_PIXELS = ("jpeg-baseline", "uncompressed", "lossless", "jpeg-2000-lossy", "mpeg2", "mpeg4", "hevc")


def _where(wanted: Callable[[StorageSopClass], bool]) -> tuple[str, ...]:
    """The current Storage SOP classes whose facts fit."""
    return tuple(one.uid for one in sop_classes.storage_sop_classes() if one.status == "standard" and wanted(one))


def _is_second_generation(uid: str) -> bool:
    before, _, last = uid.rpartition(".")
    return before == f"{STANDARD_ROOT}5.1.4.1.1.481" and int(last) >= 10


def _wide() -> Iterator[Recipe]:
    images = _where(lambda one: one.pixel not in (None, "no"))
    everything = _where(lambda one: one.uid != MEDIA_STORAGE_DIRECTORY)
    yield Recipe(
        "all-images",
        "AllImages",
        "For senders and receivers of every kind of image of the standard; it is too large for one association.",
        tuple(_by_modality(images, _ANY_PIXELS)),
    )
    yield Recipe(
        "all-storage",
        "AllStorage",
        "For archives and routers: every current Storage SOP class; as a sender it is too large for one association.",
        tuple(_by_modality(everything, _ANY_PIXELS)),
    )


def _by_modality(classes: Iterable[str], syntaxes: tuple[str, ...]) -> Iterator[RecipePart]:
    grouped: dict[str, list[str]] = {}
    for uid in classes:
        grouped.setdefault(modality(uid), []).append(uid)
    for title, found in grouped.items():
        yield RecipePart(title, tuple(found), syntaxes)


def _vendors(declared: _Declared) -> Iterator[Recipe]:
    """One recipe for each vendor of the private SOP classes; firms that were bought go with who bought them."""
    firms: dict[str, list[str]] = {}
    for vendor in private.vendors():
        firms.setdefault(re.split(r"[ /(]", vendor)[0], []).append(vendor)
    for firm, vendors in firms.items():
        own = tuple(one.uid for vendor in vendors for one in private.by_vendor(vendor) if "kind" not in one.unsure)
        key = firm.lower()
        beside = declared.beside(key)
        parts = (RecipePart(f"Private SOP classes of {' and '.join(vendors)}", own, _NATIVE), *beside)
        whom = f"For systems of {', '.join(vendors)}: the private SOP classes that are known of them"
        yield Recipe(
            f"private-{key}",
            f"Private{firm[0].upper()}{firm[1:]}",
            f"{whom}, with the standard objects of such studies." if beside else f"{whom}.",
            parts,
        )
