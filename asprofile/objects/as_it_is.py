"""The preparer that leaves objects as they are, which is the default of a sender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.objects.dataset import even_file
from asprofile.objects.stretches import LONGEST_STRETCHES

if TYPE_CHECKING:
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.preparing import DataSource


class AsItIs:
    """The preparer that changes only what cannot be sent otherwise: in a data set of odd length, which peers do not
    accept as a fragment, odd values are made even as PS3.5 section 7.1.1 requires.

    ``truncated``: data sets that are not whole are sent as they are. ``max_size``: bytes that a deflated one may have
    when it is inflated, to see whether it is whole.
    """

    def __init__(self, *, truncated: bool = False, max_size: int = LONGEST_STRETCHES) -> None:
        self._truncated = truncated
        self._max_size = max_size

    def targets(self, sop_class: str, transfer_syntax: str) -> tuple[str, ...]:  # noqa: ARG002 - as the protocol
        return ()

    def open(self, header: ObjectHeader, transfer_syntax: str) -> DataSource:  # noqa: ARG002
        source = even_file(header, truncated=self._truncated, longest=self._max_size)
        if source is not None:
            return source
        from asprofile.objects.converting import made_even  # needs much, and is seldom needed

        return made_even(header)


AS_IT_IS: Final = AsItIs()
