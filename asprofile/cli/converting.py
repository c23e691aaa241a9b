"""The options of ``asprofile send`` that say what becomes of objects on their way, and the preparer they make.

Belongs here: ``--convert``, ``--set``, inventing, dictionaries, DICOMDIRs as input, and what cannot be together. Does
not belong here: conversion itself (``objects``), which is imported only when one of these is used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from asprofile.cli.options import CONVERSION, Choice, option
from asprofile.objects.as_it_is import AS_IT_IS, AsItIs
from asprofile.objects.preparing import Preparer
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.objects.converting import Policy
    from asprofile.objects.dictionaries import Dictionaries
    from asprofile.objects.header import HeaderReading, Judge, ObjectHeader, Unreadable
    from asprofile.objects.rules import Changes

    # Generic in the stubs of click, but not in every click that is installed.
    _IntType = click.ParamType[int]
else:
    _IntType = click.ParamType

F = TypeVar("F", bound=Callable[..., Any])

DICTIONARIES = "DCMDICTPATH"
POLICIES = ("never", "uncompressed", "lossless", "lossy")
# As many as DCMTK's storescu makes up.
_PER_SERIES, _PER_STUDY, _PER_PATIENT = 100, 50, 25


class ConversionOptions(Value):
    """The values of ``conversion``, as they were given."""

    convert: str
    compression_level: int | None
    max_object_size: int | None
    old_vrs: bool
    assignments: tuple[str, ...]
    dictionaries: tuple[str, ...]
    invent: bool
    invent_series: int | None
    invent_study: int | None
    invent_patient: int | None
    send_truncated: bool

    @classmethod
    def taken_from(cls, given: dict[str, Any]) -> ConversionOptions:
        """Take the values out of those of a command."""
        return cls(**{name: given.pop(name) for name in cls._fields})

    def preparer(self, environment: Mapping[str, str] = os.environ) -> Preparer:
        """What the options ask for. Raises ConfigurationError for a value that is wrong, and for a dictionary that
        cannot be read; UsageError for an option that would do nothing.
        """
        change = self._change()
        if self.convert == "never" and self.compression_level is not None:
            raise click.UsageError("--compression-level is for what is converted: give --convert uncompressed.")
        if self.convert == "never" and change is None and not self.old_vrs:
            if self.dictionaries:
                raise click.UsageError("--dictionary is for what is converted or set; give --convert or --set.")
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
            dictionaries=self._dictionaries(environment),
            change=change,
            truncated=self.send_truncated,
        )

    def _dictionaries(self, environment: Mapping[str, str]) -> Dictionaries:
        from asprofile.objects.dictionaries import named_in, read_dictionaries

        return read_dictionaries([*named_in(environment.get(DICTIONARIES, ""), os.pathsep), *self.dictionaries])

    def _change(self) -> Callable[[ObjectHeader], Changes] | None:
        counts = (self.invent_series, self.invent_study, self.invent_patient)
        inventing = self.invent or any(count is not None for count in counts)
        if not inventing and not self.assignments:
            return None
        from asprofile.objects.changes import changes_of, read_assignment, together

        settings = changes_of(map(read_assignment, self.assignments))
        if not inventing:
            return lambda _: settings
        from asprofile.objects.inventing import Inventor

        series, studies, patients = counts
        return together(
            Inventor(series or _PER_SERIES, studies or _PER_STUDY, patients or _PER_PATIENT),
            settings,
        )


def conversion(function: F) -> F:
    """Options with the names of Conversion's fields."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function


class _Size(_IntType):
    """A number of bytes, or of KiB, MiB or GiB with K, M or G after it."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"([1-9][0-9]{0,18})([KMG]?)", str(value), re.ASCII)
        if found is None:
            self.fail(f"{value!r} is not a number of bytes; write for example 500M or 4G", param, ctx)
        return int(found[1]) << 10 * " KMG".index(found[2] or " ")


_COUNT = click.IntRange(1)
_OPTIONS = (
    option(
        "--convert",
        heading=CONVERSION,
        type=Choice(POLICIES),
        default="never",
        show_default=True,
        help="What may be converted where the peer does not take an object as it is: nothing; how uncompressed data "
        "sets are encoded; also lossless compression, by decompressing; also lossy compression.",
    ),
    option(
        "--compression-level",
        heading=CONVERSION,
        type=click.IntRange(0, 9),
        metavar="0-9",
        help="For what is converted to Deflated: 1 is fast, 9 is small, 0 does not compress.  [default: 6]",
    ),
    option(
        "--max-object-size",
        heading=CONVERSION,
        type=_Size(),
        metavar="SIZE",
        help="Refuse objects that are longer after they were inflated or decompressed, to send them in another way or "
        "with --set, and deflated ones that go as they are, which are inflated to see whether they are whole; bytes, "
        "or 500M, 4G.  [default: 2G, and 16G for what goes as it is]",
    ),
    option(
        "--old-vrs",
        heading=CONVERSION,
        is_flag=True,
        help="Write OB for VRs newer than 1993 (UN, UT and others) in each object.",
    ),
    option(
        "--set",
        "assignments",
        heading=CONVERSION,
        multiple=True,
        metavar="KEYWORD=VALUE",
        help="Set an attribute in each object; (gggg,eeee) and Sequence[0].Keyword work as well. Any number of times.",
    ),
    option(
        "--dictionary",
        "dictionaries",
        heading=CONVERSION,
        multiple=True,
        metavar="FILE",
        help=f"Private elements that a conversion should know (DCMTK's .dic); besides those that {DICTIONARIES} names.",
    ),
    option(
        "--invent",
        heading=CONVERSION,
        is_flag=True,
        help="Give each object made-up identities, from instance to patient.",
    ),
    option(
        "--invent-series",
        heading=CONVERSION,
        type=_COUNT,
        metavar="N",
        help=f"The same, a series for N objects.  [default: {_PER_SERIES}]",
    ),
    option(
        "--invent-study",
        heading=CONVERSION,
        type=_COUNT,
        metavar="N",
        help=f"The same, a study for N series.  [default: {_PER_STUDY}]",
    ),
    option(
        "--invent-patient",
        heading=CONVERSION,
        type=_COUNT,
        metavar="N",
        help=f"The same, a patient for N studies.  [default: {_PER_PATIENT}]",
    ),
    option(
        "--send-truncated",
        heading=CONVERSION,
        is_flag=True,
        help="Send objects as they are that end too early, or in which something is longer than what it is in. Without "
        "it they are refused.",
    ),
)


def listed(
    paths: Iterable[str], *, reading: HeaderReading, where: Judge | None = None
) -> Iterator[ObjectHeader | Unreadable]:
    """The objects that DICOMDIRs list."""
    from asprofile.objects.dicomdir import listed_objects

    for path in paths:
        yield from listed_objects(Path(path), reading=reading, where=where)
