"""What storescp and dcmrecv answer to an association request, context by context as DCMTK's.

Belongs here: whom they take, and in which contexts. Does not belong here: how a context is chosen from a profile
(``negotiate.answer``), what becomes of the association (``provider``).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.log import one_line
from asprofile.names.dcmtk import is_storage
from asprofile.names.releases import at_least
from asprofile.names.symbols import name_of
from asprofile.names.well_known import (
    APPLICATION_CONTEXT,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    VERIFICATION,
)
from asprofile.negotiate.answer import answer
from asprofile.negotiate.request import PROTOCOL_VERSION
from asprofile.net.wire import AssociateReject
from asprofile.receive.policy import PROTOCOL_VERSION_NOT_SUPPORTED, ProfileEntry, RequestProfile
from asprofile.text import table_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ProfileSource
    from asprofile.storescp.settings import ProviderSettings

_TABLE: Final = Path(__file__).with_name("accept_all.tsv")

_NO_REASON: Final = AssociateReject(1, 1, 1)
_NO_SUCH_TITLE: Final = AssociateReject(1, 1, 7)
_BAD_APPLICATION_CONTEXT: Final = {"storescp": AssociateReject(1, 1, 2), "dcmrecv": AssociateReject(2, 1, 2)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is rejected, and what the log says of it."""

    reject: AssociateReject
    text: str


class ProviderPolicy:
    """Decides on requests; ``profile`` is that of --config-file, if there is one."""

    def __init__(self, settings: ProviderSettings, profile: ProfileSource | None, release: str) -> None:
        self._settings = settings
        self._profile = profile
        self._release = release
        self._preferred = preferred_syntaxes(settings.preferred, release, accept_all=settings.accept_all)

    def answer(self, request: AssociateRequest) -> AssociateAccept | Refusal:
        """In DCMTK's order of looking."""
        if not request.protocol_version & PROTOCOL_VERSION:
            version = f"{request.protocol_version:04x}"
            return Refusal(PROTOCOL_VERSION_NOT_SUPPORTED, f"DUL Unsupported peer protocol {version}; expected 0001")
        if self._settings.program == "storescp":
            return self._of_storescp(request)
        return self._of_dcmrecv(request)

    def _of_storescp(self, request: AssociateRequest) -> AssociateAccept | Refusal:
        if self._settings.refuse:
            return Refusal(_NO_REASON, "Refusing Association (forced via command line)")
        if request.application_context != APPLICATION_CONTEXT:
            named = one_line(request.application_context)
            reject = _BAD_APPLICATION_CONTEXT["storescp"]
            return Refusal(reject, f"Association Rejected: Bad Application Context Name: {named}")
        if self._settings.reject and not request.implementation_class_uid:
            return Refusal(_NO_REASON, "Association Rejected: No Implementation Class UID provided")
        return self._accepted(request)

    def _of_dcmrecv(self, request: AssociateRequest) -> AssociateAccept | Refusal:
        if request.application_context != APPLICATION_CONTEXT:
            return Refusal(_BAD_APPLICATION_CONTEXT["dcmrecv"], "Refusing Association (bad application context)")
        checks = at_least(self._release, "3.6.8")
        if checks and self._settings.ae_title not in (None, request.called_ae):
            return Refusal(_NO_SUCH_TITLE, "Refusing Association (called AE title not recognized)")
        accept = self._accepted(request)
        if not any(result.accepted for result in accept.results):
            text = "No Acceptable Presentation Contexts\nRefusing Association (no acceptable presentation contexts)"
            return Refusal(_NO_REASON, text)
        return accept

    def _accepted(self, request: AssociateRequest) -> AssociateAccept:
        proposed = (context.abstract_syntax for context in request.contexts)
        profile = self._profile or RequestProfile(tuple(self.without_profile(proposed)))
        return answer(request, profile, max_pdu=self._settings.max_pdu)

    def without_profile(self, proposed: Iterable[str]) -> list[ProfileEntry]:
        """What is accepted without a profile, of these SOP classes: Verification, every storage class, with
        --promiscuous what has no name. dcmrecv has only Verification.
        """
        if self._settings.program == "dcmrecv":
            return [ProfileEntry(1, VERIFICATION, (IMPLICIT_VR_LITTLE_ENDIAN,))]
        return [ProfileEntry(1, uid, self._preferred) for uid in dict.fromkeys(proposed) if self._takes(uid)]

    def _takes(self, sop_class: str) -> bool:
        if sop_class == VERIFICATION or is_storage(sop_class, self._release):
            return True
        return self._settings.promiscuous and name_of(sop_class, self._release) is None


def preferred_syntaxes(preferred: str, release: str, *, accept_all: bool) -> tuple[str, ...]:
    """The transfer syntaxes of storescp's --prefer-... options, best first."""
    if accept_all:
        return tuple(uid for uid, first in _accept_all() if at_least(release, first))
    if preferred == IMPLICIT_VR_LITTLE_ENDIAN:
        return (preferred,)
    native = (EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN)
    if not preferred and sys.byteorder == "big":
        native = native[::-1]
    first = (preferred,) if preferred else ()
    return (*first, *(uid for uid in native if uid != preferred), IMPLICIT_VR_LITTLE_ENDIAN)


@cache
def _accept_all() -> tuple[tuple[str, str], ...]:
    return tuple((uid, first) for uid, first in table_rows(_TABLE.read_text("utf-8")))
