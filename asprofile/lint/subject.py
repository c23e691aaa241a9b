"""What the rules look at: a file, what is known about it, and views of it with slips repaired.

Rules use only this and yield hits; they never read the file themselves. What is known about a file is in ``facts``.
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

from asprofile.edit.numbering import number_of
from asprofile.lint import view as views
from asprofile.lint.facts import Facts
from asprofile.lint.slips.missing import MANDATORY
from asprofile.model.words import PREFIXES
from asprofile.syntax import Entry


class Subject(Facts):
    """A file under the linter."""

    @cached_property
    def is_foreign(self) -> bool:
        """Whether nothing in the file, with its slips mended, is like a part of an association profile."""
        if len(self.missing) < len(MANDATORY):
            return False
        mended = self.view("supersections").subject
        keys = (outside.item.key for outside in mended.outline.outside if isinstance(outside.item, Entry))
        return (
            len(mended.missing) == len(MANDATORY)
            and all(missing.clue == "none" for missing in mended.missing)
            and not any(number_of(key)[0] in PREFIXES for key in keys)
        )

    def view(self, layer: views.Layer) -> views.LayerView[Subject]:
        """The file as the rules of this layer see it: with the slips of the layers below repaired."""
        found = self._views.get(layer)
        if found is None:
            found = self._views[layer] = views.view(self, layer, self.view)
        return found

    @cached_property
    def _views(self) -> dict[views.Layer, views.LayerView[Subject]]:
        return {}


View: TypeAlias = views.LayerView[Subject]
