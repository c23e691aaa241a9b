"""What storescu proposes: the A-ASSOCIATE-RQ that follows from its options, context by context as DCMTK's.

Belongs here: presentation contexts and user identity. Does not belong here: how a profile is read (``model``) and
becomes a request (``negotiate.request``).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.profiles import UnusableProfile, profile_of
from asprofile.errors import AsprofileError
from asprofile.names.dcmtk import proposed_by_storescu
from asprofile.names.well_known import (
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    MAX_CONTEXTS,
)
from asprofile.negotiate.request import (
    AssociateRequest,
    ProposedContext,
    UserIdentity,
    check,
    propose,
)
from asprofile.regular import read_regular
from asprofile.storescu.files import Halt

if TYPE_CHECKING:
    from asprofile.dcmtk_cli.log import Log
    from asprofile.model.config import Profile
    from asprofile.storescu.settings import GivenIdentity, StorescuSettings

_AE_TITLE: Final = 16
_TICKET: Final = 65535
_KINDS: Final = {"user": 1, "password": 2, "kerberos": 3, "saml": 4, "jwt": 5}

_UNCOMPRESSED: Final = (EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)


def contexts(preferred: str, classes: list[str], *, combine: bool) -> tuple[ProposedContext, ...]:
    """Two presentation contexts for each class, the preferred transfer syntax apart from those to fall back on; one
    where there is nothing to fall back on, or for both with ``combine``. May be more than a request can have.
    """
    first = preferred or (EXPLICIT_VR_LITTLE_ENDIAN if sys.byteorder == "little" else EXPLICIT_VR_BIG_ENDIAN)
    # Every acceptor takes implicit little endian, and video cannot be sent in another way: nothing else is proposed.
    alone = first == IMPLICIT_VR_LITTLE_ENDIAN or (first not in _UNCOMPRESSED and _is_video(first))
    fallback = () if alone else tuple(uid for uid in _UNCOMPRESSED if uid != first)
    offers = ((first, *fallback),) if combine else ((first,), *((fallback,) if fallback else ()))
    pairs = [(sop_class, offer) for sop_class in classes for offer in offers]
    return tuple(ProposedContext(2 * at + 1, sop_class, offer) for at, (sop_class, offer) in enumerate(pairs))


def _is_video(uid: str) -> bool:
    # Not needed for what is not compressed.
    from asprofile.names import transfer_syntaxes

    syntax = transfer_syntaxes.get(uid)
    return syntax is not None and syntax.is_video


def request_for(settings: StorescuSettings, classes: list[str], log: Log, release: str) -> AssociateRequest:
    """The request; ``classes`` are those of the files, for --required. Raises Halt if there can be none."""
    calling, called = _title(settings.calling_ae, log), _title(settings.called_ae, log)
    identity = _user_identity(
        settings.identity, log, response=settings.identity_response, secure=settings.tls is not None
    )
    try:
        if settings.profile is not None:
            profile = _profile(*settings.profile, log, release)
            return propose(
                profile, called_ae=called, calling_ae=calling, max_pdu=settings.max_pdu, user_identity=identity
            )
        proposed = contexts(
            settings.preferred,
            classes if settings.required else list(proposed_by_storescu()),
            combine=settings.combine,
        )
        if len(proposed) > MAX_CONTEXTS:
            log.error("Too many presentation contexts")
            log.fatal("0006:0101 ASC Bad presentation context ID")
            raise Halt
        request = AssociateRequest(called, calling, proposed, max_pdu=settings.max_pdu, user_identity=identity)
        check(request)
    except AsprofileError as error:
        log.fatal(str(error))
        raise Halt from None
    return request


def _profile(file: str, name: str, log: Log, release: str) -> Profile:
    """What a profile of a file says to that release. Raises Halt if there is none."""
    try:
        return profile_of(file, name, "requestor", release)
    except UnusableProfile as error:
        log.error(error.reason)
        if error.name:
            log.fatal(f"0006:{error.code:04x} {error}")
        else:
            log.error(f"reading config file: {error}")
        raise Halt from None


def _title(title: str, log: Log) -> str:
    if len(title) > _AE_TITLE:
        log.warn(f"AE title cut to {_AE_TITLE} characters: {title}")
    return title[:_AE_TITLE]


def _user_identity(identity: GivenIdentity | None, log: Log, *, response: bool, secure: bool) -> UserIdentity | None:
    """The sub-item of the request (PS3.7 D.3.3.7). Raises Halt if the file of a ticket cannot be used."""
    if identity is None:
        return None
    kind = _KINDS[identity.kind]
    if kind != 1 and not secure:
        log.warn("without TLS the user identity goes over the network as it is, for all to read")
    if not identity.file:
        return UserIdentity(kind, os.fsencode(identity.user), os.fsencode(identity.password), response)
    try:
        data = read_regular(identity.file)
    except OSError as error:
        log.error(f"Unable to open Kerberos, SAML or JWT file: {error.strerror or error}")
        raise Halt from None
    if len(data) > _TICKET:
        log.info(f"Kerberos, SAML or JWT file is larger than {_TICKET} bytes, bytes after that position are ignored")
    if not data:
        log.error("Unable to read Kerberos, SAML or JWT info from file: File empty?")
        raise Halt
    return UserIdentity(kind, data[:_TICKET], response_requested=response)
