"""What a command line of storescu means, as a value: defaults filled in, what excludes and what needs each other.

Belongs here: the checks of the real program, in its order and with its words. Does not belong here: reading words
(``arguments``), files and the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from asprofile.dcmtk_cli.arguments import CommandLine, CommandLineError, port
from asprofile.dcmtk_cli.checks import LEVELS, choice, conflict, depends, ip_version, number_of, require, value_of
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

if TYPE_CHECKING:
    from asprofile.net.transport import IpVersion
    from asprofile.objects.header import HeaderReading

STORESCU_CALLING_AE: Final = "STORESCU"
STORESCU_CALLED_AE: Final = "ANY-SCP"

IdentityKind = Literal["user", "password", "kerberos", "saml", "jwt"]


# In the order in which the real program looks for them, with what each prefers. The first is the default.
PROPOSALS: Final[dict[str, str]] = {
    "--propose-uncompr": "",
    "--propose-little": EXPLICIT_VR_LITTLE_ENDIAN,
    "--propose-big": EXPLICIT_VR_BIG_ENDIAN,
    "--propose-implicit": IMPLICIT_VR_LITTLE_ENDIAN,
    "--propose-lossless": JPEG_LOSSLESS,
    "--propose-jpeg8": JPEG_BASELINE,
    "--propose-jpeg12": JPEG_EXTENDED,
    "--propose-j2k-lossless": JPEG_2000_LOSSLESS,
    "--propose-j2k-lossy": JPEG_2000,
    "--propose-jls-lossless": JPEG_LS_LOSSLESS,
    "--propose-jls-lossy": JPEG_LS_LOSSY,
    "--propose-mpeg2": MPEG2_MAIN,
    "--propose-mpeg2-high": MPEG2_HIGH,
    "--propose-mpeg4": MPEG4_HIGH,
    "--propose-mpeg4-bd": MPEG4_BD,
    "--propose-mpeg4-2-2d": MPEG4_2D,
    "--propose-mpeg4-2-3d": MPEG4_3D,
    "--propose-mpeg4-2-st": MPEG4_STEREO,
    "--propose-hevc": HEVC_MAIN,
    "--propose-hevc10": HEVC_MAIN_10,
    "--propose-rle": RLE_LOSSLESS,
    "--propose-deflated": DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
}


@dataclass(frozen=True, slots=True)
class GivenIdentity:
    """Who we say we are: a name and, for ``password``, a password; for tickets and tokens the ``file`` they are in."""

    kind: IdentityKind
    user: str = ""
    password: str = field(default="", repr=False)
    file: str = ""


@dataclass(frozen=True, slots=True)
class Invention:
    """How many images make a series, series a study, studies a patient."""

    series: int = 100
    study: int = 50
    patient: int = 25


@dataclass(frozen=True, slots=True)
class StorescuSettings:
    """Everything that a command line says. Times are in seconds, None: no limit.

    ``preferred`` is the transfer syntax of --propose-..., empty for the default; ``profile`` the file and name of
    --config-file; ``compression`` None unless given; ``answer_timeout`` is that of --dimse-timeout.
    """

    peer: str
    port: int
    paths: tuple[str, ...]
    verbose_contexts: bool
    reading: HeaderReading
    scan: bool
    pattern: str
    recurse: bool
    rename: bool
    calling_ae: str
    called_ae: str
    preferred: str
    required: bool
    combine: bool
    profile: tuple[str, str] | None
    compression: int | None
    new_vrs: bool
    connect_timeout: float | None
    socket_timeout: float | None
    acse_timeout: float
    answer_timeout: float | None
    max_pdu: int
    max_send_pdu: int | None
    repeat: int
    abort: bool
    halt: bool
    invention: Invention | None
    identity: GivenIdentity | None
    identity_response: bool
    ip: IpVersion
    tls: Secure | None


def settings(line: CommandLine, level: str) -> StorescuSettings:
    """What the command line means; ``level`` is that of ``log_level``. Raises CommandLineError."""
    depends("--verbose-pc", "verbose mode", line, LEVELS.index(level) <= LEVELS.index("info"))
    scan = line.last("--scan-directories") is not None
    depends("--scan-pattern", "--scan-directories", line, scan)
    proposing = _preferred(line)
    profile = _profile(line, proposing)
    compression = _compression(line, proposing, profile is not None)
    times = _times(line)
    tls = secure_options(line)
    identity, wants_response = _identity(line)
    return StorescuSettings(
        peer=line.parameters[0],
        port=port(line.parameters[1]),
        paths=line.parameters[2:],
        verbose_contexts=line.last("--verbose-pc") is not None,
        reading=_reading(line),
        scan=scan,
        pattern=value_of(line, "--scan-pattern", ""),
        recurse=_recurse(line, scan),
        rename=choice(line, "--no-rename", "--rename") == "--rename",
        calling_ae=value_of(line, "--aetitle", STORESCU_CALLING_AE),
        called_ae=value_of(line, "--call", STORESCU_CALLED_AE),
        preferred=PROPOSALS[proposing],
        required=line.last("--required") is not None,
        combine=line.last("--combine") is not None,
        profile=profile,
        compression=compression,
        new_vrs=choice(line, "--enable-new-vr", "--disable-new-vr") != "--disable-new-vr",
        connect_timeout=times["--timeout"],
        socket_timeout=times["--socket-timeout"],
        acse_timeout=times["--acse-timeout"] or 30.0,
        answer_timeout=times["--dimse-timeout"],
        max_pdu=(number_of(line, "--max-pdu") or 16384) & ~1,  # DCMTK makes it even
        max_send_pdu=number_of(line, "--max-send-pdu"),
        repeat=number_of(line, "--repeat") or 1,
        abort=line.last("--abort") is not None,
        halt=line.last("--no-halt") is None,
        invention=_invention(line),
        identity=identity,
        identity_response=wants_response,
        ip=ip_version(line),
        tls=tls,
    )


def _reading(line: CommandLine) -> HeaderReading:
    chosen = choice(line, "--read-file", "--read-file-only", "--read-dataset")
    if chosen == "--read-file-only":
        return "file"
    return "dataset" if chosen == "--read-dataset" else "either"


def _recurse(line: CommandLine, scan: bool) -> bool:
    recurse = False
    for given in line.chosen("--no-recurse", "--recurse"):
        recurse = given.option.long == "--recurse"
        require("--recurse", "--scan-directories", scan or not recurse)
    return recurse


def _preferred(line: CommandLine) -> str:
    return choice(line, *PROPOSALS) or "--propose-uncompr"


def _profile(line: CommandLine, proposing: str) -> tuple[str, str] | None:
    given = line.last("--config-file")
    if given is None:
        return None
    conflict("--config-file", proposing, PROPOSALS[proposing] != "")
    for other in ("--required", "--combine"):
        conflict("--config-file", other, line.last(other) is not None)
    return given.values[0], given.values[1]


def _compression(line: CommandLine, proposing: str, from_profile: bool) -> int | None:
    deflating = proposing == "--propose-deflated" or from_profile
    depends("--compression-level", "--propose-deflated or --config-file", line, deflating)
    return number_of(line, "--compression-level")


def _times(line: CommandLine) -> dict[str, float | None]:
    """Each time limit; --socket-timeout 0 and less is none."""
    found: dict[str, float | None] = {}
    for long, default in (
        ("--timeout", None),
        ("--socket-timeout", 60),
        ("--acse-timeout", 30),
        ("--dimse-timeout", None),
    ):
        value = number_of(line, long)
        seconds = default if value is None else value
        found[long] = None if seconds is None or seconds <= 0 else float(seconds)
    return found


def _invention(line: CommandLine) -> Invention | None:
    names = ("--invent-series", "--invent-study", "--invent-patient")
    if not any(line.last(name) for name in (*names, "--invent-instance")):
        return None
    default = Invention()
    series, study, patient = (number_of(line, name) for name in names)
    return Invention(series or default.series, study or default.study, patient or default.patient)


def _identity(line: CommandLine) -> tuple[GivenIdentity | None, bool]:
    """Who we say we are, and whether the peer has to confirm it."""
    identity = None
    for given in line.chosen("--user", "--kerberos", "--saml", "--jwt"):
        match given.option.long:
            case "--user":
                identity = GivenIdentity("user", user=given.values[0])
            case "--kerberos":
                identity = GivenIdentity("kerberos", file=given.values[0])
            case "--saml":
                identity = GivenIdentity("saml", file=given.values[0])
            case _:
                identity = GivenIdentity("jwt", file=given.values[0])
    for given in line.chosen("--password", "--empty-password"):
        # Of the two only the first that is looked at finds a user name without a password.
        if identity is None or identity.kind != "user":
            raise CommandLineError(f"{given.option.long} only allowed with --user")
        identity = GivenIdentity("password", identity.user, given.values[0] if given.values else "")
    depends("--pos-response", "--user, --kerberos, --saml or --jwt", line, identity is not None)
    return identity, line.last("--pos-response") is not None
