"""What a command line of storescp or dcmrecv means, as a value: defaults filled in, what excludes and what needs each
other.

Belongs here: the checks of the real programs, in their order and with their words. Does not belong here: reading words
(``dcmtk_cli``), files and the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from asprofile.dcmtk_cli.arguments import CommandLine, CommandLineError, number, port
from asprofile.dcmtk_cli.checks import (
    LEVELS,
    NotSupported,
    choice,
    conflict,
    depends,
    ip_version,
    number_of,
    require,
    value_of,
)
from asprofile.dcmtk_cli.security import Secure, secure_options
from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    HEVC_MAIN,
    HEVC_MAIN_10,
    IMPLICIT_VR_LITTLE_ENDIAN,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LS_LOSSLESS,
    JPEG_LS_LOSSY,
    MPEG2_HIGH,
    MPEG2_MAIN,
    MPEG4_2D,
    MPEG4_3D,
    MPEG4_BD,
    MPEG4_HIGH,
    MPEG4_STEREO,
    RLE_LOSSLESS,
)
from asprofile.storescp.studies import Sorting

if TYPE_CHECKING:
    from asprofile.net.transport import IpVersion
    from asprofile.objects.rules import GroupLengths

OWN_TITLE: Final = "STORESCP"
SOCKET_TIMEOUT: Final = 60.0
"""Seconds, of dcmrecv always."""

# In the order in which the real program looks for them, with what each prefers. The first is the default.
PREFERENCES: Final[dict[str, str]] = {
    "--prefer-uncompr": "",
    "--prefer-little": EXPLICIT_VR_LITTLE_ENDIAN,
    "--prefer-big": EXPLICIT_VR_BIG_ENDIAN,
    "--prefer-lossless": JPEG_LOSSLESS,
    "--prefer-jpeg8": JPEG_BASELINE,
    "--prefer-jpeg12": JPEG_EXTENDED,
    "--prefer-j2k-lossless": JPEG_2000_LOSSLESS,
    "--prefer-j2k-lossy": JPEG_2000,
    "--prefer-jls-lossless": JPEG_LS_LOSSLESS,
    "--prefer-jls-lossy": JPEG_LS_LOSSY,
    "--prefer-mpeg2": MPEG2_MAIN,
    "--prefer-mpeg2-high": MPEG2_HIGH,
    "--prefer-mpeg4": MPEG4_HIGH,
    "--prefer-mpeg4-bd": MPEG4_BD,
    "--prefer-mpeg4-2-2d": MPEG4_2D,
    "--prefer-mpeg4-2-3d": MPEG4_3D,
    "--prefer-mpeg4-2-st": MPEG4_STEREO,
    "--prefer-hevc": HEVC_MAIN,
    "--prefer-hevc10": HEVC_MAIN_10,
    "--prefer-rle": RLE_LOSSLESS,
    "--prefer-deflated": DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    "--implicit": IMPLICIT_VR_LITTLE_ENDIAN,
    "--accept-all": "",
}
_ACCEPT_ALL: Final = "--accept-all"
_UNCOMPRESSED: Final = (
    "",
    EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
)
_WRITTEN: Final[dict[str, str]] = {
    "--write-xfer-same": "",
    "--write-xfer-little": EXPLICIT_VR_LITTLE_ENDIAN,
    "--write-xfer-big": EXPLICIT_VR_BIG_ENDIAN,
    "--write-xfer-implicit": IMPLICIT_VR_LITTLE_ENDIAN,
    "--write-xfer-deflated": DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
}
_SORTINGS: Final = "--sort-conc-studies, --sort-on-study-uid or --sort-on-patientname"

NamingMode = Literal["instance", "unique", "time", "short", "system time"]
"""What a file is named after. ``time`` is that of storescp, ``system time`` and ``short`` are those of dcmrecv."""
AbortMode = Literal["", "during", "after"]


@dataclass(frozen=True, slots=True)
class WritingSettings:
    """How an object is written: ``meta`` with file meta information; ``exact`` as it came, and nothing of the rest
    counts; else in ``transfer_syntax`` (empty: its own), with the other fields as in ``objects.rules.WritingRules``.
    """

    meta: bool = True
    exact: bool = False
    transfer_syntax: str = ""
    new_vrs: bool = True
    group_lengths: GroupLengths = "keep"
    undefined: bool = False
    level: int | None = None
    known_vrs: bool = False
    file_pad: int = 0
    item_pad: int = 0


@dataclass(frozen=True, slots=True)
class EventCommands:
    """What is done after an object, and after a study that is over after ``timeout`` seconds without an object (None:
    only with an object of another one). ``wait``: for each command.
    """

    on_object: str | None = None
    on_study: str | None = None
    rename: bool = False
    timeout: float | None = None
    wait: bool = False


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Everything that a command line says. Times are in seconds, None: no limit.

    ``program`` decides on what is said and answered. ``parallel``: associations at a time (None: as many as come).
    ``profile`` is the file and name of --config-file; without it ``preferred`` is the transfer syntax that counts most,
    ``accept_all`` takes every one and ``promiscuous`` every SOP class that has no name. ``ae_title`` of dcmrecv: None
    answers to each. ``host_lookup`` finds the name of each peer, ``access_control`` asks the rules of the TCP wrapper.
    ``inetd``: the connection is standard input, and the only one.
    """

    program: Literal["storescp", "dcmrecv"]
    port: int
    ip: IpVersion
    directory: str
    writing: WritingSettings
    naming: NamingMode
    extension: str
    inetd: bool = False
    verbose_contexts: bool = False
    parallel: int | None = 1
    profile: tuple[str, str] | None = None
    preferred: str = ""
    accept_all: bool = False
    promiscuous: bool = False
    ae_title: str | None = None
    max_pdu: int = 16384
    socket_timeout: float | None = SOCKET_TIMEOUT
    acse_timeout: float = 30.0
    dimse_timeout: float | None = None
    refuse: bool = False
    reject: bool = False
    ignore: bool = False
    sleep_after: int = 0
    sleep_during: int = 0
    abort: AbortMode = ""
    host_lookup: bool = True
    access_control: bool = False
    by_date: bool = False
    sorting: Sorting | None = None
    commands: EventCommands = EventCommands()
    tls: Secure | None = None


