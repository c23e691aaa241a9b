"""Which hosts may connect with --access-control: the rules of the TCP wrapper, in hosts.allow and hosts.deny.

Belongs here: reading rules, and what they say of a client (hosts_access(5) and hosts_options(5), as libwrap 7.6.q of
Debian does it, which DCMTK is linked with there). Does not belong here: looking names up (``net.lookup``), the answer.

DCMTK tells the wrapper the address and the name of a client, which is the address where it has none, and nothing else.
What is not supported is refused, and not done by half: netgroups, commands, options that change the process, and forms
that the wrapper reads otherwise than they look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ACCESS_TABLES: Final = (Path("/etc/hosts.allow"), Path("/etc/hosts.deny"))
"""The rules that are looked at first, and those after them."""
UNKNOWN: Final = b"unknown"
"""The name of a host that was not looked up."""

_LONGEST: Final = 2046
_SEPARATORS: Final = re.compile(rb"[, \t\r\n]+")
_SPECIAL: Final = re.compile(rb"[^!-~]|[\[\]\\%@/]")
_NUMBERS: Final = re.compile(rb"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
_ADDRESS_ALONE: Final = re.compile(rb"[\d./]*")
_LEVELS: Final = b"emerg|alert|crit|err|error|warning|warn|notice|info|debug"
_FACILITIES: Final = b"kern|user|mail|daemon|auth|lpr|news|uucp|cron|local[0-7]"
_SEVERITY: Final = re.compile(rb"severity[ \t]+(?:(?:%s)\.)?(?:%s)" % (_FACILITIES, _LEVELS))


class UnusableRule(Exception):
    """A rule that cannot be honoured: why, with its place."""


class _Beyond(Exception):
    """Something in a rule that is beyond us."""


@dataclass(frozen=True, slots=True)
class HostName:
    """What is known of a host: its address and its name, or ``unknown``."""

    address: bytes
    name: bytes


_NOBODY: Final = HostName(UNKNOWN, UNKNOWN)
"""What DCMTK says of our side; of the user of the client, too, it says that the name is unknown."""


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One rule for a program: lists of patterns; ``allows`` is None where the file decides."""

    place: str
    daemons: tuple[bytes, ...]
    clients: tuple[bytes, ...]
    allows: bool | None


def check_access(program: str, tables: tuple[Path, Path]) -> None:
    """Whether the rules for a program can be honoured. Raises UnusableRule."""
    for path in tables:
        for _ in _rules(path, program.encode()):
            pass


def may_connect(program: str, client: HostName, tables: tuple[Path, Path]) -> bool:
    """Whether a host may. The files are read for each connection, as the wrapper does. Raises UnusableRule."""
    daemon = program.encode()
    for path, meaning in zip(tables, (True, False), strict=True):
        for rule in _rules(path, daemon):
            if _in_list(rule.daemons, lambda token: _is_served(token, daemon)) and _in_list(
                rule.clients, lambda token: _is_client(token, client)
            ):
                return meaning if rule.allows is None else rule.allows
    return True


# --- reading


