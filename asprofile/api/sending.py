"""Sending objects: what is proposed, which objects, and what became of them.

Not here: the associations themselves (``send``), what is said (``cli``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asprofile.api.conversion import ConversionOptions
from asprofile.api.objects import PATHS, judge_of
from asprofile.api.peers import PeerInput, destination_of
from asprofile.api.ranges import check_send_options, whole
from asprofile.errors import ConfigurationError
from asprofile.names.releases import LATEST, parse_release
from asprofile.negotiate.request import propose
from asprofile.objects.scan import ObjectHeader, scan
from asprofile.report.send.sending import Sending
from asprofile.send.engine import send as send_items
from asprofile.send.options import SendOptions
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from asprofile.api.objects import Paths, Selection
    from asprofile.api.references import ProfileInput
    from asprofile.negotiate.request import AssociateRequest, UserIdentity
    from asprofile.net.tls_options import TlsOptions
    from asprofile.objects.header import HeaderReading, Judge, Unreadable
    from asprofile.objects.preparing import Preparer
    from asprofile.send.control import Control
    from asprofile.send.destination import Destination
    from asprofile.send.outcome import SendEvent, SendReport
    from asprofile.settings.project import ProjectSettings

    Items = Iterator[ObjectHeader | Unreadable]


class Sent(Value):
    """What became of a sending: what it was to do (``sending``), and all results with their sum (``report``)."""

    sending: Sending
    report: SendReport

    @property
    def all_stored(self) -> bool:
        """Every object is stored, with or without a warning, and nothing else went wrong."""
        return self.report.all_stored

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile send --json`` prints (docs/schema/send.json)."""
        # Not imported where no JSON is needed.
        from asprofile.report.send.json import as_json

        return as_json(self.report, self.sending)


def send(
    peer: PeerInput,
    paths: Paths,
    *,
    profile: ProfileInput | None = None,
    release: str = LATEST,
    propose_default: bool = False,
    options: SendOptions = SendOptions(),  # noqa: B008 - a value
    conversion: ConversionOptions = ConversionOptions(),  # noqa: B008 - a value
    recurse: bool = True,
    pattern: str | None = None,
    where: Selection = None,
    dicomdir: bool = False,
    bare: bool = False,
    repeat: int = 1,
    only: Callable[[Items], Items] | None = None,
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    on_start: Callable[[Sending], None] | None = None,
    on_event: Callable[[SendEvent], None] | None = None,
    control: Control | None = None,
    keep_results: bool = True,
    settings: ProjectSettings | None = None,
) -> Sent:
    """Send DICOM objects (C-STORE), over associations with exactly the contexts, roles and extended negotiation of a
    profile, or with the contexts that the objects need.

    Each object goes in its own SOP class and transfer syntax, as it is, unless ``conversion`` says otherwise. Every
    object ends in one state, which is true; a lost association is opened again. Memory does not grow with the objects
    where ``keep_results`` is False and each result is taken from its event.

    Args:
        peer: ``"[AET@]HOST:PORT"``, or an address as a value.
        paths: Files, and directories that are searched.
        profile: ``"[FILE:]NAME"``, a file with one profile, or a profile; None: the contexts follow from the objects.
        release: The DCMTK release that shall load the profile.
        propose_default: Without a profile, propose Implicit VR Little Endian for each SOP class too (PS3.5 10.1).
        options: How: time limits, window, associations, tries.
        conversion: What may become of objects on their way.
        recurse: Go into the directories of a directory.
        pattern: In directories, only files whose names fit, such as ``"*.dcm"``.
        where: Only these objects: expressions, or what ``asprofile.where`` made of them.
        dicomdir: ``paths`` are DICOMDIRs, or directories with one; send what they list.
        bare: Take data sets without a Part 10 header too.
        repeat: Send each object so many times.
        only: Gets what was found, and gives back what is to be sent; called once or twice.
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        on_start: Gets what will be proposed, before there is an association.
        on_event: Gets each event: an association opened or ended, bytes of an object on their way, an object at its
            end (in the order of the input), a file that is no object, a wait. Never two at once, but maybe in another
            thread. What it raises ends the sending, with the associations aborted.
        control: Stops it, from anywhere: ``finish()`` in good order, ``abort()`` at once.
        keep_results: Keep each result in the report.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Returns:
        Also where there was no association: ``report.error`` says why, and each object has its outcome.

    Raises:
        ConfigurationError: It is no address, files for TLS cannot be used, or options exclude each other.
        LoadError: The release does not load the file of the profile.
        ProfileNotFound: There is no such profile.
        ProposalError: No request can carry the profile or an AE title (PS3.8 9.3.2).
        WhereError: ``where`` is no expression.

    Examples:
        >>> sent = asprofile.send("127.0.0.1:11112", "study", where='Modality = "CT"')
        >>> [result.outcome.value for result in sent.report.results]
        ['stored']
        >>> def told(event):
        ...     if isinstance(event, asprofile.Finished):
        ...         print(event.result.path.name, event.result.outcome.value)
        >>> sent = asprofile.send("127.0.0.1:11112", "study", profile="ct.cfg:Scanner", on_event=told)
        breast-tomosynthesis.dcm refused
        ct.dcm stored
        endoscopic-video.dcm refused
        siemens-csa.dcm refused
        >>> sent.all_stored, sent.report.count(asprofile.Outcome.REFUSED)
        (False, 3)

    PS3.4 annex B, PS3.7 9.1.1.
    """
    _check(propose_default, profile, repeat, dicomdir=dicomdir, recurse=recurse, pattern=pattern)
    check_send_options(options)
    to = destination_of(peer, called, calling, tls, identity)
    preparer = conversion.preparer()
    limits = replaced(options, link=to.link, fitted=profile is None)
    reading: HeaderReading = "either" if bare else "part10"
    walk = _walk(_each_time(paths), judge_of(where), reading, recurse=recurse, pattern=pattern, dicomdir=dicomdir)
    if only is not None:
        walk = partial(_narrowed, walk, only)
    if profile is not None:
        sending, items = sending_of_profile(profile, release, settings, to), walk()
    else:
        requests, items = _fitting(walk, preparer, to, with_default=propose_default)
        sending = Sending(to.peer, requests, None)
    if on_start is not None:
        on_start(sending)
    report = send_items(
        sending.requests,
        _repeated(items, repeat),
        to.peer,
        limits,
        on_event,
        preparer=preparer,
        control=control,
        keep_results=keep_results,
    )
    return Sent(sending, report)


