"""Profile files to try: right ones, wrong ones as people make them, and ones that nobody would write.

``generate(seed, number)`` is the same file for the same two numbers, on every machine and in every process. How a
file is made: a draft (supersections, sections, entries) is drawn, perhaps spoilt as a draft, written in a style,
perhaps spoilt as text, as bytes, and cut. What comes of a file is known to ``report`` and ``judge``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from asprofile.names import symbols
from asprofile.names.releases import RELEASES

# DCMTK's reader takes quadratic time for a long value; nothing is gained from longer files.
MAX_SIZE = 64 * 1024

SUPERSECTIONS = ("TransferSyntaxes", "PresentationContexts", "SCPSCURoleSelection", "ExtendedNegotiation", "Profiles")
LABELS = ("Uncompressed", "U1", "a-b_C", "X", "9", "Default")
ROLES = ("SCU", "SCP", "BOTH", "scu", "Both")
WRONG_ROLES = ("", "DEFAULT", "SCU ", " SCU", "SCU/SCP", "SCUSCP", "SCU\\", "\xdfCP", "S\nCU", "SCU\t")
LINE_ENDS = ("\n", "\r\n", "\r")
ODD_LINE_ENDS = ("\n\r", "\r\r\n", "\n\n", "\r\r", "\x0b", "\x0c", "\x85", "\0\n", "\n\0", "\n \n", "\n\t\r")
BLANKS = (" ", "  ", "\t", "\0", " \t", "\n ", "\r\n\t", "\r ", "\n#c\n ", "\n\0")
HARMLESS_LINES = ("", "# a comment", "#", "\t", " ", "#[[x]]", "# a = b", "#\\", "#\xff\0", "\0")
LINES = ("  # indented", ";", "text", "[x]", "\xff", " more", "a = b", "]", "[", "=")
WRONG_UIDS = (
    "", ".", "1..2.", ".1.2", "=", "=1.2.840.10008.1.2", "1.2.840.10008.1.2 ", " 1.2.840.10008.1.2",
    "1.2.840.10008.1.2x", "=LittleEndianImplicit", "==LittleEndianImplicit", "LittleEndianImplicit ",
    "littleendianimplicit", "ImplicitVRLittleEndian", "0", "\xff", "=.", "=0", "LittleEndianImplicit\n",
    "Little\nEndianImplicit", "CT Image Storage", "CTImageStorage\0", "1." * 40 + "1", "12345678901234567890.1",
)  # fmt: skip
FRAGMENTS = (
    "[", "]", "[[", "]]", "[[[", "]]]", "[]", "[[]]", "[ [", "] ]", "[\n[", "]\r]", "=", "==", " = ", "\\", "\\\\",
    "#", "\n#", "\r#", "\r\n#", "\n #", "#\n", "\n#\n", "\r#\r", "\n##\n\n", "\0", "\xff", "\n\xff", "\xff\n",
    "\r\xff[", "\n\xff#", "\n\xff\xff", "\xff[", "\xef\xbb\xbf", "\xfe\xff", "\n", "\r", "\r\n", "\n\r", "\n\n", " ",
    "\t", "\n ", "\n\t", "\r\n ", "\r\r\n\t", "\x0b", "\x0c", "\x85", "\xa0", "\xe4", "\xc4", "\xc3\xa4", "\xdf",
    "\x1a", "\x1b", "\x7f", "\x80", "a", "Z", "0", "9", "-", "_", ".", ":", ";", ",", "{", "}",
    "[[TransferSyntaxes]]", "[[PresentationContexts]]", "[[SCPSCURoleSelection]]", "[[ExtendedNegotiation]]",
    "[[Profiles]]", "[Default]", "[U1]", "TransferSyntax1", "TransferSyntax1 = LittleEndianImplicit\n",
    "PresentationContext1 = ", "PresentationContexts = Default\n", "CTImageStorage\\U1\n", "SCPSCURoleSelection = ",
    "ExtendedNegotiation = ", "Role1 = ", "ExtendedNegotiation1 = CTImageStorage\\0102\n", "\\SCU", "\\SCP", "\\BOTH",
    "\\0102",
)  # fmt: skip


@dataclass
class Section:
    """``[name]`` and its keys with their values."""

    name: str
    entries: list[tuple[str, str]]


@dataclass
class Supersection:
    """``[[name]]`` and its sections."""

    name: str
    sections: list[Section]


Draft = list[Supersection]


def generate(seed: int, number: int) -> bytes:
    """The file of that number."""
    rng = Random(f"{seed}/{number}")
    kind = rng.random()
    if kind < 0.08:
        return _soup(rng)
    draft = _large_draft(rng) if kind < 0.11 else _draft(rng)
    if rng.random() < 0.45:
        for _ in range(rng.choice((1, 1, 2))):
            rng.choice(DRAFT_MUTATIONS)(rng, draft)
    text = _write(rng, draft)
    if rng.random() < 0.3:
        for _ in range(rng.choice((1, 1, 2, 3))):
            text = rng.choice(TEXT_MUTATIONS)(rng, text)
    if rng.random() < 0.25:
        for _ in range(rng.choice((1, 1, 2, 4, 9))):
            text = rng.choice(BYTE_MUTATIONS)(rng, text)
    if rng.random() < 0.05:
        text = text[: rng.randrange(len(text) + 1)]
    # Upper case can lead out of Latin-1.
    return text.encode("latin-1", "replace")[:MAX_SIZE]


# -- names


@cache
def _lasting_names() -> tuple[str, ...]:
    """The names that every release resolves."""
    known = [set(symbols.names_in(release)) for release in RELEASES]
    return tuple(name for name in symbols.names_in(RELEASES[-1]) if all(name in names for names in known))


@cache
def _all_names() -> tuple[str, ...]:
    """The names of every release, also those that came late or went."""
    return tuple(dict.fromkeys(symbol.name for symbol in symbols.every_symbol()))


@cache
def _all_uids() -> tuple[str, ...]:
    return tuple(dict.fromkeys(symbol.uid for symbol in symbols.every_symbol()))


def _name(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.8:
        return rng.choice(_lasting_names())
    if kind < 0.9:
        return rng.choice(_all_uids())
    if kind < 0.93:
        return "=" + rng.choice(_lasting_names())
    if kind < 0.96:
        return "1.2.3." + str(rng.randrange(5))
    if kind < 0.98:
        return rng.choice(("LocalEndianExplicit", "OppositeEndianExplicit", "=LocalEndianExplicit"))
    return rng.choice(_all_names())


def _hex(rng: Random, count: int) -> str:
    return "".join(rng.choices("0123456789abcdefABCDEF", k=count))


# -- drafts


def _draft(rng: Random) -> Draft:
    """A file that loads (unless a name in it is too new)."""
    labels = rng.sample(LABELS, rng.choice((1, 1, 2)))
    syntaxes = [
        Section(label, [(f"TransferSyntax{n}", _name(rng)) for n in range(1, rng.choice((2, 2, 3, 5)))])
        for label in labels
    ]
    context_labels = rng.sample(LABELS, rng.choice((1, 1, 2)))
    names = [_name(rng) for _ in range(rng.choice((1, 2, 3, 5)))]
    contexts = [Section(label, _contexts(rng, names, labels)) for label in context_labels]
    roles = [Section(label, _roles(rng, names)) for label in rng.sample(LABELS, 1)]
    extended = [Section(label, _extended(rng, names)) for label in rng.sample(LABELS, 1)]
    draft = [Supersection(SUPERSECTIONS[0], syntaxes), Supersection(SUPERSECTIONS[1], contexts)]
    with_roles, with_extended = rng.random() < 0.4, rng.random() < 0.4
    if with_roles:
        draft.append(Supersection(SUPERSECTIONS[2], roles))
    if with_extended:
        draft.append(Supersection(SUPERSECTIONS[3], extended))
    profiles = []
    for label in rng.sample(LABELS, rng.choice((1, 1, 2))):
        entries = [("PresentationContexts", rng.choice(context_labels))]
        if with_roles and rng.random() < 0.8:
            entries.append(("SCPSCURoleSelection", roles[0].name))
        if with_extended and rng.random() < 0.8:
            entries.append(("ExtendedNegotiation", extended[0].name))
        profiles.append(Section(label, entries))
    draft.append(Supersection(SUPERSECTIONS[4], profiles))
    return draft


def _contexts(rng: Random, names: list[str], labels: list[str]) -> list[tuple[str, str]]:
    return [(f"PresentationContext{n}", f"{name}\\{rng.choice(labels)}") for n, name in enumerate(names, 1)]


def _roles(rng: Random, names: list[str]) -> list[tuple[str, str]]:
    some = list(dict.fromkeys(names))[: rng.choice((1, 2, 9))]
    return [(f"Role{n}", f"{name}\\{rng.choice(ROLES)}") for n, name in enumerate(some, 1)]


def _extended(rng: Random, names: list[str]) -> list[tuple[str, str]]:
    some = list(dict.fromkeys(names))[: rng.choice((1, 2, 9))]
    return [
        (f"ExtendedNegotiation{n}", f"{name}\\{_hex(rng, 2 * rng.randint(1, 4))}") for n, name in enumerate(some, 1)
    ]


def _large_draft(rng: Random) -> Draft:
    """A draft with one list near a limit: 128 contexts, 128 transfer syntaxes, 2,047 digits."""
    draft = _draft(rng)
    kind = rng.random()
    if kind < 0.5:
        section = rng.choice(draft[1].sections)
        label = draft[0].sections[0].name
        count = rng.randint(126, 130)
        if rng.random() < 0.5:
            section.entries = [(f"PresentationContext{n}", f"1.2.{n}\\{label}") for n in range(1, count + 1)]
        else:
            section.entries = [(f"PresentationContext{n}", f"{_name(rng)}\\{label}") for n in range(1, count + 1)]
        if rng.random() < 0.2:
            draft[1].sections.append(Section(section.name, section.entries[: rng.randint(1, 4)]))
    elif kind < 0.8:
        section = rng.choice(draft[0].sections)
        section.entries = [(f"TransferSyntax{n}", f"1.2.{n}") for n in range(1, rng.randint(126, 131))]
    else:
        data = _hex(rng, rng.choice((2044, 2046, 2046, 2047, 2048, 2050)))
        name = draft[1].sections[0].entries[0][1].partition("\\")[0]
        draft.insert(2, Supersection(SUPERSECTIONS[3], [Section("L", [("ExtendedNegotiation1", f"{name}\\{data}")])]))
        draft[-1].sections[0].entries.append(("ExtendedNegotiation", "L"))
    return draft


# -- drafts spoilt


def _any_section(rng: Random, draft: Draft) -> Section | None:
    sections = [section for supersection in draft for section in supersection.sections]
    return rng.choice(sections) if sections else None


def _filled_section(rng: Random, draft: Draft) -> Section | None:
    sections = [section for supersection in draft for section in supersection.sections if section.entries]
    return rng.choice(sections) if sections else None


def _drop_supersection(rng: Random, draft: Draft) -> None:
    if draft:
        del draft[rng.randrange(len(draft))]


def _double_supersection(rng: Random, draft: Draft) -> None:
    if draft:
        again = rng.choice(draft)
        draft.insert(rng.randrange(len(draft) + 1), Supersection(again.name, again.sections[:]))


def _reopen_supersection(rng: Random, draft: Draft) -> None:
    if draft:
        draft.append(Supersection(rng.choice(draft).name, _draft(rng)[0].sections))


def _shuffle_supersections(rng: Random, draft: Draft) -> None:
    rng.shuffle(draft)


def _rename_supersection(rng: Random, draft: Draft) -> None:
    if draft:
        rng.choice(draft).name = rng.choice(
            (*SUPERSECTIONS, "", "Transfer Syntaxes", "Profile", "TransferSyntax\xe9s", "-")
        )


def _drop_section(rng: Random, draft: Draft) -> None:
    filled = [supersection for supersection in draft if supersection.sections]
    if filled:
        sections = rng.choice(filled).sections
        del sections[rng.randrange(len(sections))]


def _double_section(rng: Random, draft: Draft) -> None:
    filled = [supersection for supersection in draft if supersection.sections]
    if filled:
        sections = rng.choice(filled).sections
        again = rng.choice(sections)
        entries = again.entries[:] if rng.random() < 0.6 else again.entries[:1]
        sections.insert(rng.randrange(len(sections) + 1), Section(again.name, entries))


def _rename_section(rng: Random, draft: Draft) -> None:
    section = _any_section(rng, draft)
    if section:
        section.name = rng.choice((*LABELS, "", "U.1", "u1", "U 1", " ", "\xe4", "\xc4", "X\xff", "U#1", "\n#X\nY"))


def _empty_label(rng: Random, draft: Draft) -> None:
    """A list without a name, and a profile that refers to it so."""
    for supersection in rng.sample(draft, min(len(draft), rng.choice((1, 2, 5)))):
        if supersection.sections:
            rng.choice(supersection.sections).name = ""
    if draft and draft[-1].sections:
        section = draft[-1].sections[0]
        section.entries = [(key, rng.choice(("", value, " \x0b"))) for key, value in section.entries]


def _drop_entry(rng: Random, draft: Draft) -> None:
    section = _filled_section(rng, draft)
    if section:
        del section.entries[rng.randrange(len(section.entries))]


def _double_entry(rng: Random, draft: Draft) -> None:
    section, other = _filled_section(rng, draft), _filled_section(rng, draft)
    if section and other:
        key, value = rng.choice(section.entries)
        if rng.random() < 0.5:
            value = rng.choice(other.entries)[1]
        section.entries.insert(rng.randrange(len(section.entries) + 1), (key, value))


def _append_entry(rng: Random, draft: Draft) -> None:
    """One more of the same: the same SOP class, role or syntax under the next number."""
    section = _filled_section(rng, draft)
    if section:
        key, value = rng.choice(section.entries)
        section.entries.append((f"{key.rstrip('0123456789')}{len(section.entries) + 1}", value))


def _shuffle_entries(rng: Random, draft: Draft) -> None:
    section = _any_section(rng, draft)
    if section:
        rng.shuffle(section.entries)


def _change_key(rng: Random, draft: Draft) -> None:
    section = _filled_section(rng, draft)
    if section:
        at = rng.randrange(len(section.entries))
        key, value = section.entries[at]
        changes = (
            key[:-1],
            key + "1",
            key[:-1] + "01",
            key[:-1] + "0",
            key + "s",
            "Foo",
            "",
            key.swapcase(),
            " ".join(key),
            key + "\xb9",
        )
        section.entries[at] = (rng.choice(changes), value)


def _change_value(rng: Random, draft: Draft) -> None:
    section = _filled_section(rng, draft)
    if section:
        at = rng.randrange(len(section.entries))
        key, value = section.entries[at]
        section.entries[at] = (key, rng.choice(VALUE_MUTATIONS)(rng, value))


def _wrong_left(rng: Random, value: str) -> str:
    _, backslash, right = value.partition("\\")
    return rng.choice(WRONG_UIDS) + backslash + right


def _any_left(rng: Random, value: str) -> str:
    _, backslash, right = value.partition("\\")
    return rng.choice(_all_names()) + backslash + right


def _wrong_right(rng: Random, value: str) -> str:
    left, _, right = value.partition("\\")
    hexadecimal = (_hex(rng, rng.randint(0, 5)), _hex(rng, 3) + "g", "0x10", " 0102", "01 02", "0102 ", "+1", "-1", "é")
    return left + "\\" + rng.choice((*WRONG_ROLES, *ROLES, *LABELS, *hexadecimal, "", right.upper(), right.lower()))


def _blank_value(rng: Random, value: str) -> str:
    at = rng.choice((0, len(value), value.find("\\") + 1, max(value.find("\\"), 0), rng.randrange(len(value) + 1)))
    return value[:at] + rng.choice((*BLANKS, "\x0b", "\x0c", "\xa0", "\xff", "#", "=", "[", "]", "\\")) + value[at:]


def _no_backslash(rng: Random, value: str) -> str:
    return value.replace("\\", rng.choice(("", "/", ",", "\\\\", "\n \\", "\\\n ")))


def _case_of_value(rng: Random, value: str) -> str:
    return rng.choice((value.upper(), value.lower(), value.swapcase()))


VALUE_MUTATIONS: tuple[Callable[[Random, str], str], ...] = (
    _wrong_left, _wrong_left, _any_left, _wrong_right, _wrong_right, _blank_value, _blank_value, _no_backslash,
    _case_of_value,
)  # fmt: skip

DRAFT_MUTATIONS: tuple[Callable[[Random, Draft], None], ...] = (
    _drop_supersection, _double_supersection, _reopen_supersection, _shuffle_supersections, _rename_supersection,
    _drop_section, _double_section, _double_section, _rename_section, _rename_section, _empty_label, _empty_label,
    _drop_entry, _double_entry, _append_entry, _append_entry, _shuffle_entries, _change_key, _change_key,
    _change_value, _change_value, _change_value, _change_value, _change_value,
)  # fmt: skip


# -- from draft to text


def _write(rng: Random, draft: Draft) -> str:
    """The draft in one of the styles that people, tools and editors have."""
    plain = rng.random() < 0.5
    end = rng.choice(LINE_ENDS)
    equals = rng.choice((" = ", "=", " =", "= ", " = "))
    mixed = rng.random() < 0.15
    lines = []
    for supersection in draft:
        lines.append(_header(rng, supersection.name, 2, plain))
        for section in supersection.sections:
            lines.append(_header(rng, section.name, 1, plain))
            lines += [_entry(rng, key, value, equals, plain) for key, value in section.entries]
    if not plain:
        _decorate(rng, lines)
    if mixed:
        return "".join(line + rng.choice(LINE_ENDS if rng.random() < 0.9 else ODD_LINE_ENDS) for line in lines)
    return end.join(lines) + rng.choice((end, end, end, "", end + end, " ", end + " "))


def _header(rng: Random, name: str, level: int, plain: bool) -> str:
    if plain or rng.random() < 0.8:
        return "[" * level + name + "]" * level
    opening, closing = level, level
    if rng.random() < 0.1:
        opening, closing = opening + rng.choice((1, 2, 30)), closing + rng.choice((1, 2, 30))
    if rng.random() < 0.05:
        closing = max(0, closing + rng.choice((-1, 1)))
    if rng.random() < 0.05:
        name = rng.choice(("-".join(name), name + "#x", "[" + name, name + "]"))
    between = rng.choice(("", "", " ", "\t", "\n", "\r\n#x]\r\n", "x"))
    name = rng.choice((name, f" {name} ", name.upper(), name.lower(), "\t".join(name), name + "\n#]\n"))
    inner = ("]" + between) * (closing - 1) + "]" if closing else ""
    return rng.choice(("", "", "", "", "", " ")) + ("[" + between.strip("x")) * opening + name + inner


def _entry(rng: Random, key: str, value: str, equals: str, plain: bool) -> str:
    if plain or rng.random() < 0.85:
        return f"{key}{equals}{value}"
    key = rng.choice(
        (key.upper(), key.lower(), f"{key}\t", f"\n{key}\0", key.replace("x", "x.", 1), key[:3] + "\n" + key[3:])
    )
    if rng.random() < 0.1:
        value = rng.choice((value + " ", value + "  # why", value + "\t"))
    return key + equals + rng.choice(("", "\t", *BLANKS)) + value + rng.choice(("", "", "\n", "\n\t\n ", "\n#why\n"))


def _decorate(rng: Random, lines: list[str]) -> None:
    """Comments, empty lines and the rest, between lines."""
    for _ in range(rng.choice((0, 1, 2, 5))):
        extra = HARMLESS_LINES if rng.random() < 0.9 else LINES
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(extra))


# -- text spoilt


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True) or [""]


def _drop_line(rng: Random, text: str) -> str:
    lines = _lines(text)
    del lines[rng.randrange(len(lines))]
    return "".join(lines)


def _double_line(rng: Random, text: str) -> str:
    lines = _lines(text)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return "".join(lines)


def _swap_lines(rng: Random, text: str) -> str:
    lines = _lines(text)
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _prefix_line(rng: Random, text: str) -> str:
    lines = _lines(text)
    at = rng.randrange(len(lines))
    lines[at] = (
        rng.choice((" ", "\t", "#", " #", "\0", "\xff", "\xef\xbb\xbf", "=", "[", "]", ";", "\n", "\r", "x ", " = "))
        + lines[at]
    )
    return "".join(lines)


def _suffix_line(rng: Random, text: str) -> str:
    lines = _lines(text)
    at = rng.randrange(len(lines))
    body = lines[at].rstrip("\r\n")
    end = lines[at][len(body) :]
    lines[at] = (
        body + rng.choice((" ", "\t", " # x", "\0", "\xff", "]", "=", "\\", "x", "[y]", "\r", "\n ", "\n\xff")) + end
    )
    return "".join(lines)


def _join_lines(rng: Random, text: str) -> str:
    lines = _lines(text)
    at = rng.randrange(len(lines))
    lines[at] = lines[at].rstrip("\r\n") + rng.choice(("", " ", "\x0b", "\x0c"))
    return "".join(lines)


def _change_line_end(rng: Random, text: str) -> str:
    lines = _lines(text)
    at = rng.randrange(len(lines))
    lines[at] = lines[at].rstrip("\r\n") + rng.choice((*LINE_ENDS, *ODD_LINE_ENDS))
    return "".join(lines)


def _all_line_ends(rng: Random, text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", rng.choice((*LINE_ENDS, *ODD_LINE_ENDS)))


def _break_text(rng: Random, text: str) -> str:
    """A line end, a comment or a continuation within something."""
    at = rng.randrange(len(text) + 1)
    return (
        text[:at]
        + rng.choice(("\n", "\r", "\n#x\n", "\r#\r", "\n ", "\r\n#\r\n\t", "\n\n ", "\n \n", "\n# \n\n", "\n\xff"))
        + text[at:]
    )


def _byte_order_mark(_: Random, text: str) -> str:
    return "\xef\xbb\xbf" + text


TEXT_MUTATIONS: tuple[Callable[[Random, str], str], ...] = (
    _drop_line, _double_line, _swap_lines, _prefix_line, _prefix_line, _suffix_line, _suffix_line, _join_lines,
    _change_line_end, _all_line_ends, _break_text, _break_text, _byte_order_mark,
)  # fmt: skip


# -- bytes spoilt


def _insert_fragment(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(FRAGMENTS) + text[at:]


def _insert_byte(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + chr(rng.randrange(256)) + text[at:]


def _replace_byte(rng: Random, text: str) -> str:
    if not text:
        return text
    at = rng.randrange(len(text))
    return text[:at] + chr(rng.randrange(256)) + text[at + 1 :]


def _delete_bytes(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.choice((1, 1, 2, 5, 30)) :]


def _repeat_bytes(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at : at + rng.choice((1, 2, 5, 40))] * rng.choice((2, 3)) + text[at:]


def _move_bytes(rng: Random, text: str) -> str:
    at, to = rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)
    return text[:to] + text[at : at + rng.choice((1, 5, 40))] + text[to:]


def _break_ends(rng: Random, text: str) -> str:
    return text + rng.choice(FRAGMENTS)


BYTE_MUTATIONS: tuple[Callable[[Random, str], str], ...] = (
    _insert_fragment, _insert_fragment, _insert_fragment, _insert_byte, _replace_byte, _delete_bytes, _repeat_bytes,
    _move_bytes, _break_ends,
)  # fmt: skip


def _soup(rng: Random) -> bytes:
    """Fragments one behind the other, or a bare handful of the characters that matter."""
    if rng.random() < 0.5:
        text = "".join(rng.choices(FRAGMENTS, k=rng.randint(0, 40)))
    else:
        text = "".join(rng.choices("[]=#\\ \t\0\n\r\xffaZ9-", k=rng.randint(0, 60)))
    if rng.random() < 0.3:
        text = "[[TransferSyntaxes]]\n[U1]\n" + text
    return text.encode("latin-1")
