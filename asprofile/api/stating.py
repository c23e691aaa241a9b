"""What asprofile's programs negotiate, collected from the tables that they negotiate with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile import __version__
from asprofile.api.asking import every_class, every_syntax
from asprofile.api.conforming import ApplicationEntity, ConformanceStatement, SecureProfile, StatedContexts
from asprofile.api.receiving import PROFILE
from asprofile.api.references import named_profile
from asprofile.dcmtk_cli.arguments import parse
from asprofile.migrate import negotiated
from asprofile.names.dcmtk import proposed_by_storescu
from asprofile.names.releases import LATEST
from asprofile.names.well_known import VERIFICATION
from asprofile.negotiate.fitting import fit
from asprofile.negotiate.request import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from asprofile.net.tls_options import TlsOptions
from asprofile.net.tls_suites import SUITE_RULES
from asprofile.receive.options import ReceiveOptions
from asprofile.receive.policy import ProfilePolicy
from asprofile.send.echo import verification_request
from asprofile.send.options import MAX_ASSOCIATIONS as MOST_SENDING
from asprofile.send.options import SendOptions
from asprofile.settings.project import ProjectSettings
from asprofile.storescp.acceptance import ProviderPolicy
from asprofile.storescp.options import dcmrecv, storescp
from asprofile.storescp.settings import dcmrecv_settings, storescp_settings
from asprofile.storescu.options import storescu
from asprofile.storescu.proposal import contexts as storescu_contexts
from asprofile.storescu.settings import settings as storescu_settings
from asprofile.trace.model import IDENTITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.negotiate.request import AssociateRequest, ContextSource
    from asprofile.storescp.settings import ProviderSettings

_LEVEL: Final = "warn"
_OWN: Final = (IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME)
_AS_GIVEN: Final = "proposed exactly as it is, with its roles and its extended negotiation"
_AS_DCMTK: Final = "answered as DCMTK's acceptors answer it, with its roles and its extended negotiation"
_ONE: Final = "one"


def conformance() -> ConformanceStatement:
    """asprofile's own conformance statement: what its programs negotiate (PS3.2 Annex N).

    It is made from the tables that the programs negotiate with. What a profile of yours negotiates, ``convert`` writes
    with ``to="conformance"``.

    Returns:
        A value; ``as_markdown()``, ``as_html()`` and ``as_json()`` are its forms.

    Raises:
        ProfileNotFound: The sample profiles are not there.

    Examples:
        >>> statement = asprofile.conformance()
        >>> [group.sop_classes for group in statement.entity("echo").contexts]
        [('1.2.840.10008.1.1',)]
    """
    return ConformanceStatement(
        __version__,
        (_send(), _storescu(), _echo(), _probe(), _receive(), *_providers(), _migrate(), _migrate_listening()),
        tuple(_secure()),
        tuple(IDENTITIES.values()),
    )


# --- those that propose


def _send() -> ApplicationEntity:
    kinds = [(uid, syntax) for uid in every_class(services=False) for syntax in every_syntax()]
    (group,) = _grouped((one for request in fit(kinds) for one in _offers(request)), scu=True, scp=False)
    when = (
        "Without a profile: of these SOP classes and transfer syntaxes those that the objects have, and those that "
        "`--convert` may convert them to; others are proposed alike"
    )
    return _requestor(
        "send",
        "sends DICOM objects (C-STORE)",
        fit([])[0],
        (StatedContexts(group.sop_classes, group.transfer_syntaxes, scu=True, scp=False, when=when),),
        window=SendOptions().asked_window,
        associations=f"one, and more where they help, at most {MOST_SENDING}",
    )


def _storescu() -> ApplicationEntity:
    chosen = storescu_settings(parse(["peer", "104", "file"], storescu()), _LEVEL)
    offers = storescu_contexts(chosen.preferred, list(proposed_by_storescu()), combine=chosen.combine)
    return ApplicationEntity(
        "storescu",
        "requestor",
        "sends DICOM objects as DCMTK's storescu does",
        chosen.calling_ae,
        chosen.called_ae,
        *_OWN,
        chosen.max_pdu,
        None,
        _ONE,
        _grouped(((one.abstract_syntax, one.transfer_syntaxes) for one in offers), scu=True, scp=False),
        _AS_GIVEN,
    )


def _echo() -> ApplicationEntity:
    request = verification_request(called_ae="ANY-SCP", calling_ae="ASPROFILE", max_pdu=fit([])[0].max_pdu)
    groups = _grouped(_offers(request), scu=True, scp=False)
    return _requestor("echo", "verifies that a peer answers (C-ECHO)", request, groups, profile="none")


def _probe() -> ApplicationEntity:
    offers = [(uid, (syntax,)) for uid in every_class(services=False) for syntax in every_syntax()]
    (group,) = _grouped(offers, scu=True, scp=False)
    when = "Without a profile, in as many associations as it takes; nothing is sent in them"
    return _requestor(
        "probe",
        "asks a peer what it accepts, by associations in which nothing is sent",
        fit([])[0],
        (StatedContexts(group.sop_classes, group.transfer_syntaxes, scu=True, scp=False, when=when),),
    )


def _requestor(
    command: str,
    summary: str,
    request: AssociateRequest,
    contexts: tuple[StatedContexts, ...],
    *,
    window: int | None = None,
    associations: str = _ONE,
    profile: str = _AS_GIVEN,
) -> ApplicationEntity:
    return ApplicationEntity(
        command,
        "requestor",
        summary,
        request.calling_ae,
        request.called_ae,
        request.implementation_class_uid,
        request.implementation_version_name,
        request.max_pdu,
        window,
        associations,
        contexts,
        profile,
    )


# --- those that accept


def _receive() -> ApplicationEntity:
    options = ReceiveOptions()
    profile = named_profile(PROFILE, ProjectSettings(), LATEST, "acceptor").profile()
    taken = ProfilePolicy(profile, options).profile
    assert taken is not None, "one was given"
    return ApplicationEntity(
        "receive",
        "acceptor",
        "stores the DICOM objects that others send",
        "",
        options.ae_title or "",
        *_OWN,
        options.max_pdu,
        options.window,
        f"{options.max_associations}",
        _of_acceptor(taken.contexts),
        f"{_AS_DCMTK}; without one that of the sample {PROFILE}",
        (
            "With `--accept-all` every storage and every private SOP class is accepted, in the transfer syntax that "
            "the requestor proposes first.",
        ),
    )


def _providers() -> Iterator[ApplicationEntity]:
    yield _provider(storescp_settings(parse(["104"], storescp()), _LEVEL), "stores objects as DCMTK's storescp does")
    yield _provider(dcmrecv_settings(parse(["104"], dcmrecv()), _LEVEL), "stores objects as DCMTK's dcmrecv does")


def _provider(chosen: ProviderSettings, summary: str) -> ApplicationEntity:
    policy = ProviderPolicy(chosen, None, LATEST)
    return ApplicationEntity(
        chosen.program,
        "acceptor",
        summary,
        "",
        chosen.ae_title or "",
        *_OWN,
        chosen.max_pdu,
        None,
        "as many as come" if chosen.parallel is None else f"{chosen.parallel}",
        _of_acceptor(policy.without_profile(every_class(services=True))),
        _AS_DCMTK,
    )


def _of_acceptor(entries: Iterable[ContextSource]) -> tuple[StatedContexts, ...]:
    return _grouped(((one.abstract_syntax, one.transfer_syntaxes) for one in entries), scu=False, scp=True)


# --- a migration


def _migrate() -> ApplicationEntity:
    usual = (negotiated.usual_syntaxes(),)
    storage = tuple(every_class(services=False))
    retrieved = tuple((uid,) for uid in negotiated.retrieved_syntaxes())
    asked = tuple(
        StatedContexts((uid,), usual, scu=True, scp=False, when="In an association of its own")
        for uid in negotiated.ASKED_AS_SCU
    )
    when = (
        "With C-GET, in its association: of these SOP classes and transfer syntaxes those that the objects have, as "
        "far as the peer says it, and as many as there is room for"
    )
    class_uid, version_name = negotiated.identity()
    return ApplicationEntity(
        "migrate",
        "requestor",
        "moves an archive to a peer: it finds and retrieves objects (C-FIND, C-GET, C-MOVE), and asks for storage "
        "commitment; it sends as `send` does",
        "ASPROFILE",
        "ANY-SCP",
        class_uid,
        version_name,
        negotiated.longest_pdu(),
        None,
        _ONE,
        (*asked, StatedContexts(storage, retrieved, scu=False, scp=True, selected=True, when=when)),
        "that of the sending associations, which are those of `send`",
        ("These associations are pynetdicom's, and say so in their implementation class UID and version name.",),
    )


def _migrate_listening() -> ApplicationEntity:
    usual = negotiated.usual_syntaxes()
    class_uid, version_name = negotiated.identity()
    moved = StatedContexts(
        tuple(every_class(services=False)),
        (negotiated.retrieved_syntaxes(),),
        scu=False,
        scp=True,
        when="With C-MOVE: of these those that are asked for",
    )
    return ApplicationEntity(
        "migrate --listen",
        "acceptor",
        "takes what a peer sends for a C-MOVE, and its reports of storage commitment (N-EVENT-REPORT)",
        "",
        "",
        class_uid,
        version_name,
        negotiated.longest_pdu(),
        None,
        f"{negotiated.most_associations()}",
        (
            StatedContexts((VERIFICATION,), (usual,), scu=False, scp=True),
            StatedContexts(
                (negotiated.REPORTS,), (usual,), scu=True, scp=False, selected=True, when="For reports of commitment"
            ),
            moved,
        ),
        "none",
    )


# --- for all


def _offers(request: AssociateRequest) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((one.abstract_syntax, one.transfer_syntaxes) for one in request.contexts)


def _grouped(offers: Iterable[tuple[str, tuple[str, ...]]], *, scu: bool, scp: bool) -> tuple[StatedContexts, ...]:
    """SOP classes with the same lists of transfer syntaxes together, in the order in which they come."""
    by_class: dict[str, list[tuple[str, ...]]] = {}
    for uid, syntaxes in offers:
        by_class.setdefault(uid, []).append(tuple(syntaxes))
    groups: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for uid, lists in by_class.items():
        groups.setdefault(tuple(lists), []).append(uid)
    return tuple(StatedContexts(tuple(classes), lists, scu, scp) for lists, classes in groups.items())


def _secure() -> Iterator[SecureProfile]:
    default = TlsOptions().security_profile
    for name, rules in SUITE_RULES.items():
        versions = [*(("1.0", "1.1") if rules.old_versions else ()), "1.2", *(("1.3",) if rules.tls_1_3 else ())]
        yield SecureProfile(name, rules.section, ", ".join(versions), rules.suites, name == default)
