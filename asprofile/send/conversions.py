"""Which conversions ``send --convert`` has for a transfer syntax, and whether they work for an object; for advice on
refusals (``negotiate.advice``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from asprofile.errors import ObjectError
from asprofile.negotiate.advice import Conversion, NoContext

if TYPE_CHECKING:
    from asprofile.objects.converting import Policy
    from asprofile.objects.header import ObjectHeader

_TRIALS: Final = 5
"""How many objects of a kind are tried; the others are then assumed to be like them."""


def conversions(transfer_syntax: str) -> tuple[Conversion, ...]:
    """The mildest for objects in this transfer syntax, in a tuple that is empty for what cannot be decoded; the others
    make the same and allow more.
    """
    # These imports are slow, and needed only for a refusal.
    from asprofile.objects.converting import POLICIES, Converter
    from asprofile.objects.decoding import installing_codec

    for degree, policy in enumerate(POLICIES):
        targets = Converter(policy).targets("", transfer_syntax)
        if targets:
            return (Conversion(f"--convert {policy}", targets, installing_codec(transfer_syntax), degree),)
    return ()


class Trials:
    """Whether an advised conversion really does for an object, found out by doing it.

    Once it did for one of a SOP class and transfer syntax, it is advised for all of these.
    """

    def __init__(self) -> None:
        self._done: dict[tuple[str, str], NoContext] = {}
        self._failed: dict[tuple[str, str], int] = {}

    def checked(self, refused: NoContext, header: ObjectHeader) -> NoContext:
        """The refusal with a way out that works for this object."""
        if refused.conversion is None or refused.conversion.installing:
            return refused
        kind = header.sop_class, header.transfer_syntax
        if kind in self._done:
            return self._done[kind]
        why = _problem(refused.conversion, header)
        found = refused.not_converted(why) if why else refused
        self._failed[kind] = self._failed.get(kind, 0) + 1
        if not why or self._failed[kind] >= _TRIALS:
            self._done[kind] = found
        return found


def _problem(conversion: Conversion, header: ObjectHeader) -> str:
    """Why an object cannot be converted; "" if it can."""
    from asprofile.objects.converting import Converter  # slow to import, and needed only for a refusal

    policy = cast("Policy", conversion.option.split()[-1])
    try:
        Converter(policy).open(header, conversion.targets[0]).close()
    except ObjectError as error:
        return str(error)
    return ""
