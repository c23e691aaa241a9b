r"""What DCMTK makes of a file, sentence by sentence: small files, each with what comes of it.

``TREES`` is about bytes and entries, ``LOADS`` about what is looked up and what fails. Both are held against asprofile
(tests/model) and against DCMTK's own reader (tests/differential), so that no expectation here is only ours.
"""

from __future__ import annotations

from typing import NamedTuple


class Tree(NamedTuple):
    """A file, and its entries as (supersection, section, key, value)."""

    what: str
    data: bytes
    entries: list[tuple[str, str, str, str]]


def _in(data: bytes, *entries: tuple[str, str]) -> tuple[bytes, list[tuple[str, str, str, str]]]:
    """Text within section S of supersection A, and the entries it should make."""
    return b"[[A]]\n[S]\n" + data, [("A", "S", key, value) for key, value in entries]


TREES = [
    # Characters
    Tree("LF ends a line", *_in(b"a=b\nc=d\n", ("A", "b"), ("C", "d"))),
    Tree("CR ends a line", *_in(b"a=b\rc=d\r", ("A", "b"), ("C", "d"))),
    Tree("CR LF ends a line", *_in(b"a=b\r\nc=d\r\n", ("A", "b"), ("C", "d"))),
    Tree("LF CR is two line ends", *_in(b"a=b\n\rc=d", ("A", "b"), ("C", "d"))),
    Tree("no line end at the end of the file", *_in(b"a=b", ("A", "b"))),
    Tree("NUL reads as a blank in a value", *_in(b"a=b\0c\0\n", ("A", "b c "))),
    Tree("NUL reads as a blank before an item", *_in(b"\0\0a=b", ("A", "b"))),
    Tree("NUL makes a continuation line", *_in(b"a=b\n\0c=d\n", ("A", "b\nc=d"))),
    Tree("a comment line vanishes", *_in(b"#x\na=b\n#y\nc=d\n#z", ("A", "b"), ("C", "d"))),
    Tree("a comment in the middle of a key", *_in(b"ab\n#x=y\ncd=e", ("ABCD", "e"))),
    Tree("a comment in the middle of a value", *_in(b"a=b\n#x\n c\n", ("A", "b\nc"))),
    Tree("a comment behind a value does not end it", *_in(b"a=b\n#x\n#y\n\tc\n", ("A", "b\nc"))),
    Tree("a comment that ends with CR", *_in(b"#x\ra=b", ("A", "b"))),
    Tree("a comment in a section name", b"[[A]]\n[S\n#T]\nU]\na=b", [("A", "SU", "A", "b")]),
    Tree("a comment between brackets", b"[\n#x\n[A]\n#]\n]\n[S]a=b", [("A", "S", "A", "b")]),
    Tree("# that is not first of its line, in a key", *_in(b" #a=b\n", ("A", "b"))),
    Tree("# that is not first of its line, in a value", *_in(b"a=b # c\n", ("A", "b # c"))),
    Tree("# directly behind =", *_in(b"a=#b\n", ("A", "#b"))),
    Tree("# directly behind ]", b"[[A]][S]#x\na=b", [("A", "S", "XA", "b")]),
    Tree("a comment first in the file", b"#[[B]]\n[[A]][S]a=b", [("A", "S", "A", "b")]),
    Tree("a byte-order mark begins a key", b"\xef\xbb\xbf[[A]]\n[S]\na=b\n[[B]][S]c=d", [("B", "S", "C", "d")]),
    # Items
    Tree("space before an item is skipped", b" \t\r\n\0[[A]]\n \n\t[S]\n\n\ta=b", [("A", "S", "A", "b")]),
    Tree("items on one line", b"[[A]][S]a=b\n[T]c=d", [("A", "S", "A", "b"), ("A", "T", "C", "d")]),
    Tree("nothing", b"", []),
    Tree("only space", b" \n\t\r\n", []),
    Tree("only a comment", b"#", []),
    # Headers
    Tree("brackets apart", b"[ [\n A ]\n\t]\n[\rS ]\na=b", [("A", "S", "A", "b")]),
    Tree(
        "of a name letters, digits, - and _ are kept, in upper case",
        b"[[a.b C]]\n[s-_9!\xe4]a=b",
        [("ABC", "S-_9", "A", "b")],
    ),
    Tree("= and \\ in a name", b"[[A=]]\n[S\\T]a=b", [("A", "ST", "A", "b")]),
    Tree("[ in a name", b"[[A]]\n[S[T]a=b", [("A", "ST", "A", "b")]),
    Tree("what stands between closing brackets is skipped", b"[[A]b=c[d\n]\n[S]a=b", [("A", "S", "A", "b")]),
    Tree("three brackets are a supersection", b"[[[A]]]\n[S]a=b", [("A", "S", "A", "b")]),
    Tree("thirty brackets are a supersection", b"[" * 30 + b"A" + b"]" * 30 + b"[S]a=b", [("A", "S", "A", "b")]),
    Tree("a bracket too few swallows the next", b"[[A]\n[S]\na=b\n[T]c=d", [("A", "T", "C", "d")]),
    Tree("a bracket too many begins a key", b"[[A]]\n[S]]a=b", [("A", "S", "A", "b")]),
    Tree("text behind a header begins the next item", b"[[A]]\n[S] x\ny=b", [("A", "S", "XY", "b")]),
    Tree("a section without a supersection is dropped", b"[R]a=b\n[[A]]\n[S]c=d", [("A", "S", "C", "d")]),
    Tree("an empty name", b"[[]]\n[]\na=b", [("", "", "A", "b")]),
    Tree("a name that is empty once the rest is dropped", b"[[.]]\n[\xff]\na=b", [("", "", "A", "b")]),
    Tree("the file ends within a section's brackets", b"[[A]]\n[S]a=b\n[T", [("A", "S", "A", "b")]),
    Tree("the file ends within a supersection's brackets", b"[[A]]\n[S]a=b\n[[T]", [("A", "S", "A", "b")]),
    Tree("0xFF behind [", b"[[A]]\n[\xffS]a=b", [("A", "S", "A", "b")]),
    # Entries
    Tree("of a key letters, digits, - and _ are kept, in upper case", *_in(b"a.b C-_9\xe4 = x", ("ABC-_9", "x"))),
    Tree("a line without = is glued to the next key", *_in(b"text\nkey=x", ("TEXTKEY", "x"))),
    Tree(": for = is glued too", *_in(b"a: b\nc=x", ("ABC", "x"))),
    Tree("a header without = before it is part of a key", *_in(b"a\n[T]\nc=x", ("ATC", "x"))),
    Tree("an indented comment is part of the next key", b"[[A]]\n[S]\n  # why\nk=x", [("A", "S", "WHYK", "x")]),
    Tree("an entry outside any section is dropped", b"a=b\n[[A]]\nc=d\n[S]e=f\n[[B]]\ng=h", [("A", "S", "E", "f")]),
    Tree("the file ends within a key", *_in(b"abc", ("ABC", ""))),
    Tree("an empty key", *_in(b"=x\n==y\n", ("", "x"), ("", "=y"))),
    Tree("] begins a key", *_in(b"]a=x", ("A", "x"))),
    Tree("two equal keys are two entries", *_in(b"a=1\nA=2\n", ("A", "1"), ("A", "2"))),
    # Values
    Tree("blanks behind = are skipped", *_in(b"a= \t b\n", ("A", "b"))),
    Tree("blanks at the end are kept", *_in(b"a=b \t\n", ("A", "b \t"))),
    Tree("an empty value", *_in(b"a=\nb=c\n", ("A", ""), ("B", "c"))),
    Tree("an empty value at the end of the file", *_in(b"a=", ("A", ""))),
    Tree("a value of blanks only", *_in(b"a= \t\nb=c", ("A", ""), ("B", "c"))),
    Tree("a value on the next line", *_in(b"a=\n b\n", ("A", "b"))),
    Tree("a value some lines below", *_in(b"a=\n\n \n\t b\n", ("A", "b"))),
    Tree("= in a value", *_in(b"a=b=c\n", ("A", "b=c"))),
    Tree("brackets in a value", *_in(b"a=[b]\n", ("A", "[b]"))),
    Tree("a continuation line keeps its line end as LF", *_in(b"a=b\r\n  c\r\td", ("A", "b\nc\nd"))),
    Tree("many line ends are one", *_in(b"a=b\n\n\n  c\n", ("A", "b\nc"))),
    Tree("lines of blanks within a value vanish", *_in(b"a=b\n \n\t\n  c\n", ("A", "b\nc"))),
    Tree("an indented comment is part of the value", *_in(b"a=b\n  # c\n", ("A", "b\n# c"))),
    Tree("an indented entry is part of the value", *_in(b"a=b\n  c=d\n", ("A", "b\nc=d"))),
    Tree("an indented header is part of the value", *_in(b"a=b\n [T]\n", ("A", "b\n[T]"))),
    Tree("a value of one character with a continuation", *_in(b"a=b\n c\n", ("A", "b\nc"))),
    Tree("line ends at the very end are dropped", *_in(b"a=b\n\n\n", ("A", "b"))),
    Tree("blanks on the last lines are dropped with them", *_in(b"a=b\n \n\t\n", ("A", "b"))),
    Tree("blanks before the last line end are kept", *_in(b"a=b \n \n", ("A", "b "))),
    Tree("a vertical tab is no blank", *_in(b"a=\x0bb\x0c\n\x0bc=d\n", ("A", "\x0bb\x0c"), ("C", "d"))),
    Tree("0xFF behind the line end of a value vanishes", *_in(b"a=b\n\xffc=d", ("A", "b"), ("C", "d"))),
    Tree(
        "0xFF that vanishes lets a header stand",
        b"[[A]][S]a=b\n\xff[T]c=d",
        [("A", "S", "A", "b"), ("A", "T", "C", "d")],
    ),
    Tree("0xFF that vanishes lets no comment stand", *_in(b"a=b\n\xff#c=d", ("A", "b"), ("C", "d"))),
    Tree("0xFF elsewhere is a character", *_in(b"a=\xffb\xff\n", ("A", "\udcffb\udcff"))),
    Tree("text that is not ASCII", *_in("a=ä€\n".encode(), ("A", "ä€"))),
]


