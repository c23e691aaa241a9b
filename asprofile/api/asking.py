"""Asking a peer: whether it answers, and what it accepts. Nothing is sent but requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from asprofile.api.peers import PeerInput, destination_of
from asprofile.api.ranges import check_send_options, number, whole
from asprofile.api.words import Words, words_of
from asprofile.errors import ConfigurationError
from asprofile.names.releases import LATEST, parse_release
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN, VERIFICATION
from asprofile.negotiate.results import refusal_text
from asprofile.report.probe.probed import Probed
from asprofile.send.options import SendOptions

if TYPE_CHECKING:
    from asprofile.api.references import ProfileInput
    from asprofile.errors import AssociationError
    from asprofile.negotiate.probing import Pair
    from asprofile.negotiate.request import AssociateRequest, ProposedContext, UserIdentity
    from asprofile.net.tls_options import TlsOptions
    from asprofile.send.control import Control
    from asprofile.send.destination import Destination
    from asprofile.send.echo import Echo, EchoReport
    from asprofile.settings.project import ProjectSettings

JSON_VERSION = 1
RATE: Final = 5.0
"""Associations a second: with an answer in no time, all there is takes half a minute."""


# --- Echo -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Echoed:
    """What became of asking a peer (``to``) whether it answers: the association and each answer (``report``)."""

    to: Destination
    report: EchoReport

    @property
    def all_well(self) -> bool:
        """The peer answered each request with success, and the association ended in good order."""
        return self.report.all_well

    @property
    def refusal(self) -> str:
        """Why there was no C-ECHO in the association that there was; empty if there was, or there was none."""
        negotiation = self.report.negotiation
        return "" if negotiation is None or self.report.verified else refusal_text(negotiation.contexts[0])

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile echo --json`` prints (docs/schema/echo.json)."""
        report, to = self.report, self.to
        accept = None if report.negotiation is None else report.negotiation.accept
        return {
            "version": JSON_VERSION,
            "peer": str(to.peer),
            "name": to.name,
            "called_ae": to.called_ae,
            "calling_ae": to.calling_ae,
            "tls": report.security or None,
            "association": None
            if accept is None
            else {
                "seconds": round(report.associating, 6),
                "implementation_class_uid": accept.implementation_class_uid,
                "implementation_version_name": accept.implementation_version_name,
                "max_pdu": accept.max_pdu,
                "verification": report.verified,
                "verification_reason": None if report.verified else self.refusal,
            },
            "echoes": [
                {"status": found.status, "comment": found.comment, "seconds": round(found.seconds, 6)}
                for found in report.echoes
            ],
            "error": None if report.error is None else str(report.error),
        }


def echo(
    peer: PeerInput,
    *,
    count: int = 1,
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    connect_timeout: float | None = 10.0,
    acse_timeout: float | None = 30.0,
    dimse_timeout: float | None = 120.0,
    on_echo: Callable[[Echo], None] | None = None,
) -> Echoed:
    """Whether a peer answers (C-ECHO), how fast, and what it says about itself.

    Args:
        peer: ``"[AET@]HOST:PORT"``, or an address as a value.
        count: How often it is asked, 1 or more.
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        connect_timeout: Seconds for opening the connection; None: no limit.
        acse_timeout: Seconds for the answers to associate and release; None: no limit.
        dimse_timeout: Seconds for the answer to a request; None: no limit.
        on_echo: Gets each answer as it comes.

    Returns:
        Also where there was no association: ``report.error`` says why.

    Raises:
        ConfigurationError: It is no address, or files for TLS cannot be used.
        ProposalError: An AE title that no request can carry.

    Examples:
        >>> echoed = asprofile.echo("127.0.0.1:11112", count=2)
        >>> echoed.all_well, [answer.status for answer in echoed.report.echoes]
        (True, [0, 0])

    PS3.4 annex A, PS3.7 9.1.5.
    """
    # Not needed to ask what is accepted.
    from asprofile.send.echo import echo as ask
    from asprofile.send.echo import verification_request

    whole("count", count, 1)
    to = destination_of(peer, called, calling, tls, identity)
    limits = SendOptions(
        connect_timeout=connect_timeout, acse_timeout=acse_timeout, dimse_timeout=dimse_timeout, link=to.link
    )
    check_send_options(limits)
    return Echoed(to, ask(verification_request(**to.titles), to.peer, limits, count, on_echo))


