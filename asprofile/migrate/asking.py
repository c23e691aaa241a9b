"""Which objects a peer has, asked with C-FIND at IMAGE level (PS3.4 section C.4.1), study by study.

Belongs here: the questions, with pynetdicom. Does not belong here: what follows from the answers (``doubts``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom import AE
from pynetdicom.pdu_primitives import UserIdentityNegotiation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions

MOST_UIDS: Final = 300
"""UIDs in a question: some 20 KB, and an explicit VR's length has 16 bits."""
STUDY_ROOT_FIND: Final = "1.2.840.10008.5.1.4.1.2.2.1"
"""Study Root Query/Retrieve Information Model - FIND."""
_PENDING: Final = (0xFF00, 0xFF01)


class CannotSay(Exception):
    """The peer cannot be asked, or does not say; the message is why."""


def study_of(path: str) -> str:
    """The Study Instance UID of a file; empty if it says none."""
    try:
        found = dcmread(path, specific_tags=["StudyInstanceUID"], stop_before_pixels=True, force=True)
        return str(found.get("StudyInstanceUID", "") or "")
    except Exception:  # noqa: BLE001 - pydicom raises many things for a damaged file
        return ""


class Asker:
    """An association for questions; a context manager. Raises CannotSay."""

    def __init__(self, to: Destination, options: SendOptions) -> None:
        entity = AE(ae_title=to.calling_ae)
        entity.acse_timeout = entity.connection_timeout = options.acse_timeout
        entity.dimse_timeout = entity.network_timeout = options.dimse_timeout
        entity.add_requested_context(STUDY_ROOT_FIND)
        tls: Any = None
        if to.link.tls is not None:
            from asprofile.net.tls_context import client_context

            sni = to.link.tls.sni
            tls = (client_context(to.link.tls), sni if isinstance(sni, str) else to.peer.host if sni else None)
        negotiation: Any = [_identity(to)] if to.identity is not None else None
        try:
            self._association = entity.associate(
                to.peer.host, to.peer.port, ae_title=to.called_ae, tls_args=tls, ext_neg=negotiation
            )
        except (OSError, ValueError, RuntimeError, TypeError) as error:
            raise CannotSay(f"{to.peer} cannot be asked: {error}") from None
        if not self._association.is_established:
            raise CannotSay(f"{to.peer} cannot be asked: it took no association for C-FIND")
        if not self._association.accepted_contexts:
            self._association.release()
            raise CannotSay(f"{to.peer} cannot be asked: it does not offer C-FIND (Study Root)")

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._association.is_established:
            self._association.release()

    def present(self, study: str, uids: Sequence[str]) -> set[str]:
        """Those of the SOP instances of a study that the peer has. What a list did not find is asked for by itself:
        not every peer takes lists.
        """
        found: set[str] = set()
        for start in range(0, len(uids), MOST_UIDS):
            found |= set(self._asked(study, uids[start : start + MOST_UIDS]))
        for uid in uids:
            if uid not in found:
                found |= set(self._asked(study, [uid]))
        return found & set(uids)

    def _asked(self, study: str, uids: Sequence[str]) -> Iterator[str]:
        question = Dataset()
        question.QueryRetrieveLevel = "IMAGE"
        question.StudyInstanceUID = study
        question.SeriesInstanceUID = ""
        question.SOPInstanceUID = list(uids)
        try:
            for status, answer in self._association.send_c_find(question, STUDY_ROOT_FIND):
                code = status.Status if status is not None and "Status" in status else None
                if code in _PENDING:
                    if answer is not None and "SOPInstanceUID" in answer:
                        yield str(answer.SOPInstanceUID)
                elif code != 0:
                    raise CannotSay("the question was not answered" if code is None else f"it answered {code:04X}H")
        except (ValueError, RuntimeError) as error:
            raise CannotSay(str(error)) from None


def _identity(to: Destination) -> UserIdentityNegotiation:
    assert to.identity is not None
    item = UserIdentityNegotiation()
    item.user_identity_type = to.identity.kind
    item.primary_field = to.identity.primary
    item.secondary_field = to.identity.secondary
    item.positive_response_requested = to.identity.response_requested
    return item