class Load(NamedTuple):
    """A file, and DCMTK's condition code: for a requestor and, where it is another, for an acceptor.

    ``since`` and ``until`` are the releases for which that holds, inclusive.
    """

    what: str
    data: bytes
    code: int
    acceptor: int | None = None
    since: str = "3.6.0"
    until: str = "3.7.0"


TS = b"[[TransferSyntaxes]]\n[U1]\nTransferSyntax1 = LittleEndianImplicit\n"
PC = b"[[PresentationContexts]]\n[C1]\nPresentationContext1 = CTImageStorage\\U1\n"
PR = b"[[Profiles]]\n[P1]\nPresentationContexts = C1\n"


def _ts(value: bytes) -> bytes:
    return b"[[TransferSyntaxes]]\n[U1]\nTransferSyntax1 = " + value + b"\n" + PC + PR


def _pc(value: bytes) -> bytes:
    return TS + b"[[PresentationContexts]]\n[C1]\nPresentationContext1 = " + value + b"\n" + PR


def _roles(text: bytes, label: bytes = b"R1") -> bytes:
    roles = b"[[SCPSCURoleSelection]]\n[R1]\n" + text
    return TS + PC + roles + b"\n" + PR + b"SCPSCURoleSelection = " + label + b"\n"


def _extended(text: bytes, label: bytes = b"E1") -> bytes:
    extended = b"[[ExtendedNegotiation]]\n[E1]\n" + text
    return TS + PC + extended + b"\n" + PR + b"ExtendedNegotiation = " + label + b"\n"


