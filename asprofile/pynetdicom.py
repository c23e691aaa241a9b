"""Profiles for programs that use pynetdicom: a profile as its contexts and items, and an AE of it as a profile.

    profile = load_profile("my.cfg:Scanner")
    ae.associate(host, port, contexts=requested_contexts(profile), ext_neg=extended_negotiation(profile))
    ae.start_server(address, contexts=supported_contexts(profile))

Belongs here: values from one side to the other, exactly, or an error. Does not belong here: associations, which are
pynetdicom's. Give the contexts as ``contexts=``, as above: ``ae.requested_contexts = ...`` drops a transfer syntax that
is twice in a context, ``ae.supported_contexts = ...`` drops all roles, and both add to what is there (pynetdicom 3.0).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pynetdicom import AE, build_role
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation, SOPClassExtendedNegotiation
from pynetdicom.presentation import PresentationContext

from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile, Extended, profiles
from asprofile.errors import AsprofileError, ConversionError, LoadError, ProfileNotFound, ProposalError
from asprofile.model.config import Profile, not_found
from asprofile.model.document import read
from asprofile.model.loader import load
from asprofile.model.reference import is_drive
from asprofile.model.words import PROFILES, AssociationRole, Role, looked_up
from asprofile.names import uids
from asprofile.names.releases import LATEST
from asprofile.negotiate.request import propose
from asprofile.resources import sample_files

__all__ = [
    "extended_negotiation",
    "from_ae",
    "load_profile",
    "requested_contexts",
    "supported_contexts",
    "text_from_ae",
]

# Of the requestor, whether it may be SCU, and SCP; what an acceptor allows it (PS3.7 D.3.3.4).
_ROLES: dict[Role, tuple[bool, bool]] = {"scu": (True, False), "scp": (False, True), "both": (True, True)}
_ROLE_OF: dict[tuple[bool, bool], Role] = {both: role for role, both in _ROLES.items()}


def load_profile(reference: str, *, role: AssociationRole = "requestor", release: str = LATEST) -> Profile:
    """The profile that ``[FILE:]NAME`` means: of a file, or of the sample profiles that come with asprofile.

    ``FILE:`` alone, or ``FILE`` alone, is the only profile of a file. ``role`` and ``release`` as for
    ``asprofile.load``. Raises ProfileNotFound, LoadError where DCMTK refuses the file or the profile, OSError.
    """
    path, colon, name = reference.rpartition(":")
    if Path(reference).is_file():
        path, colon, name = reference, ":", ""
    # Of `C:\x.cfg` the letter of the drive is no file; who writes a path wants that file, be it missing.
    elif colon and is_drive(path) and not Path(path).is_file():
        path, name = reference, ""
    if not colon:
        return _sample(reference, role, release)
    config = load(path, release, role)
    if not name and len(config.profiles) != 1:
        raise ProfileNotFound(f"{path} has {len(config.profiles)} profiles: {', '.join(config.profiles)}; say which")
    return config.use(name or next(iter(config.profiles)))


def requested_contexts(profile: Profile) -> list[PresentationContext]:
    """The contexts that DCMTK's storescu proposes with this profile, in its order: for ``ae.associate(contexts=...)``.

    pynetdicom numbers them 1, 3, 5 and so on, as DCMTK does. Roles are not in them but in ``extended_negotiation``.
    UIDs are cut to 64 characters, as DCMTK cuts them. Raises ProposalError for none, for more than 128, and for what
    pynetdicom refuses to send.
    """
    return [_context(one.abstract_syntax, one.transfer_syntaxes) for one in propose(_checked(profile)).contexts]


def extended_negotiation(profile: Profile) -> list[SCP_SCU_RoleSelectionNegotiation | SOPClassExtendedNegotiation]:
    """The items that DCMTK's storescu sends in addition to the contexts: for ``ae.associate(ext_neg=...)``.

    First a role selection item for each context with a role (so several for a SOP class with several contexts, as
    DCMTK has it), then the SOP class extended negotiation. An acceptor answers by handlers instead, see the guide.
    Raises ProposalError as ``requested_contexts`` does.
    """
    request = propose(_checked(profile))
    try:
        roles = [build_role(one.sop_class, scu_role=one.scu, scp_role=one.scp) for one in request.roles]
        return [*roles, *(_extended(one.sop_class, one.data) for one in request.extended)]
    except ValueError as error:
        raise ProposalError(f"pynetdicom does not send this: {error}") from None


def supported_contexts(profile: Profile, *, merge: bool = False) -> list[PresentationContext]:
    """What an acceptor with this profile accepts: for ``ae.start_server(contexts=...)``.

    pynetdicom takes the first transfer syntax of the context that was proposed, as DCMTK's acceptors do: the order of
    the profile is the order of preference. Roles are those that a requestor may have; pynetdicom decides on them a
    little differently, see the guide. It has one context for each SOP class. So a profile with a SOP class twice, which
    storescp does not start with, is a ProposalError, unless ``merge``: then the transfer syntaxes of all its contexts
    are one list, in order. ProposalError too for what pynetdicom does not take.
    """
    _checked(profile)
    if not profile.contexts:
        raise ProposalError("the profile has no presentation contexts, so there is nothing to accept")
    found: dict[str, list[str]] = {}
    roles: dict[str, Role] = {}
    for one in profile.contexts:
        if one.abstract_syntax in found and not merge:
            raise ProposalError(
                f"the profile has several contexts of {_named(one.abstract_syntax)}; an acceptor has one for each SOP "
                "class (pynetdicom would use one alone, storescp does not start): supported_contexts(profile, "
                "merge=True) makes one list of their transfer syntaxes"
            )
        found.setdefault(one.abstract_syntax, []).extend(one.transfer_syntaxes)
        roles.setdefault(one.abstract_syntax, one.role)
    return [_supported(uid, syntaxes, roles[uid]) for uid, syntaxes in found.items()]


def from_ae(
    ae: AE, ext_neg: Iterable[Any] = (), *, role: AssociationRole | None = None, name: str = "Default"
) -> Profile:
    """What an AE proposes with these items, or accepts, as the profile that DCMTK would load.

    ``role`` says whether its requested or its supported contexts are meant; without it, those that it has. ``ext_neg``
    are the items that go with its requests. ``text_from_ae`` has the text of the file, and the errors.
    """
    which = _role_of(ae, role)
    return load(_written(ae, ext_neg, which, name).encode("utf-8"), role=which).use(name)


def text_from_ae(
    ae: AE, ext_neg: Iterable[Any] = (), *, role: AssociationRole | None = None, name: str = "Default"
) -> str:
    """The same as the text of a profile file, laid out and commented as ``asprofile convert`` does.

    Raises ConversionError for what a profile cannot say: items of other kinds, roles and extended negotiation of SOP
    classes without a context, an acceptor that refuses all roles, an AE without contexts or with both kinds of them.
    """
    return _written(ae, ext_neg, _role_of(ae, role), name)


# --- From a profile ---------------------------------------------------------------------------------------------------


def _sample(name: str, role: AssociationRole, release: str) -> Profile:
    known: list[str] = []
    for path in sample_files():
        data = path.read_bytes()
        try:
            config = load(data, release, role)
        except LoadError:
            profiles_of = read(data).supersection(PROFILES)
            if profiles_of is not None and looked_up(name) in (section.name for section in profiles_of.sections):
                raise
            continue
        if looked_up(name) in config.profiles:
            return config.use(name)
        known += config.profiles
    raise ProfileNotFound(f"{not_found(name, known)}; FILE:NAME means a profile of a file")


def _checked(profile: Profile) -> Profile:
    if not isinstance(profile, Profile):
        raise AsprofileError(
            f"give a profile, not {type(profile).__name__}: load_profile('FILE:NAME'), or asprofile.load(...).use(NAME)"
        )
    return profile


def _context(abstract_syntax: str, transfer_syntaxes: Sequence[str]) -> PresentationContext:
    context = PresentationContext()
    try:
        context.abstract_syntax = abstract_syntax
        context.transfer_syntax = list(transfer_syntaxes)
    except ValueError as error:
        raise ProposalError(f"pynetdicom does not take {_named(abstract_syntax)}: {error}") from None
    if len(context.transfer_syntax) < len(transfer_syntaxes):
        # The setter leaves out what is there already; DCMTK sends it twice.
        known = {str(uid): uid for uid in context.transfer_syntax}
        context.transfer_syntax[:] = [known[uid] for uid in transfer_syntaxes]
    return context


def _supported(abstract_syntax: str, transfer_syntaxes: Sequence[str], role: Role) -> PresentationContext:
    context = _context(abstract_syntax, tuple(dict.fromkeys(transfer_syntaxes)))
    if role != "default":
        context.scu_role, context.scp_role = _ROLES[role]
    return context


def _extended(sop_class: str, data: bytes) -> SOPClassExtendedNegotiation:
    item = SOPClassExtendedNegotiation()
    item.sop_class_uid = sop_class
    item.service_class_application_information = data
    return item


def _named(uid: str) -> str:
    info = uids.describe(uid)
    return f"{info.name} ({uid})" if info is not None else uid


# --- From an AE -------------------------------------------------------------------------------------------------------


def _role_of(ae: AE, role: AssociationRole | None) -> AssociationRole:
    if role not in (None, "requestor", "acceptor"):
        raise AsprofileError(f"role is 'requestor' or 'acceptor', not {role!r}")
    if role is None and ae.requested_contexts and ae.supported_contexts:
        raise ConversionError(
            "the AE has requested and supported contexts: role='requestor' or role='acceptor' says which are meant"
        )
    return role or ("acceptor" if ae.supported_contexts else "requestor")


def _written(ae: AE, ext_neg: Iterable[Any], role: AssociationRole, name: str) -> str:
    contexts = ae.requested_contexts if role == "requestor" else ae.supported_contexts
    if not contexts:
        kind = "requested" if role == "requestor" else "supported"
        raise ConversionError(f"the AE has no {kind} contexts")
    roles, extended = _items(ext_neg)
    if role == "acceptor":
        if roles:
            raise ConversionError("an acceptor has its roles in its contexts, not as role selection items")
        roles = {str(one.abstract_syntax): found for one in contexts if (found := _accepted_role(one)) != "default"}
    there = {str(one.abstract_syntax) for one in contexts}
    strange = [uid for uid in roles if uid not in there]
    if strange:
        raise ConversionError(f"role selection of a SOP class that is in no context: {_named(strange[0])}")
    plain = tuple(
        ExchangeContext(uid, tuple(map(str, one.transfer_syntax)), role=roles.get(uid, "default"))
        for one in contexts
        for uid in [str(one.abstract_syntax)]
    )
    exchange = Exchange(role, (ExchangeProfile(name, plain, extended),))
    written = profiles.write(exchange, ConversionTarget(source="a pynetdicom AE"))
    if written.losses:
        raise ConversionError(f"no profile can say this: {written.losses[0].message}")
    return written.text


def _items(ext_neg: Iterable[Any]) -> tuple[dict[str, Role], tuple[Extended, ...]]:
    """The roles by SOP class, and the extended negotiation."""
    roles: dict[str, Role] = {}
    extended: dict[str, Extended] = {}
    for item in ext_neg:
        uid = str(getattr(item, "sop_class_uid", None) or "")
        if isinstance(item, SCP_SCU_RoleSelectionNegotiation) and uid:
            role = _ROLE_OF.get((bool(item.scu_role), bool(item.scp_role)))
            if role is None:
                raise ConversionError(f"a role selection item with neither role, which cannot be sent: {_named(uid)}")
            if roles.setdefault(uid, role) != role:
                raise ConversionError(f"two role selection items that differ: {_named(uid)}")
        elif isinstance(item, SOPClassExtendedNegotiation) and uid:
            data = item.service_class_application_information or b""
            if extended.setdefault(uid, Extended(uid, data)).data != data:
                raise ConversionError(f"two extended negotiation items that differ: {_named(uid)}")
        else:
            raise ConversionError(
                f"a profile has no place for {type(item).__name__}: it has roles and SOP class extended negotiation; "
                "leave the item out of ext_neg here"
            )
    return roles, tuple(extended.values())


def _accepted_role(context: PresentationContext) -> Role:
    scu, scp = context.scu_role, context.scp_role
    if scu is None and scp is None:
        return "default"
    role = None if scu is None or scp is None else _ROLE_OF.get((scu, scp))
    if role is None:
        raise ConversionError(
            f"a profile cannot say scu_role={scu} and scp_role={scp} of {_named(str(context.abstract_syntax))}"
        )
    return role
