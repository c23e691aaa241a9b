"""Generated profile files: laid out in every way that people have, and slightly wrong; and what DCMTK loads from them.

Structured, so that what comes out is near to what people write. Files of any bytes at all are ``any_file``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st

from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.names.releases import RELEASES

if TYPE_CHECKING:
    from asprofile.model.config import Config
    from asprofile.model.document import Document
    from asprofile.model.words import AssociationRole

PROPERTY = settings(derandomize=True, deadline=None, max_examples=100)

ROLES: tuple[AssociationRole, ...] = ("requestor", "acceptor")

_LABELS = ("U", "U", "u", "Un-1_x")
_SYNTAXES = ("LittleEndianImplicit", "LittleEndianExplicit", "BigEndianExplicit", "JPEGBaseline", "1.2.3")
_CLASSES = ("CTImageStorage", "VerificationSOPClass", "MRImageStorage", "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4")
_COMMENTS = ("# a comment", "#", "# ======", "#TransferSyntax9 = X \t", "# asprofile: ignore[AP201] why", "", "", "  ")
_SLIPS = (
    "  # indented", " TransferSyntax7 = 1.2.3", "no sign here", "; note", "[Unclosed", "[[Twice]]", "[U]", "a ] b",
    "TransferSyntax2 : RLELossless", "= value", "x.y = 1", "[[A] b ]", "\t", "Role1 = CTImageStorage\\SCP # why",
    "[U] TransferSyntax1 = 1.2", "\0", "\xff", "\xef\xbb\xbf", "TransferSyntax3 = 'LittleEndianImplicit'", "x =", "#",
    "TransferSyntax02 = 1.2.5", "PresentationContext 2 = CTImageStorage\\U", "TransferSyntax4 = littleendianimplicit",
    "PresentationContext1 = CTImageStorage \\U", "TransferSyntax5 = RLELossless  ", "TransferSyntax6 = XMLEncoding",
)  # fmt: skip

_comment_lines = st.lists(st.sampled_from(_COMMENTS), max_size=2)
_between = st.sampled_from((" = ", "=", "  =\t", " =  "))
_numbers = st.one_of(
    st.integers(1, 4).map(lambda count: list(range(1, count + 1))), st.lists(st.integers(0, 5), min_size=1, max_size=4)
)


@st.composite
def _section(draw: st.DrawFn, prefix: str, values: st.SearchStrategy[str]) -> list[str]:
    lines = [draw(st.sampled_from(("[{}]", "[ {} ]", "[{}]  "))).format(draw(st.sampled_from(_LABELS)))]
    for number in draw(_numbers):
        lines += draw(_comment_lines)
        lines.append(f"{prefix}{number}{draw(_between)}{draw(values)}")
    return lines


@st.composite
def _supersection(draw: st.DrawFn, name: str, prefix: str, values: st.SearchStrategy[str]) -> list[str]:
    header = draw(st.sampled_from(("[[{}]]", "[ [{}]] "))).format(name)
    lines = [*draw(_comment_lines), header, *draw(_comment_lines)]
    for _ in range(draw(st.integers(1, 2))):
        lines += draw(_section(prefix, values)) + draw(_comment_lines)
    return lines


def _pairs(right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(_CLASSES), right).map("\\".join)


@st.composite
def profile_files(draw: st.DrawFn, slips: int = 2) -> bytes:
    """A file with up to that many lines that are wrong, or do not mean what they look like."""
    lines = draw(_supersection("TransferSyntaxes", "TransferSyntax", st.sampled_from(_SYNTAXES)))
    lines += draw(_supersection("PresentationContexts", "PresentationContext", _pairs(st.sampled_from(("U", " u")))))
    if draw(st.booleans()):
        lines += draw(_supersection("SCPSCURoleSelection", "Role", _pairs(st.sampled_from(("SCU", "both")))))
    lines += ["[[Profiles]]", "[Default]", f"PresentationContexts{draw(_between)}U"]
    for _ in range(draw(st.integers(0, slips))):
        place = draw(st.integers(0, len(lines)))
        lines[place : place + draw(st.integers(0, 1))] = [draw(st.sampled_from(_SLIPS))]
    end = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    return (end.join(lines) + draw(st.sampled_from((end, "", end + end + " ")))).encode("latin-1")


_PIECES = (
    "[[Profiles]]",
    "[U]",
    "[",
    "]",
    "a",
    "=",
    "#",
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\xff",
    "b = c",
    "\n ",
    "\n#",
)


def _uid(data: bytes) -> str:
    """Up to eight parts of one to five digits, each made of four bytes."""
    parts = [data[place : place + 4] for place in range(0, len(data), 4)]
    return ".".join([str(1 + data[0] % 2), *(str(int.from_bytes(one[1:]) % 10 ** (1 + one[0] % 5)) for one in parts)])


# Drawn as one value: a request has dozens of them, and ``from_regex`` draws each character.
uids: st.SearchStrategy[str] = st.binary(min_size=1, max_size=32).map(_uid)

any_file: st.SearchStrategy[bytes] = st.lists(st.sampled_from(_PIECES), max_size=30).map(
    lambda pieces: "".join(pieces).encode("latin-1")
)


def loaded(data: bytes | Document, release: str, role: AssociationRole) -> dict[str, Any] | None:
    """What a release loads from a file, without positions; None where it refuses the file."""
    loading = Loading(read(data) if isinstance(data, bytes) else data, release, role)
    return None if loading.problems else _plain(loading.config)


def everywhere_loaded(data: bytes) -> dict[tuple[str, str], dict[str, Any] | None]:
    """The same for each release and role."""
    document = read(data)
    return {(release, role): loaded(document, release, role) for release in RELEASES for role in ROLES}


def _plain(config: Config) -> dict[str, Any]:
    return {
        "profiles": {
            name: {
                "contexts": [(c.abstract_syntax, c.transfer_syntaxes, c.role) for c in profile.contexts],
                "extended": [(item.sop_class, item.data) for item in profile.extended],
                "refused": profile.refusal is not None,
            }
            for name, profile in config.profiles.items()
        },
        "transfer syntaxes": {label: found.uids for label, found in config.transfer_syntax_lists.items()},
        "contexts": {
            label: [(item.abstract_syntax, item.label) for item in found.items]
            for label, found in config.context_lists.items()
        },
        "roles": {
            label: [(item.sop_class, item.role) for item in found.items] for label, found in config.role_lists.items()
        },
        "extended": {
            label: [(item.sop_class, item.data) for item in found.items]
            for label, found in config.extended_lists.items()
        },
    }