def _check(
    propose_default: bool,
    profile: ProfileInput | None,
    repeat: int,
    *,
    dicomdir: bool,
    recurse: bool,
    pattern: str | None,
) -> None:
    if propose_default and profile is not None:
        raise ConfigurationError(
            "@{propose_default} is for contexts that follow from the objects; leave out @{profile}"
        )
    if dicomdir and (not recurse or pattern is not None):
        raise ConfigurationError("@{dicomdir} says which files to send; leave out @{recurse} and @{pattern}")
    whole("repeat", repeat, 1)


def _each_time(paths: Paths) -> Iterable[str | os.PathLike[str]]:
    """Paths that can be gone through twice."""
    if isinstance(paths, (str, os.PathLike)):
        return (paths,)
    if isinstance(paths, bytes) or not isinstance(paths, Iterable):
        raise TypeError(f"{PATHS}, not {type(paths).__name__}")
    return tuple(paths) if isinstance(paths, Iterator) else paths


def _walk(
    paths: Iterable[str | os.PathLike[str]],
    judge: Judge | None,
    reading: HeaderReading,
    *,
    recurse: bool,
    pattern: str | None,
    dicomdir: bool,
) -> Callable[[], Items]:
    if dicomdir:
        return partial(_listed, paths, reading=reading, where=judge)
    names: Any = paths
    return partial(scan, names, recursive=recurse, pattern=pattern, reading=reading, where=judge)


def _listed(paths: Iterable[str | os.PathLike[str]], *, reading: HeaderReading, where: Judge | None) -> Items:
    """The objects that DICOMDIRs list."""
    from asprofile.objects.dicomdir import listed_objects

    for path in paths:
        yield from listed_objects(Path(path), reading=reading, where=where)


def _narrowed(walk: Callable[[], Items], only: Callable[[Items], Items]) -> Items:
    return only(walk())


def sending_of_profile(
    profile: ProfileInput, release: str, settings: ProjectSettings | None, to: Destination
) -> Sending:
    """What a profile proposes. Raises LoadError, ProfileNotFound and ProposalError."""
    # Reading profiles takes a while to import, and sending without one does not need it.
    from asprofile.api.references import named_profile
    from asprofile.settings.project import ProjectSettings

    found = named_profile(profile, settings or ProjectSettings(), parse_release(release), "requestor")
    chosen = found.profile()
    return Sending(to.peer, (propose(chosen, **to.titles),), (chosen.name, found.file), source=found.source)


def _fitting(
    walk: Callable[[], Items], preparer: Preparer, to: Destination, *, with_default: bool
) -> tuple[tuple[AssociateRequest, ...], Items]:
    """Requests for what there is to send, and what there is."""
    from asprofile.negotiate.fitting import fit
    from asprofile.send.survey import Survey

    survey = Survey(walk)
    return tuple(fit(survey.kinds, preparer.targets, with_default=with_default, **to.titles)), survey.items()


def _repeated(items: Items, times: int) -> Iterable[ObjectHeader | Unreadable]:
    """Each object so many times; what is no object once."""
    if times == 1:
        return items
    return (item for item in items for _ in range(times if isinstance(item, ObjectHeader) else 1))