def storescp_settings(line: CommandLine, level: str) -> ProviderSettings:
    """What a command line of storescp means; ``level`` is that of the log. Raises CommandLineError, NotSupported."""
    _conflict_of_inetd(line)
    parallel = _parallel(line)
    inetd = line.last("--inetd") is not None
    if not line.parameters and not inetd:
        raise CommandLineError("Missing parameter port")
    number_of_port = 0 if inetd else port(line.parameters[0])
    depends("--verbose-pc", "verbose mode", line, LEVELS.index(level) <= LEVELS.index("info"))
    preference = choice(line, *PREFERENCES) or "--prefer-uncompr"
    times = {long: number_of(line, long) for long in ("--socket-timeout", "--acse-timeout", "--dimse-timeout")}
    max_pdu = number_of(line, "--max-pdu") or 16384
    sleep_after, sleep_during = (number_of(line, long) or 0 for long in ("--sleep-after", "--sleep-during"))
    promiscuous = line.last("--promiscuous") is not None
    profile = _profile(line, preference, promiscuous=promiscuous)
    writing = _writing(line, preference)
    sorting = _sorting(line, exact=writing.exact)
    naming = _naming(line)
    commands = _commands(line, sorting, forks=choice(line, "--single-process", "--fork") == "--fork")
    socket_time = times["--socket-timeout"]
    return ProviderSettings(
        program="storescp",
        port=number_of_port,
        inetd=inetd,
        ip=ip_version(line),
        directory=value_of(line, "--output-directory", "."),
        writing=writing,
        naming=naming,
        extension=value_of(line, "--filename-extension", ""),
        verbose_contexts=line.last("--verbose-pc") is not None,
        parallel=parallel,
        profile=profile,
        ae_title=value_of(line, "--aetitle", OWN_TITLE),
        preferred=PREFERENCES[preference],
        accept_all=preference == _ACCEPT_ALL,
        promiscuous=promiscuous,
        max_pdu=max_pdu & ~1,  # DCMTK makes it even
        socket_timeout=SOCKET_TIMEOUT if socket_time is None else float(socket_time) if socket_time > 0 else None,
        acse_timeout=float(times["--acse-timeout"] or 30),
        dimse_timeout=_seconds(times["--dimse-timeout"]),
        refuse=line.last("--refuse") is not None,
        reject=line.last("--reject") is not None,
        ignore=line.last("--ignore") is not None,
        sleep_after=sleep_after,
        sleep_during=sleep_during,
        abort="during" if line.last("--abort-during") else "after" if line.last("--abort-after") else "",
        host_lookup=line.last("--disable-host-lookup") is None,
        access_control=choice(line, "--access-full", "--access-control") == "--access-control",
        sorting=sorting,
        commands=commands,
        tls=secure_options(line),
    )


