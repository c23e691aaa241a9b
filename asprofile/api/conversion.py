"""How objects are changed while they are sent: conversion, attributes that are set, invented identities; and what of
these cannot be together.

Conversion itself is in ``objects``, and imported only where one of these is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from asprofile.api.ranges import whole
from asprofile.api.words import words_of
from asprofile.errors import ConfigurationError
from asprofile.objects.as_it_is import AS_IT_IS, AsItIs
from asprofile.objects.preparing import Preparer
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.objects.converting import Policy
    from asprofile.objects.dictionaries import Dictionaries
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.rules import Changes

DICTIONARIES = "DCMDICTPATH"
POLICIES = ("never", "uncompressed", "lossless", "lossy")
# As many as DCMTK's storescu makes up.
PER_SERIES, PER_STUDY, PER_PATIENT = 100, 50, 25


class ConversionOptions(Value):
    """What may become of objects on their way, each with the name of its option.

    ``convert``: what may be converted where the peer does not take an object as it is: ``"never"``, ``"uncompressed"``
    (how uncompressed data sets are encoded), ``"lossless"`` (also lossless compression, by decompressing) or
    ``"lossy"``. ``compression_level``: 0 to 9, for what is converted to Deflated. ``max_object_size``: bytes beyond
    which an object is refused. ``old_vrs``: write OB for VRs newer than 1993. ``assignments``: attributes to set in
    each object, ``"KEYWORD=VALUE"``. ``dictionaries``: files with private elements, besides those of DCMDICTPATH.
    ``invent``: give each object made-up identities; ``invent_series``, ``invent_study`` and ``invent_patient``: so
    many objects, series, studies in one. ``send_truncated``: send objects that end too early as they are.
    """

    convert: str = "never"
    compression_level: int | None = None
    max_object_size: int | None = None
    old_vrs: bool = False
    assignments: tuple[str, ...] = ()
    dictionaries: tuple[str, ...] = ()
    invent: bool = False
    invent_series: int | None = None
    invent_study: int | None = None
    invent_patient: int | None = None
    send_truncated: bool = False

    def preparer(self) -> Preparer:
        """What the options ask for. Raises ConfigurationError for a value that is wrong, an option that would do
        nothing, and a dictionary that cannot be read.
        """
        self._check()
        change = self._change()
        if self.convert == "never" and self.compression_level is not None:
            raise ConfigurationError("@{compression_level} is for what is converted: give @{convert=uncompressed}")
        if self.convert == "never" and change is None and not self.old_vrs:
            if self.dictionaries:
                raise ConfigurationError(
                    "@{dictionaries} is for what is converted or set: give @{convert} or @{assignments}"
                )
            if self.max_object_size is not None:
                return AsItIs(truncated=self.send_truncated, max_size=self.max_object_size)
            return AsItIs(truncated=True) if self.send_truncated else AS_IT_IS
        from asprofile.objects.converting import DEFAULT_LEVEL, Converter
        from asprofile.objects.rules import WritingRules

        return Converter(
            policy=cast("Policy", self.convert),
            level=DEFAULT_LEVEL if self.compression_level is None else self.compression_level,
            max_size=self.max_object_size,
            rules=WritingRules(new_vrs=not self.old_vrs),
            dictionaries=self._dictionaries(),
            change=change,
            truncated=self.send_truncated,
        )

    def _check(self) -> None:
        if self.convert not in POLICIES:
            raise ConfigurationError(f"@{{convert}} is one of {', '.join(POLICIES)}, not {self.convert!r}")
        if self.compression_level is not None:
            whole("compression_level", self.compression_level, 0, 9)
        for name in ("max_object_size", "invent_series", "invent_study", "invent_patient"):
            if (given := getattr(self, name)) is not None:
                whole(name, given, 1)

    def _dictionaries(self) -> Dictionaries:
        from asprofile.objects.dictionaries import named_in, read_dictionaries

        return read_dictionaries(
            [*named_in(os.environ.get(DICTIONARIES, ""), os.pathsep), *words_of(self.dictionaries)]
        )

    def _change(self) -> Callable[[ObjectHeader], Changes] | None:
        counts = (self.invent_series, self.invent_study, self.invent_patient)
        inventing = self.invent or any(count is not None for count in counts)
        if not inventing and not self.assignments:
            return None
        from asprofile.objects.changes import changes_of, read_assignment, together

        settings = changes_of(map(read_assignment, words_of(self.assignments)))
        if not inventing:
            return lambda _: settings
        from asprofile.objects.inventing import Inventor

        series, studies, patients = counts
        return together(
            Inventor(series or PER_SERIES, studies or PER_STUDY, patients or PER_PATIENT),
            settings,
        )
