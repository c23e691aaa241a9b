"""What asprofile says of a file, in the form of the judge's report (see ``tests/dcmtk_reader/reader.cc``).

Two equal reports mean the same tree of entries, the same condition for both roles, the same lists, profiles and
proposals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asprofile.model.config import Config, Profile
from asprofile.model.document import Document, read
from asprofile.model.loader import Loading
from asprofile.model.problem import ILLEGAL_CALL
from asprofile.model.words import AssociationRole

# DUL_PRESENTATIONCONTEXT holds no more characters of a UID: what stands behind is not sent.
UID_LENGTH = 64

# OFCondition's modules. EC_IllegalCall is dcmdata's, all other conditions that loading can have are dcmnet's.
DCMDATA, DCMNET = 1, 6


def report(data: bytes, release: str) -> bytes:
    """The records of a file, each ended by a NUL."""
    document = read(data)
    records = [*_tree(document), *_loaded(document, release, "requestor"), *_loaded(document, release, "acceptor")]
    return b"".join([record + b"\0" for record in records])


def records(text: bytes) -> list[bytes]:
    """A report taken apart."""
    return text.split(b"\0")[:-1]


def _tree(document: Document) -> Iterator[bytes]:
    for supersection in document.supersections:
        yield b"2 " + supersection.name.encode()
        for section in supersection.sections:
            yield b"1 " + section.name.encode()
            for entry in section.entries:
                yield b"0 %b=%b" % (entry.key.encode(), entry.value)


def _loaded(document: Document, release: str, role: AssociationRole) -> Iterator[bytes]:
    loading = Loading(document, release, role)
    code = loading.problems[0].code if loading.problems else 0
    yield f"{role} {_condition(code)}".encode()
    if code:
        return
    config = loading.config
    texts = [*_lists(config)]
    for name, profile in sorted(config.profiles.items()):
        texts += _profile(name, profile, role)
    for text in texts:
        yield text.encode()


def _condition(code: int) -> str:
    module = DCMDATA if code == ILLEGAL_CALL else DCMNET if code else 0
    return f"{module}:{code}"


def _lists(config: Config) -> Iterator[str]:
    for label, syntaxes in sorted(config.transfer_syntax_lists.items()):
        yield _list("t", label, syntaxes.uids)
    for label, contexts in sorted(config.context_lists.items()):
        yield _list("c", label, (f"{item.abstract_syntax}\\{item.label}" for item in contexts.items))
    for label, roles in sorted(config.role_lists.items()):
        yield _list("r", label, (f"{item.sop_class}\\{item.role}" for item in roles.items))
    for label, extended in sorted(config.extended_lists.items()):
        yield _list("x", label, (f"{item.sop_class}\\{item.data.hex()}" for item in extended.items))


def _list(kind: str, label: str, items: Iterable[str]) -> str:
    return f"{kind} {label}/{' '.join(items)}"


def _profile(name: str, profile: Profile, role: AssociationRole) -> Iterator[str]:
    roles = profile.role_list.label if profile.role_list else ""
    extended = profile.extended_list.label if profile.extended_list else ""
    yield f"p {name}/{profile.context_list.label}/{roles}/{extended}"
    refusal = profile.refusal
    if role == "acceptor":
        yield f"scp {0 if refusal else 1}"
        return
    yield f"use {_condition(refusal.code if refusal else 0)}"
    if refusal:
        return
    for context in profile.contexts:
        uids = (uid[:UID_LENGTH] for uid in (context.abstract_syntax, *context.transfer_syntaxes))
        yield f"pc {context.id} {context.role} {' '.join(uids)}"
    for item in profile.extended:
        yield f"sc {item.sop_class} {item.data.hex()}"