def dcmrecv_settings(line: CommandLine, level: str) -> ProviderSettings:
    """What a command line of dcmrecv means; see ``storescp_settings``."""
    depends("--verbose-pc", "verbose mode", line, LEVELS.index(level) <= LEVELS.index("info"))
    given = line.last("--config-file")
    title: str | None = None
    for chosen in line.chosen("--aetitle", "--use-called-aetitle"):
        title = chosen.values[0] if chosen.values else None
    acse, dimse = number_of(line, "--acse-timeout"), number_of(line, "--dimse-timeout")
    max_pdu = number_of(line, "--max-pdu") or 16384
    by_date = choice(line, "--no-subdir", "--series-date-subdir") == "--series-date-subdir"
    mode = None
    for chosen in line.chosen("--normal", "--bit-preserving", "--ignore"):
        mode = chosen.option.long
        conflict("--bit-preserving", "--series-date-subdir", mode == "--bit-preserving" and by_date)
    namings: dict[str, NamingMode] = {
        "--default-filenames": "instance",
        "--unique-filenames": "unique",
        "--short-unique-names": "short",
        "--system-time-names": "system time",
    }
    return ProviderSettings(
        program="dcmrecv",
        port=port(line.parameters[0]),
        ip=ip_version(line),
        directory=value_of(line, "--output-directory", "."),
        writing=WritingSettings(exact=mode == "--bit-preserving", undefined=True),
        naming=namings[choice(line, *namings) or "--default-filenames"],
        extension=value_of(line, "--filename-extension", ""),
        verbose_contexts=line.last("--verbose-pc") is not None,
        profile=None if given is None else (given.values[0], given.values[1]),
        ae_title=title,
        max_pdu=max_pdu & ~1,
        acse_timeout=float(acse or 30),
        dimse_timeout=_seconds(dimse),
        ignore=mode == "--ignore",
        host_lookup=line.last("--disable-host-lookup") is None,
        by_date=by_date,
        tls=secure_options(line),
    )


def _conflict_of_inetd(line: CommandLine) -> None:
    if line.last("--inetd") is not None:
        conflict("--inetd", "--fork", line.last("--fork") is not None)
        depends("--max-associations", "--fork", line, fulfilled=False)


def _parallel(line: CommandLine) -> int | None:
    forks = choice(line, "--single-process", "--fork") == "--fork"
    depends("--max-associations", "--fork", line, forks)
    most = number_of(line, "--max-associations")
    return most if forks else 1


def _seconds(value: int | None) -> float | None:
    return None if value is None else float(value)


def _profile(line: CommandLine, preference: str, *, promiscuous: bool) -> tuple[str, str] | None:
    given = line.last("--config-file")
    if given is None:
        return None
    conflict("--config-file", preference, PREFERENCES[preference] != "" or preference == _ACCEPT_ALL)
    conflict("--config-file", "--promiscuous", promiscuous)
    return given.values[0], given.values[1]


