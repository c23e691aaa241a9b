"""The options of TLS, which all of DCMTK's programs with a network have.

Belongs here: the checks of the real programs, in their order and with their words. Does not belong here: files and TLS
itself (``tls``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from asprofile.dcmtk_cli.arguments import CommandLine
from asprofile.dcmtk_cli.checks import choice, conflict, depends, require, value_of
from asprofile.net.tls_options import TlsOptions
from asprofile.net.tls_words import CrlCheck, SecurityProfile

PasswordSource = Literal["ask", "given"]
PROFILE_OPTIONS: Final[dict[str, SecurityProfile]] = {
    "--profile-8996": "bcp195-8996",
    "--profile-8996-mod": "bcp195-8996-modified",
    "--profile-bcp195": "bcp195",
    "--profile-bcp195-nd": "bcp195-nd",
    "--profile-bcp195-ex": "bcp195-extended",
    "--profile-aes": "aes",
    "--profile-null": "null",
}


@dataclass(frozen=True, slots=True)
class Seed:
    """Files for the random numbers of TLS: what is read at the start, and what is written at the end, if anything."""

    read: str
    write: str | None


@dataclass(frozen=True, slots=True)
class Secure:
    """TLS as asked for: ``options`` but for the password of the key, which somebody may have to be ``ask``ed for.

    Of an acceptor alone: ``optional`` takes a peer without a certificate, ``expected_name`` is the server name that
    it has to ask for (empty: any).
    """

    options: TlsOptions
    password: PasswordSource
    seed: Seed | None
    dh_parameters: str | None
    optional: bool = False
    expected_name: str = ""


def secure_options(line: CommandLine) -> Secure | None:
    """TLS, None without it. The options of TLS need it, but for those that name a server. Raises CommandLineError."""
    requests = "--anonymous-tls" in line.program.spellings
    needed = "--enable-tls or --anonymous-tls" if requests else "--enable-tls"
    secure, names = False, ("", "")
    for given in line.chosen("--disable-tls", "--enable-tls", "--anonymous-tls"):
        secure = given.option.long != "--disable-tls"
        names = (given.values[0], given.values[1]) if given.values else ("", "")
    password, source = _password(line, names != ("", ""))
    for given in line.chosen("--pem-keys", "--der-keys"):
        require(given.option.long, needed, secure)
    for long in ("--enable-crl-vfy", "--enable-crl-all", "--dhparam"):
        depends(long, needed, line, secure)
    naming = "--request-sni" if requests else "--expect-sni"
    sni = value_of(line, naming, "")
    conflict("--no-sni", naming, line.last("--no-sni") is not None and line.last(naming) is not None)
    seed = _seed(line, needed, secure)
    for long in ("--require-peer-cert", "--ignore-peer-cert", "--verify-peer-cert", *PROFILE_OPTIONS):
        depends(long, needed, line, secure)
    for long in ("--add-cert-file", "--add-cert-dir", "--add-crl-file", "--cipher"):
        depends(long, needed, line, secure)
    profile = choice(line, *PROFILE_OPTIONS) or "--profile-8996"
    extended = profile == "--profile-bcp195-ex"
    conflict("--cipher", "--profile-bcp195-ex", line.last("--cipher") is not None and extended)
    if not secure:
        return None
    lists = tuple(map(Path, line.every("--add-crl-file")))
    proof = choice(line, "--require-peer-cert", "--ignore-peer-cert", "--verify-peer-cert")
    ignores = proof == "--ignore-peer-cert"
    revoked = choice(line, "--enable-crl-vfy", "--enable-crl-all")
    checks: dict[str, CrlCheck] = {"--enable-crl-all": "all", "--enable-crl-vfy": "leaf"}
    options = TlsOptions(
        key_file=Path(names[0]) if names[0] else None,
        certificate_file=Path(names[1]) if names[1] else None,
        key_password=password,
        file_format="der" if choice(line, "--pem-keys", "--der-keys") == "--der-keys" else "pem",
        ca_files=tuple(map(Path, line.every("--add-cert-file"))),
        ca_directories=tuple(map(Path, line.every("--add-cert-dir"))),
        crl_files=lists,
        crl_check=None if ignores else checks.get(revoked or ""),
        security_profile=PROFILE_OPTIONS[profile],
        ciphers=tuple(line.every("--cipher")),
        verify="none" if ignores else "certificate",
        sni=(requests and sni) or False,
    )
    return Secure(
        options,
        source,
        seed,
        value_of(line, "--dhparam", "") or None,
        optional=proof == "--verify-peer-cert" and not requests,
        expected_name="" if requests else sni,
    )


def _password(line: CommandLine, with_key: bool) -> tuple[str | None, PasswordSource]:
    """The password of our key, None if somebody has to be asked for it once it is needed."""
    password: str | None = None
    source: PasswordSource = "ask"
    for given in line.chosen("--std-passwd", "--use-passwd", "--null-passwd"):
        require(given.option.long, "--enable-tls", with_key)
        password = None if given.option.long == "--std-passwd" else (given.values[0] if given.values else "")
        source = "ask" if password is None else "given"
    return password, source


def _seed(line: CommandLine, needed: str, secure: bool) -> Seed | None:
    depends("--seed", needed, line, secure)
    read = line.last("--seed")
    write = None
    for given in line.chosen("--write-seed", "--write-seed-file"):
        require(given.option.long, needed, secure)
        require(given.option.long, "--seed", read is not None)
        write = given.values[0] if given.values else value_of(line, "--seed", "")
    return None if read is None else Seed(read.values[0], write)