# --- Probe ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProbeOutcome(Probed):
    """What a peer (``to``) accepts: the contexts of a profile (``negotiation``; ``profile`` is its name and file), or
    pairs (``report``). ``error`` is what ended it before its time.
    """

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile probe --json`` prints (docs/schema/probe.json)."""
        # Needs more than a probe.
        from asprofile.report.probe.json import as_json

        return as_json(self)


def probe(
    peer: PeerInput,
    profile: ProfileInput | None = None,
    *,
    release: str = LATEST,
    everything: bool = False,
    services: bool = False,
    sop: Words = (),
    ts: Words = (),
    pairs: Iterable[Pair] = (),
    order: bool = True,
    rate: float = RATE,
    retries: int = 3,
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    connect_timeout: float | None = 10.0,
    acse_timeout: float | None = 30.0,
    on_answer: Callable[[int], None] | None = None,
    on_retry: Callable[[AssociationError, float], None] | None = None,
    control: Control | None = None,
    settings: ProjectSettings | None = None,
) -> ProbeOutcome:
    """What a peer accepts, by associations in which nothing is sent.

    With a profile there is one association, exactly as ``send`` makes it. Without one: every storage SOP class that is
    known with every transfer syntax, in as many associations as it takes, one at a time; or what ``sop`` and ``ts``
    ask for.

    Args:
        peer: ``"[AET@]HOST:PORT"``, or an address as a value.
        profile: ``"[FILE:]NAME"``, a file with one profile, or a profile.
        release: The DCMTK release that shall load the profile.
        everything: Ask for every storage SOP class with every transfer syntax (``--all``); ``sop`` and ``ts`` add to
            it.
        services: Ask for SOP classes of other services too: queries, worklists, print.
        sop: SOP classes: DCMTK's names, keywords or names of PS3.6, UIDs.
        ts: Transfer syntaxes: names, keywords, UIDs or families.
        pairs: SOP class and transfer syntax, as UIDs, in place of ``sop`` and ``ts``.
        order: Ask which transfer syntax is preferred too, in more associations.
        rate: Associations a second; 0: no limit.
        retries: How often an association that is lost or refused for the moment is tried again.
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        connect_timeout: Seconds for opening the connection; None: no limit.
        acse_timeout: Seconds for the answers to associate and release; None: no limit.
        on_answer: Gets the number of pairs that are left, after each association.
        on_retry: Is called with the error, and the seconds until the next try.
        control: Stops it, from anywhere; what is known comes back.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Returns:
        Also where there was no association: ``error`` says why.

    Raises:
        ConfigurationError: It is not an address, files for TLS cannot be used, or pairs are asked for together with a
        profile. LoadError: The release does not load the file of the profile.
        ProfileNotFound: There is no such profile.
        ProposalError: No request can carry the profile or an AE title (PS3.8 9.3.2).

    Examples:
        >>> probed = asprofile.probe("127.0.0.1:11112", "ct.cfg:Scanner")
        >>> [context.result for context in probed.negotiation.contexts]
        [0, 0]
        >>> probed = asprofile.probe("127.0.0.1:11112", sop="CTImageStorage", ts="JPEGLSLossless", rate=0)
        >>> [(one.state, one.result) for one in probed.report.acceptance.answers]
        [('refused', 4)]
    """
    wanted = list(pairs)
    wide = everything or services or bool(sop or ts or wanted)
    if wide and profile is not None:
        raise ConfigurationError("a profile, or pairs of SOP classes and transfer syntaxes: ask for one of the two")
    to = destination_of(peer, called, calling, tls, identity)
    limits = SendOptions(connect_timeout=connect_timeout, acse_timeout=acse_timeout, retries=retries, link=to.link)
    check_send_options(limits)
    number("rate", rate)
    if profile is not None:
        return _probed_once(profile, parse_release(release), settings, to, limits, on_retry, control)
    # Not needed for a profile.
    from asprofile.negotiate.probing import Probing
    from asprofile.send.probe import probe as ask

    report = ask(
        Probing(wanted or pairs_asked(everything=everything, services=services, sop=sop, ts=ts), order=order),
        _requests_to(to),
        to.peer,
        limits,
        pause=1 / rate if rate else 0.0,
        control=control,
        on_answer=on_answer,
        on_retry=on_retry,
    )
    return ProbeOutcome(to, report.negotiation, report.security, report.seconds, report.error, report=report)


def _probed_once(
    profile: ProfileInput,
    release: str,
    settings: ProjectSettings | None,
    to: Destination,
    limits: SendOptions,
    on_retry: Callable[[AssociationError, float], None] | None,
    control: Control | None,
) -> ProbeOutcome:
    # Not needed without a profile.
    from asprofile.api.references import named_profile
    from asprofile.negotiate.request import propose
    from asprofile.send.probe import probe_once
    from asprofile.settings.project import ProjectSettings

    found = named_profile(profile, settings or ProjectSettings(), release, "requestor")
    chosen = found.profile()
    report = probe_once(propose(chosen, **to.titles), to.peer, limits, control=control, on_retry=on_retry)
    return ProbeOutcome(
        to,
        report.negotiation,
        report.security,
        report.seconds,
        report.error,
        profile=(chosen.name, found.file),
        interrupted=report.interrupted,
        source=found.source,
    )


def _requests_to(to: Destination) -> Callable[[tuple[ProposedContext, ...]], AssociateRequest]:
    """What makes a request of contexts. Raises ProposalError at once for titles that none can carry."""
    from asprofile.negotiate.request import AssociateRequest, ProposedContext, check

    def request_with(contexts: tuple[ProposedContext, ...]) -> AssociateRequest:
        request = AssociateRequest(to.called_ae, to.calling_ae, contexts, max_pdu=to.max_pdu, user_identity=to.identity)
        check(request)
        return request

    request_with((ProposedContext(1, VERIFICATION, (IMPLICIT_VR_LITTLE_ENDIAN,)),))
    return request_with


def pairs_asked(*, everything: bool, services: bool, sop: Words, ts: Words) -> list[Pair]:
    """The pairs of SOP class and transfer syntax that these ask for. Raises AsprofileError for a name that is none."""
    # Not needed for a profile.
    from asprofile.api.named import sop_class
    from asprofile.generate.words import syntaxes

    named, offered = tuple(dict.fromkeys(map(sop_class, words_of(sop)))), syntaxes(words_of(ts))
    classes = every_class(services=services)
    if not everything:
        return pairs_of((*named, *(classes if services else ())) if named else classes, offered or every_syntax())
    return pairs_of(dict.fromkeys((*classes, *named)), dict.fromkeys((*every_syntax(), *offered)))


def every_class(*, services: bool) -> tuple[str, ...]:
    """All storage SOP classes that are known, private ones too; with ``services``, what else can be proposed."""
    from asprofile.names import private, sop_classes

    standard = [one.uid for one in sop_classes.storage_sop_classes()]
    vendors = [one.uid for one in private.private_sop_classes() if services or one.kind == "storage"]
    others = [one.uid for one in sop_classes.others() if one.negotiable in ("yes", "with-meta")] if services else []
    return (*others, *standard, *vendors)


def every_syntax() -> tuple[str, ...]:
    """All transfer syntaxes that are known, also those that nothing can be sent with."""
    from asprofile.names import transfer_syntaxes

    return tuple(one.uid for one in transfer_syntaxes.transfer_syntaxes())


def pairs_of(classes: Iterable[str], syntaxes: Iterable[str]) -> list[Pair]:
    syntaxes = tuple(syntaxes)
    return [(uid, syntax) for uid in classes for syntax in syntaxes]