def _writing(line: CommandLine, preference: str) -> WritingSettings:
    exact = choice(line, "--normal", "--bit-preserving") == "--bit-preserving"
    meta = choice(line, "--write-file", "--write-dataset") != "--write-dataset"
    written = ""
    for given in line.chosen(*_WRITTEN):
        long = given.option.long
        written = _WRITTEN[long]
        if written:
            conflict(long, _ACCEPT_ALL, preference == _ACCEPT_ALL)
            conflict(long, "--bit-preserving", exact)
            conflict(long, preference, PREFERENCES[preference] not in _UNCOMPRESSED)
    new_vrs, lengths, undefined = True, "--group-length-recalc", False
    for given in line.chosen("--enable-new-vr", "--disable-new-vr"):
        conflict(given.option.long, "--bit-preserving", exact)
        new_vrs = given.option.long == "--enable-new-vr"
    for given in line.chosen("--group-length-recalc", "--group-length-create", "--group-length-remove"):
        conflict(given.option.long, "--bit-preserving", exact)
        lengths = given.option.long
    for given in line.chosen("--length-explicit", "--length-undefined"):
        conflict(given.option.long, "--bit-preserving", exact)
        undefined = given.option.long == "--length-undefined"
    file_pad, item_pad = _padding(line, exact=exact, meta=meta)
    deflates = written in ("", DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)
    depends("--compression-level", "--write-xfer-deflated or --write-xfer-same", line, deflates)
    kinds: dict[str, GroupLengths] = {"--group-length-create": "create", "--group-length-remove": "remove"}
    return WritingSettings(
        meta=meta,
        exact=exact,
        transfer_syntax=written,
        new_vrs=new_vrs,
        group_lengths=kinds.get(lengths, "keep"),
        undefined=undefined,
        level=number_of(line, "--compression-level"),
        known_vrs=choice(line, "--retain-un", "--convert-un") == "--convert-un",
        file_pad=file_pad,
        item_pad=item_pad,
    )


def _padding(line: CommandLine, *, exact: bool, meta: bool) -> tuple[int, int]:
    """Up to which multiples the file and its items are filled up."""
    found = (0, 0)
    for given in line.chosen("--padding-off", "--padding-create"):
        if given.values:
            conflict("--padding-create", "--write-dataset", not meta)
            conflict("--padding-create", "--bit-preserving", exact)
            found = (number(given), number(given, 1))
    if any(one % 2 for one in found):
        raise NotSupported("--padding-create with an odd number: DCMTK pads nothing then; give even numbers")
    return found


def _sorting(line: CommandLine, *, exact: bool) -> Sorting | None:
    sorting = None
    for given in line.chosen("--sort-conc-studies", "--sort-on-study-uid", "--sort-on-patientname"):
        conflict(given.option.long, "--bit-preserving", exact)
        match given.option.long:
            case "--sort-conc-studies":
                sorting = Sorting("time", given.values[0])
            case "--sort-on-study-uid":
                sorting = Sorting("study", given.values[0])
            case _:
                sorting = Sorting("patient")
    return sorting


def _naming(line: CommandLine) -> NamingMode:
    unique = choice(line, "--default-filenames", "--unique-filenames") == "--unique-filenames"
    if line.last("--timenames") is not None:
        conflict("--timenames", "--unique-filenames", unique)
        return "time"
    return "unique" if unique else "instance"


def _commands(line: CommandLine, sorting: Sorting | None, *, forks: bool) -> EventCommands:
    for long in ("--exec-on-eostudy", "--rename-on-eostudy"):
        if line.last(long) is not None:
            conflict(long, "--fork", forks)
            conflict(long, "--inetd", line.last("--inetd") is not None)
            require(long, _SORTINGS, sorting is not None)
    others = "--sort-conc-studies, --sort-on-study-uid, --sort-on-patientname, --exec-on-eostudy or --rename-on-eostudy"
    depends("--eostudy-timeout", others, line, sorting is not None)
    given = line.last("--eostudy-timeout")
    return EventCommands(
        on_object=value_of(line, "--exec-on-reception", "") or None,
        on_study=value_of(line, "--exec-on-eostudy", "") or None,
        rename=line.last("--rename-on-eostudy") is not None,
        timeout=None if given is None else float(number(given, signed=True)),
        wait=line.last("--exec-sync") is not None,
    )