def _without_name(label: bytes, data: bytes) -> bytes:
    """The section, and what refers to it, with an empty name."""
    return data.replace(label, b"")


def _contexts(count: int) -> bytes:
    numbered = b"".join(b"PresentationContext%d = 1.2.%d\\U1\n" % (n, n) for n in range(1, count + 1))
    return TS + b"[[PresentationContexts]]\n[C1]\n" + numbered + PR


LOADS = [
    Load("the smallest file", TS + PC + PR, 0),
    Load("supersections in any order", PR + PC + TS, 0),
    Load("CR only", (TS + PC + PR).replace(b"\n", b"\r"), 0),
    Load("a byte-order mark", b"\xef\xbb\xbf" + TS + PC + PR, 1050),
    # What is looked up
    Load("no TransferSyntaxes", PC + PR, 1050),
    Load("nothing at all", b"", 1050),
    Load("no PresentationContexts", TS + PR, 1051),
    Load("no Profiles", TS + PC, 1060),
    Load("empty supersections", b"[[TransferSyntaxes]][[PresentationContexts]][[Profiles]]", 0),
    Load("a second supersection of a name is never read", TS + PC + PR + b"[[Profiles]]\n[Q]\n", 0),
    Load("a second supersection of a name does not mend", b"[[Profiles]]\n[Q]\n" + TS + PC + PR, 1061),
    Load("sections of one name are joined", TS + b"[U1]\nTransferSyntax1 = 1.2.3\n" + PC + PR, 0),
    Load("numbers begin at 1", b"[[TransferSyntaxes]]\n[U1]\nTransferSyntax2 = LittleEndianImplicit\n" + PC + PR, 1031),
    Load("numbers have no leading zeroes", b"[[TransferSyntaxes]]\n[U1]\nTransferSyntax01 = 1.2\n" + PC + PR, 1031),
    Load("what stands behind a gap is not read", TS + b"TransferSyntax3 = wrong\n" + PC + PR, 0),
    Load("the first of two equal keys counts", TS + b"TransferSyntax1 = wrong\n" + PC + PR, 0),
    Load("the order of the keys does not matter", _ts(b"1.2\nTransferSyntax3 = 1.3\nTransferSyntax2 = 1.4"), 0),
    Load("keys that nobody asks for", TS + b"Foo = bar\n" + PC + b"Role1 = x\n" + PR + b"Foo = bar\n", 0),
    Load("a section that is not referred to", TS + b"[U2]\n" + PC + b"[C2]\n" + PR, 0),
    # Transfer syntaxes
    Load("a UID", _ts(b"1.2.840.10008.1.2"), 0),
    Load("a UID that nobody knows", _ts(b"1.2.3.4"), 0),
    Load("digits and dots in any order", _ts(b"1..2."), 0),
    Load("dots first", _ts(b".1"), 0),
    Load("only a dot", _ts(b"."), 0),
    Load("= in front of a name", _ts(b"=LittleEndianImplicit"), 0),
    Load("= in front of a UID", _ts(b"=1.2"), 1024),
    Load("two = in front of a name", _ts(b"==LittleEndianImplicit"), 1024),
    Load("LocalEndianExplicit", _ts(b"LocalEndianExplicit"), 0),
    Load("OppositeEndianExplicit", _ts(b"=OppositeEndianExplicit"), 0),
    Load("an empty transfer syntax", _ts(b""), 1024),
    Load("a trailing blank", _ts(b"LittleEndianImplicit "), 1024),
    Load("a trailing blank behind a UID", _ts(b"1.2.840.10008.1.2 "), 1024),
    Load("a comment behind a name", _ts(b"LittleEndianImplicit # default"), 1024),
    Load("a name in another case", _ts(b"littleendianimplicit"), 1024),
    Load("a keyword of the standard", _ts(b"ImplicitVRLittleEndian"), 1024),
    Load("a SOP class for a transfer syntax", _ts(b"CTImageStorage"), 0),
    Load("an error in a list that no profile uses", TS + b"[U2]\nTransferSyntax1 = wrong\n" + PC + PR, 1024),
    # Contexts
    Load("no backslash", _pc(b"CTImageStorage"), 1052),
    Load("a slash", _pc(b"CTImageStorage/U1"), 1052),
    Load("an undefined list", _pc(b"CTImageStorage\\U2"), 1031),
    Load("an undefined list before a wrong UID", _pc(b"wrong\\U2"), 1031),
    Load("an unknown SOP class", _pc(b"wrong\\U1"), 1025),
    Load("a blank before the backslash", _pc(b"CTImageStorage \\U1"), 1025),
    Load("white space in a label is removed", _pc(b"CTImageStorage\\ u\t\x0b1 \n \x0c"), 0),
    Load("nothing else in a label is dropped", _pc(b"CTImageStorage\\U.1"), 1031),
    Load(
        "nothing else is dropped in a label, but in a header", _pc(b"CTImageStorage\\U1").replace(b"[U1]", b"[U.1]"), 0
    ),
    Load("a second backslash is part of the label", _pc(b"CTImageStorage\\U1\\"), 1031),
    Load("letters that are not ASCII have no case", _pc(b"CTImageStorage\\U1\xe4"), 1031),
    Load("128 contexts", _contexts(128), 0),
    Load("129 contexts", _contexts(129), 1032, until="3.6.7"),
    Load("129 contexts, from 3.6.8 on", _contexts(129), 1032, acceptor=0, since="3.6.8"),
    Load(
        "128 contexts in two sections and one more",
        _contexts(128).replace(b"1.2.128\\U1\n", b"1.2\\U1\n[C1]\nPresentationContext1=1\\U1\n"),
        1032,
        until="3.6.7",
    ),
    Load("a wrong UID in context 129", _contexts(129).replace(b"1.2.129", b"x"), 1025),
    # Empty names (illegal call)
    Load("an empty abstract syntax", _pc(b"\\U1"), 7, since="3.6.2"),
    Load("an empty abstract syntax, in 3.6.0", _pc(b"\\U1"), 1025, until="3.6.0"),
    Load("a context list without a name", _without_name(b"C1", _pc(b"CTImageStorage\\U1")), 7, since="3.6.2"),
    Load("a context list without a name, in 3.6.0", _without_name(b"C1", _pc(b"CTImageStorage\\U1")), 0, until="3.6.0"),
    Load("a transfer syntax list without a name", _without_name(b"U1", _pc(b"CTImageStorage\\U1")), 7, since="3.6.2"),
    Load(
        "a transfer syntax list without a name, in 3.6.0",
        _without_name(b"U1", _pc(b"CTImageStorage\\U1")),
        0,
        until="3.6.0",
    ),
    Load("an undefined empty label", _pc(b"CTImageStorage\\"), 1031),
    # Roles
    Load("a role", _roles(b"Role1 = CTImageStorage\\SCU"), 0),
    Load("a role in lower case", _roles(b"Role1 = CTImageStorage\\both"), 0),
    Load("no backslash in a role", _roles(b"Role1 = CTImageStorage"), 1054),
    Load("an unknown role", _roles(b"Role1 = CTImageStorage\\DEFAULT"), 1055),
    Load("a blank behind a role", _roles(b"Role1 = CTImageStorage\\SCU "), 1055),
    Load("a blank before a role", _roles(b"Role1 = CTImageStorage\\ SCU"), 1055),
    Load("an unknown role before a wrong UID", _roles(b"Role1 = wrong\\x"), 1055),
    Load("a wrong UID in a role", _roles(b"Role1 = wrong\\SCU"), 1026),
    Load("a role given twice", _roles(b"Role1 = CTImageStorage\\SCU\nRole2 = 1.2.840.10008.5.1.4.1.1.2\\SCP"), 1027),
    Load(
        "a role given twice, in two sections",
        _roles(b"Role1 = CTImageStorage\\SCU\n[R1]\nRole1 = CTImageStorage\\SCP"),
        1027,
    ),
    Load("an undefined role list", _roles(b"Role1 = CTImageStorage\\SCU", b"R2"), 1036),
    Load("an empty role list is none", _roles(b"Role2 = CTImageStorage\\SCU"), 1036),
    Load("an empty label is undefined", _roles(b"Role1 = CTImageStorage\\SCU", b""), 1036),
    Load(
        "an empty label with a list without a name",
        _roles(b"Role1 = CTImageStorage\\SCU", b"").replace(b"[R1]", b"[]"),
        0,
    ),
    Load("a role for a SOP class that is not in the context list", _roles(b"Role1 = MRImageStorage\\SCU"), 1038),
    # Extended negotiation
    Load("extended negotiation", _extended(b"ExtendedNegotiation1 = CTImageStorage\\0aFF"), 0),
    Load("no backslash in extended negotiation", _extended(b"ExtendedNegotiation1 = CTImageStorage"), 1057),
    Load("2,046 digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\" + b"0" * 2046), 0),
    Load("2,047 digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\" + b"0" * 2047), 1059),
    Load("2,048 digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\" + b"0" * 2048), 1058),
    Load(
        "2,048 characters that are no digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\" + b"x" * 2048), 1058
    ),
    Load("a blank among the digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\00 11"), 1059),
    Load("an odd number of digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\001"), 1059),
    Load("0x before the digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\0x"), 1059),
    Load("no digits", _extended(b"ExtendedNegotiation1 = CTImageStorage\\"), 7),
    Load("no digits before a wrong UID", _extended(b"ExtendedNegotiation1 = wrong\\"), 7),
    Load("a wrong UID in extended negotiation", _extended(b"ExtendedNegotiation1 = wrong\\00"), 1028),
    Load(
        "extended negotiation given twice",
        _extended(b"ExtendedNegotiation1 = 1.2\\00\nExtendedNegotiation2 = 1.2\\00"),
        1029,
    ),
    Load(
        "an undefined extended negotiation list", _extended(b"ExtendedNegotiation1 = CTImageStorage\\00", b"E2"), 1039
    ),
    Load(
        "an empty label with an extended list without a name",
        _extended(b"ExtendedNegotiation1 = CTImageStorage\\00", b"").replace(b"[E1]", b"[]"),
        0,
    ),
    Load("extended negotiation that is not in the context list", _extended(b"ExtendedNegotiation1 = 1.2\\00"), 1041),
    Load("roles before extended negotiation", _roles(b"Role1 = 1.2\\SCU") + b"ExtendedNegotiation = E9\n", 1038),
    # Profiles
    Load("a profile without contexts", TS + PC + b"[[Profiles]]\n[P1]\n", 1061),
    Load(
        "a profile with an undefined context list", TS + PC + b"[[Profiles]]\n[P1]\nPresentationContexts = C2\n", 1033
    ),
    Load("a label with white space, in lower case", TS + PC + b"[[Profiles]]\n[P1]\nPresentationContexts = c\t1 \n", 0),
    Load("two profiles of one name", TS + PC + PR + b"[p1]\nPresentationContexts = C1\n", 1030),
    Load("two profiles of one name, the second wrong", TS + PC + PR + b"[p1]\nPresentationContexts = C2\n", 1033),
    Load("a profile without a name", TS + PC + PR.replace(b"P1", b""), 0),
    Load("no profiles in Profiles", TS + PC + b"[[Profiles]]\n", 0),
    # Order
    Load("transfer syntaxes before contexts", PR + _pc(b"x").replace(b"LittleEndianImplicit", b"wrong"), 1024),
    Load(
        "a supersection that is missing is noticed in its turn",
        b"[[TransferSyntaxes]]\n[U1]\nTransferSyntax1 = wrong\n",
        1024,
    ),
    # Releases
    Load("a name that came late", _ts(b"EncapsulatedUncompressedLittleEndianExplicit"), 1024, until="3.6.7"),
    Load("the UID of a name that came late", _ts(b"1.2.840.10008.1.2.1.98"), 0),
]
