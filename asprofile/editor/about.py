"""What a UID or a name is, in a few lines of Markdown: the standard's name, the kind, DCMTK's names by release, and
what can be said of its objects or its encoding.
"""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.model import uid as uids_of_text
from asprofile.names import private, sop_classes, symbols, transfer_syntaxes, uids
from asprofile.names.registry import UidInfo
from asprofile.names.releases import RELEASES, at_least
from asprofile.text import decode

_PIXEL_DATA = {
    "yes": "with Pixel Data",
    "no": "without Pixel Data: uncompressed transfer syntaxes only",
    "conditional": "with or without Pixel Data",
    "float": "with Float Pixel Data only: uncompressed transfer syntaxes only",
    "conditional-or-float": "with or without Pixel Data, which may be floating-point",
}
_FRAMES = {"single": "one frame", "multi": "several frames", "either": "one or several frames"}
_ENCODING = {
    "native": "uncompressed",
    "deflated": "the whole data set deflated",
    "encapsulated": "Pixel Data compressed (encapsulated): for objects with Pixel Data only",
    "referenced": "a URL in place of the Pixel Data",
    "referenced-deflated": "a URL in place of the Pixel Data, the data set deflated",
    "real-time": "for DICOM Real-Time Video only, which uses no association",
    "obsolete": "never meant for an association",
}
_FIDELITY = {"lossless": "lossless", "lossy": "lossy", "either": "lossless or lossy"}


def about_text(text: bytes, release: str) -> str:
    """What a name or UID in a file is to that release of DCMTK; empty if nothing is known of it."""
    name = uids_of_text.symbol(text)
    uid = uids_of_text.resolve(text, release) or next((known.uid for known in reversed(symbols.history(name))), None)
    if uid is None or uids.describe(uid) is None:
        return ""
    lines = [about_uid(uid, release)]
    if name in uids_of_text.MACHINE_DEPENDENT:
        lines.append(
            f"`{name}`: DCMTK takes the byte order of the machine that it runs on; here little endian is meant."
        )
    elif not uids_of_text.is_number(text) and symbols.uid_of(name, release) is None:
        lines.append(f"**DCMTK {release} does not know the name `{quoted(text)}` and refuses the file.**")
    return "\n\n".join(lines)


def about_uid(uid: str, release: str) -> str:
    """What a UID is; empty if nothing is known of it."""
    info = uids.describe(uid)
    if info is None:
        return ""
    lines = [f"**{info.name or uid}**", f"`{uid}` · {kind_in_words(info)}"]
    lines += _names(uid, release)
    syntax = transfer_syntaxes.get(uid)
    if syntax is not None:
        lines += _transfer_syntax(syntax, release)
    elif info.kind == "storage":
        lines += _storage(uid)
    retired = _retired(info, release)
    return "\n\n".join([*lines, *retired])


def kind_in_words(info: UidInfo) -> str:
    """Such as "Storage SOP class, retired" or "transfer syntax, private (Siemens)"."""
    words = "Storage SOP class" if info.kind == "storage" else info.kind.replace("-", " ")
    if info.vendor:
        return f"{words}, private ({info.vendor})"
    return words if info.status == "standard" else f"{words}, {info.status}"


def quoted(text: bytes) -> str:
    """Text of a file as it may be in a Markdown code span."""
    return " ".join(decode(text).replace("`", "'").encode("utf-8", "replace").decode().split())


def _names(uid: str, release: str) -> Iterator[str]:
    known = [symbol for symbol in symbols.all_names_of(uid) if _is_of_our_time(symbol)]
    if not known:
        yield "DCMTK has no name for it: write the UID."
        return
    yield "DCMTK: " + ", ".join(f"`{symbol.name}` {_releases(symbol)}" for symbol in known)
    if symbols.name_of(uid, release) is None:
        yield f"DCMTK {release} has no name for it: write the UID."


def _is_of_our_time(symbol: symbols.Symbol) -> bool:
    return symbol.last_release is None or at_least(symbol.last_release, RELEASES[0])


def _releases(symbol: symbols.Symbol) -> str:
    if symbol.to_come:
        return f"{symbol.first_release}, in no release yet"
    old = at_least(RELEASES[0], symbol.first_release)
    if symbol.last_release is None:
        return "in every release" if old else f"since {symbol.first_release}"
    return f"until {symbol.last_release}" if old else f"{symbol.first_release} to {symbol.last_release}"


def _transfer_syntax(syntax: transfer_syntaxes.TransferSyntax, release: str) -> Iterator[str]:
    words = [_ENCODING.get(syntax.encoding or "", ""), _FIDELITY.get(syntax.fidelity or "", "")]
    said = "; ".join(word for word in words if word)
    if said:
        yield said[0].upper() + said[1:] + (f" ({syntax.ref})" if syntax.ref else "")
    for companions in syntax.companions:
        names = " or ".join(f"`{symbols.name_of(uid, release) or uid}`" for uid in companions)
        yield f"Offer {names} with it for the same abstract syntax (PS3.5 10)."


def _storage(uid: str) -> Iterator[str]:
    storage = sop_classes.storage(uid)
    if storage is not None:
        words = [_PIXEL_DATA.get(storage.pixel or "", ""), _FRAMES.get(storage.frames or "", "")]
        said = ", ".join(word for word in words if word)
        if said:
            yield f"Objects {said}" + (f" ({storage.ref})" if storage.ref else "")
        return
    sop_class = private.get(uid)
    if sop_class is not None:
        yield f"Transfer syntaxes: {sop_class.transfer_syntaxes}."
        if sop_class.mistype_of:
            yield f"This UID circulates as a misprint of `{sop_class.mistype_of}`."


def _retired(info: UidInfo, release: str) -> Iterator[str]:
    if not info.retired:
        return
    successor = sop_classes.successor(info.uid)
    instead = f" Use `{symbols.name_of(successor, release) or successor}` instead." if successor else ""
    yield f"**Retired** from the standard (PS3.6 Table A-1).{instead}"