def _rules(path: Path, daemon: bytes) -> Iterator[AccessRule]:
    """Those that may be about a program, in order. Raises UnusableRule."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnusableRule(f"{path} cannot be read: {error.strerror}") from None
    for place, line in _lines(content, path):
        try:
            rule = _rule(line, daemon, place)
        except _Beyond as beyond:
            raise UnusableRule(f"{place}: {beyond}") from None
        if rule is not None:
            yield rule


def _lines(content: bytes, path: Path) -> Iterator[tuple[str, bytes]]:
    """Lines with what follows a backslash at their end, and where they end. Raises UnusableRule."""
    parts: list[bytes] = []
    ends = content.count(b"\n")
    for number, part in enumerate(content.split(b"\n"), 1):
        place = f"{path}, line {number}"
        parts.append(part.removesuffix(b"\\"))
        line = b"".join(parts)
        if len(line) > _LONGEST:
            raise UnusableRule(f"{place}: the TCP wrapper reads no more than {_LONGEST + 1} bytes of a line: split it")
        if b"\0" in line:
            raise UnusableRule(f"{place}: there is a zero byte in it: remove it")
        if part.endswith(b"\\") or number > ends:
            continue
        parts.clear()
        if not line.startswith(b"#") and line.strip(b" \t\r"):
            yield place, line
    if any(parts):
        raise UnusableRule(f"{path}: its last line has no end, and the TCP wrapper refuses everybody then: end it")


def _rule(line: bytes, daemon: bytes, place: str) -> AccessRule | None:
    """None if it is no rule, or about other programs for certain. Raises _Beyond."""
    first, *fields = _fields(line)
    if not fields:
        return None  # the wrapper complains to syslog, and goes on
    daemons = _words(first)
    if not any(_may_mean(token, daemon) for token in daemons):
        return None
    if not re.fullmatch(rb"(?:[^\[\]]|\[[^\[\]]*\])*", line):
        raise _Beyond("a bracket without its counterpart")
    for token in daemons:
        _check_daemon(token)
    clients = _words(fields[0])
    for token in clients:
        _check_client(token)
    return AccessRule(place, daemons, clients, _decision([field.strip(b" \t\r") for field in fields[1:]]))


def _fields(line: bytes) -> list[bytes]:
    """What is between colons; those within brackets are of an address."""
    fields: list[bytes] = []
    end, within = len(line), False
    for place in reversed(range(len(line))):
        if line[place] in b"[]":
            within = line[place] == ord("]")
        elif line[place] == ord(":") and not within:
            fields.append(line[place + 1 : end])
            end = place
    return [line[:end], *reversed(fields)]


def _words(field: bytes) -> tuple[bytes, ...]:
    return tuple(word for word in _SEPARATORS.split(field) if word)


def _may_mean(token: bytes, daemon: bytes) -> bool:
    """What is no plain name may."""
    name = token.partition(b"@")[0]
    return bool(_SPECIAL.search(name)) or name.upper() == b"EXCEPT" or _is_equal(name, daemon)


def _halves(token: bytes) -> tuple[bytes, bytes]:
    """What is in front of the @ of ``name@host``, and the host; without one, the whole, and nothing."""
    name, _, host = token[1:].partition(b"@")
    return token[:1] + name, host


def _check_daemon(token: bytes) -> None:
    name, host = _halves(token)
    if _SPECIAL.search(name):
        raise _Beyond(f"{_shown(token)} as the name of a program: give a name, or ALL")
    if host:
        _check_host(host)


def _check_client(token: bytes) -> None:
    user, host = _halves(token)
    if host and _SPECIAL.search(user):
        raise _Beyond(f"{_shown(token)} with the name of a user, whom nobody asks for: give the host alone")
    _check_host(host or token)


def _check_host(token: bytes) -> None:
    if token.startswith(b"@"):
        raise _Beyond(f"{_shown(token)} is a netgroup, which is not looked up here: give its hosts, or a file of them")
    if token.startswith(b"/"):
        for word in _file_words(token):
            if word.startswith(b"/"):
                raise _Beyond(f"{_shown(word)} in {_shown(token)} is a file in a file: give its hosts")
            _check_host(word)
    elif b"/" in token or b"[" in token:
        _network(token)
    elif _SPECIAL.search(token):
        raise _Beyond(f"{_shown(token)} as a host: give a name, an address, or a network such as 192.0.2.0/24")


def _decision(options: Sequence[bytes]) -> bool | None:
    """What the options of a rule decide. Raises _Beyond."""
    decided = None
    for option in options:
        word = option.lower()
        if decided is not None:
            raise _Beyond(f"{_shown(option)} behind a word that has to be the last of a rule: remove one of the two")
        if word in (b"allow", b"deny"):
            decided = word == b"allow"
        elif word and not _SEVERITY.fullmatch(word):
            raise _Beyond(f"the option {_shown(option)} is not done here: only allow, deny and severity are")
    return decided


def _shown(token: bytes) -> str:
    return ascii(token.decode("latin-1"))


# --- matching


def _in_list(tokens: Sequence[bytes], is_meant: Callable[[bytes], bool]) -> bool:
    """``a b EXCEPT c d``: one of the first, and none of the list after it, which may have an EXCEPT of its own."""
    groups: list[list[bytes]] = [[]]
    for token in tokens:
        if token.upper() == b"EXCEPT":
            groups.append([])
        else:
            groups[-1].append(token)
    for number, group in enumerate(groups):
        if not any(map(is_meant, group)):
            return bool(number % 2)
    return bool(len(groups) % 2)


def _is_served(token: bytes, daemon: bytes) -> bool:
    name, host = _halves(token)
    return _is_equal(name, daemon) and (not host or _is_host(host, _NOBODY))


def _is_client(token: bytes, client: HostName) -> bool:
    user, host = _halves(token)
    return _is_host(host or token, client) and (not host or _is_equal(user, UNKNOWN))


def _is_host(token: bytes, host: HostName) -> bool:
    if token.startswith(b"/"):
        return any(_is_host(word, host) for word in _file_words(token))
    if token.upper() == b"KNOWN":
        return UNKNOWN not in (host.address, host.name)
    if token.upper() == b"LOCAL":
        return b"." not in host.name and host.name != UNKNOWN
    if b"/" in token or b"[" in token:
        return _is_within(host.address, *_network(token))
    if _is_equal(token, host.address):
        return True
    return not _ADDRESS_ALONE.fullmatch(token) and _is_equal(token, host.name)


def _is_equal(pattern: bytes, text: bytes) -> bool:
    """Whether a pattern for names means this one."""
    pattern, text = pattern.lower(), text.lower()
    if b"*" in pattern or b"?" in pattern:
        return _fits(pattern, text)
    if pattern.startswith(b"."):
        return len(text) > len(pattern) and text.endswith(pattern)
    if pattern == b"all":
        return True
    if pattern == b"known":
        return text != UNKNOWN
    if pattern.endswith(b"."):
        return text.startswith(pattern)
    return pattern == text


def _fits(pattern: bytes, text: bytes) -> bool:
    """With stars and question marks: what is between two stars is looked for once, from left to right."""
    first, *others = (re.escape(part).replace(rb"\?", b".") for part in pattern.split(b"*"))
    if not others:
        return re.fullmatch(first, text, re.DOTALL) is not None
    found = re.match(first, text, re.DOTALL)
    for part in others[:-1]:
        found = found and re.compile(part, re.DOTALL).search(text, found.end())
    return found is not None and re.compile(others[-1] + rb"\Z", re.DOTALL).search(text, found.end()) is not None


def _network(token: bytes) -> tuple[IPv4Address | IPv6Address, int]:
    """An address, and which bits of it count. Raises _Beyond."""
    base, slash, mask = token.partition(b"/")
    bits = int(mask) if re.fullmatch(rb"[1-9]?\d{1,2}|0", mask) and not re.match(rb"0\d", mask) else None
    try:
        if base.startswith(b"[") and base.endswith(b"]") and (not slash or (bits is not None and bits <= 128)):
            address = IPv6Address(base[1:-1].decode("ascii"))
            if address.scope_id is None and address.ipv4_mapped is None:
                return address, _ones(128 if bits is None else bits, 128)
        elif _NUMBERS.fullmatch(base) and slash:
            if bits is not None and 1 <= bits <= 32:
                return IPv4Address(base.decode("ascii")), _ones(bits, 32)
            if _NUMBERS.fullmatch(mask) and mask != b"255.255.255.255":
                return IPv4Address(base.decode("ascii")), int(IPv4Address(mask.decode("ascii")))
    except (AddressValueError, UnicodeDecodeError):
        pass
    raise _Beyond(f"{_shown(token)} as a network: write one as 192.0.2.0/24 or [2001:db8::]/32")


def _ones(count: int, size: int) -> int:
    return ((1 << count) - 1) << (size - count)


def _is_within(address: bytes, network: IPv4Address | IPv6Address, mask: int) -> bool:
    """As the wrapper has it: in IPv4, a network with bits that do not count has no addresses."""
    text = address.partition(b"%")[0].decode("ascii")
    if isinstance(network, IPv4Address):
        return _NUMBERS.fullmatch(address) is not None and int(IPv4Address(text)) & mask == int(network)
    return b":" in address and int(IPv6Address(text)) & mask == int(network) & mask


def _file_words(token: bytes) -> list[bytes]:
    """The patterns in a file. Raises _Beyond if it is there and cannot be read."""
    try:
        return Path(token.decode("latin-1")).read_bytes().split()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _Beyond(f"{_shown(token)} cannot be read: {error.strerror}") from None
