"""What a command line of storescu means, as a value: defaults filled in, what excludes and what needs each other.

Belongs here: the checks of the real program, in its order and with its words. Does not belong here: reading words
(``arguments``), files and the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

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
from asprofile.net.tls_options import TlsOptions
from asprofile.net.tls_words import CrlCheck, SecurityProfile
from asprofile.storescu.arguments import CommandLine, CommandLineError, Given, number, port

if TYPE_CHECKING:
    from asprofile.net.transport import IpVersion
    from asprofile.objects.header import HeaderReading

STORESCU_CALLING_AE: Final = "STORESCU"
STORESCU_CALLED_AE: Final = "ANY-SCP"

LEVELS: Final = ("all", "trace", "debug", "info", "warn", "error", "fatal", "off")
"""Lowest first; a message is shown from its own level on."""

IdentityKind = Literal["user", "password", "kerberos", "saml", "jwt"]
PasswordSource = Literal["ask", "given"]


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
PROFILE_OPTIONS: Final[dict[str, SecurityProfile]] = {
    "--profile-8996": "bcp195-8996",
    "--profile-8996-mod": "bcp195-8996-modified",
    "--profile-bcp195": "bcp195",
    "--profile-bcp195-nd": "bcp195-nd",
    "--profile-bcp195-ex": "bcp195-extended",
    "--profile-aes": "aes",
    "--profile-null": "null",
}
_NEEDS_TLS = "--enable-tls or --anonymous-tls"


class NotSupported(Exception):
    """An option that is known and cannot be honoured."""


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
class Seed:
    """Files for the random numbers of TLS: what is read at the start, and what is written at the end, if anything."""

    read: str
    write: str | None


@dataclass(frozen=True, slots=True)
class Secure:
    """TLS as asked for: ``options`` but for the password of the key, which somebody may have to be ``ask``ed for."""

    options: TlsOptions
    password: PasswordSource
    seed: Seed | None
    dh_parameters: str | None


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


def log_level(line: CommandLine) -> str:
    """The lowest level that is shown. Raises CommandLineError, NotSupported."""
    level = None
    for given in line.chosen("--debug", "--verbose", "--quiet"):
        level = {"--debug": "debug", "--verbose": "info", "--quiet": "fatal"}[given.option.long]
    named = line.last("--log-level")
    if named is not None:
        _conflict("--log-level", "--verbose, --debug or --quiet", level is not None)
        level = named.values[0].lower()
        if level not in LEVELS:
            raise CommandLineError(f"Invalid log level for --log-level option (one of {', '.join(LEVELS)})")
    configured = line.last("--log-config")
    if configured is not None:
        _conflict("--log-config", "--log-level", named is not None)
        _conflict("--log-config", "--verbose, --debug or --quiet", level is not None)
        raise NotSupported(
            "--log-config is not supported: it takes a file of log4cplus; use --log-level, and the shell for the rest"
        )
    return level or "warn"


def settings(line: CommandLine, level: str) -> StorescuSettings:
    """What the command line means; ``level`` is that of ``log_level``. Raises CommandLineError."""
    _depends("--verbose-pc", "verbose mode", line, LEVELS.index(level) <= LEVELS.index("info"))
    scan = line.last("--scan-directories") is not None
    _depends("--scan-pattern", "--scan-directories", line, scan)
    proposing = _preferred(line)
    profile = _profile(line, proposing)
    compression = _compression(line, proposing, profile is not None)
    times = _times(line)
    tls = _tls(line)
    identity, wants_response = _identity(line)
    return StorescuSettings(
        peer=line.parameters[0],
        port=port(line.parameters[1]),
        paths=line.parameters[2:],
        verbose_contexts=line.last("--verbose-pc") is not None,
        reading=_reading(line),
        scan=scan,
        pattern=_value(line, "--scan-pattern", ""),
        recurse=_recurse(line, scan),
        rename=_choice(line, "--no-rename", "--rename") == "--rename",
        calling_ae=_value(line, "--aetitle", STORESCU_CALLING_AE),
        called_ae=_value(line, "--call", STORESCU_CALLED_AE),
        preferred=PROPOSALS[proposing],
        required=line.last("--required") is not None,
        combine=line.last("--combine") is not None,
        profile=profile,
        compression=compression,
        new_vrs=_choice(line, "--enable-new-vr", "--disable-new-vr") != "--disable-new-vr",
        connect_timeout=times["--timeout"],
        socket_timeout=times["--socket-timeout"],
        acse_timeout=times["--acse-timeout"] or 30.0,
        answer_timeout=times["--dimse-timeout"],
        max_pdu=(_number(line, "--max-pdu") or 16384) & ~1,  # DCMTK makes it even
        max_send_pdu=_number(line, "--max-send-pdu"),
        repeat=_number(line, "--repeat") or 1,
        abort=line.last("--abort") is not None,
        halt=line.last("--no-halt") is None,
        invention=_invention(line),
        identity=identity,
        identity_response=wants_response,
        ip=_ip(line),
        tls=tls,
    )


def _reading(line: CommandLine) -> HeaderReading:
    chosen = _choice(line, "--read-file", "--read-file-only", "--read-dataset")
    if chosen == "--read-file-only":
        return "file"
    return "dataset" if chosen == "--read-dataset" else "either"


def _recurse(line: CommandLine, scan: bool) -> bool:
    recurse = False
    for given in line.chosen("--no-recurse", "--recurse"):
        recurse = given.option.long == "--recurse"
        _require("--recurse", "--scan-directories", scan or not recurse)
    return recurse


def _preferred(line: CommandLine) -> str:
    return _choice(line, *PROPOSALS) or "--propose-uncompr"


def _profile(line: CommandLine, proposing: str) -> tuple[str, str] | None:
    given = line.last("--config-file")
    if given is None:
        return None
    _conflict("--config-file", proposing, PROPOSALS[proposing] != "")
    for other in ("--required", "--combine"):
        _conflict("--config-file", other, line.last(other) is not None)
    return given.values[0], given.values[1]


def _compression(line: CommandLine, proposing: str, from_profile: bool) -> int | None:
    deflating = proposing == "--propose-deflated" or from_profile
    _depends("--compression-level", "--propose-deflated or --config-file", line, deflating)
    return _number(line, "--compression-level")


def _times(line: CommandLine) -> dict[str, float | None]:
    """Each time limit; --socket-timeout 0 and less is none."""
    found: dict[str, float | None] = {}
    for long, default in (
        ("--timeout", None),
        ("--socket-timeout", 60),
        ("--acse-timeout", 30),
        ("--dimse-timeout", None),
    ):
        value = _number(line, long)
        seconds = default if value is None else value
        found[long] = None if seconds is None or seconds <= 0 else float(seconds)
    return found


def _invention(line: CommandLine) -> Invention | None:
    names = ("--invent-series", "--invent-study", "--invent-patient")
    if not any(line.last(name) for name in (*names, "--invent-instance")):
        return None
    default = Invention()
    series, study, patient = (_number(line, name) for name in names)
    return Invention(series or default.series, study or default.study, patient or default.patient)


def _ip(line: CommandLine) -> IpVersion:
    chosen = _choice(line, "--ipv4", "--ipv6", "--ip-auto")
    if chosen == "--ipv6":
        return "6"
    return "auto" if chosen == "--ip-auto" else "4"


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
    _depends("--pos-response", "--user, --kerberos, --saml or --jwt", line, identity is not None)
    return identity, line.last("--pos-response") is not None


def _tls(line: CommandLine) -> Secure | None:
    """TLS, None without it. The options of TLS need it, but for those that name a server."""
    secure, names = False, ("", "")
    for given in line.chosen("--disable-tls", "--enable-tls", "--anonymous-tls"):
        secure = given.option.long != "--disable-tls"
        names = (given.values[0], given.values[1]) if given.values else ("", "")
    password, source = _password(line, names != ("", ""))
    for given in line.chosen("--pem-keys", "--der-keys"):
        _require(given.option.long, _NEEDS_TLS, secure)
    for long in ("--enable-crl-vfy", "--enable-crl-all", "--dhparam"):
        _depends(long, _NEEDS_TLS, line, secure)
    sni = _value(line, "--request-sni", "")
    _conflict("--no-sni", "--request-sni", line.last("--no-sni") is not None and line.last("--request-sni") is not None)
    seed = _seed(line, secure)
    for long in ("--require-peer-cert", "--ignore-peer-cert", "--verify-peer-cert", *PROFILE_OPTIONS):
        _depends(long, _NEEDS_TLS, line, secure)
    for long in ("--add-cert-file", "--add-cert-dir", "--add-crl-file", "--cipher"):
        _depends(long, _NEEDS_TLS, line, secure)
    profile = _choice(line, *PROFILE_OPTIONS) or "--profile-8996"
    extended = profile == "--profile-bcp195-ex"
    _conflict("--cipher", "--profile-bcp195-ex", line.last("--cipher") is not None and extended)
    if not secure:
        return None
    lists = tuple(map(Path, line.every("--add-crl-file")))
    ignores = _choice(line, "--require-peer-cert", "--ignore-peer-cert", "--verify-peer-cert") == "--ignore-peer-cert"
    revoked = _choice(line, "--enable-crl-vfy", "--enable-crl-all")
    checks: dict[str, CrlCheck] = {"--enable-crl-all": "all", "--enable-crl-vfy": "leaf"}
    options = TlsOptions(
        key_file=Path(names[0]) if names[0] else None,
        certificate_file=Path(names[1]) if names[1] else None,
        key_password=password,
        file_format="der" if _choice(line, "--pem-keys", "--der-keys") == "--der-keys" else "pem",
        ca_files=tuple(map(Path, line.every("--add-cert-file"))),
        ca_directories=tuple(map(Path, line.every("--add-cert-dir"))),
        crl_files=lists,
        crl_check=None if ignores else checks.get(revoked or ""),
        security_profile=PROFILE_OPTIONS[profile],
        ciphers=tuple(line.every("--cipher")),
        verify="none" if ignores else "certificate",
        sni=sni or False,
    )
    return Secure(options, source, seed, _value(line, "--dhparam", "") or None)


def _password(line: CommandLine, with_key: bool) -> tuple[str | None, PasswordSource]:
    """The password of our key, None if somebody has to be asked for it once it is needed."""
    password: str | None = None
    source: PasswordSource = "ask"
    for given in line.chosen("--std-passwd", "--use-passwd", "--null-passwd"):
        _require(given.option.long, "--enable-tls", with_key)
        password = None if given.option.long == "--std-passwd" else (given.values[0] if given.values else "")
        source = "ask" if password is None else "given"
    return password, source


def _seed(line: CommandLine, secure: bool) -> Seed | None:
    _depends("--seed", _NEEDS_TLS, line, secure)
    read = line.last("--seed")
    write = None
    for given in line.chosen("--write-seed", "--write-seed-file"):
        _require(given.option.long, _NEEDS_TLS, secure)
        _require(given.option.long, "--seed", read is not None)
        write = given.values[0] if given.values else _value(line, "--seed", "")
    return None if read is None else Seed(read.values[0], write)


def _choice(line: CommandLine, *alternatives: str) -> str | None:
    """Which of options that exclude each other counts, None if none was given."""
    chosen = None
    for given in line.chosen(*alternatives):
        chosen = given.option.long
    return chosen


def _value(line: CommandLine, long: str, default: str) -> str:
    given = line.last(long)
    return default if given is None else given.values[0]


def _number(line: CommandLine, long: str) -> int | None:
    given: Given | None = line.last(long)
    return None if given is None else number(given)


def _depends(long: str, other: str, line: CommandLine, fulfilled: bool) -> None:
    _require(long, other, fulfilled or line.last(long) is None)


def _require(long: str, other: str, fulfilled: bool) -> None:
    if not fulfilled:
        raise CommandLineError(f"{long} only allowed with {other}")


def _conflict(long: str, other: str, both: bool) -> None:
    if both:
        raise CommandLineError(f"{long} not allowed with {other}")
