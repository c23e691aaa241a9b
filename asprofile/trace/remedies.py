"""What to do about a cause, on which side: sentences, and commands to paste."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from asprofile.names import sop_classes
from asprofile.names.uids import display_name
from asprofile.names.well_known import VERIFICATION
from asprofile.program import command
from asprofile.trace.programs import acceptors_of, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.negotiate.advice import Adviser
    from asprofile.trace.model import TracedAssociation, TracedContext

RemedySide = Literal["requestor", "acceptor", "either"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, on which side, and a command line to paste, empty if there is none. ``command`` has ``HOST:PORT``
    where the source does not say the address."""

    side: RemedySide
    text: str
    command: str = ""


def first_of(proposed: Iterable[str]) -> str:
    return next(iter(proposed), "")


def both_sides(association: TracedAssociation, uid: str, syntax: str) -> Iterator[Remedy]:
    if uid:
        yield from acceptor_class(association, uid, (syntax,) if syntax else ())
        yield Remedy(
            "requestor", "ask the acceptor with which transfer syntaxes it takes it", probe_command(association, uid)
        )
    yield Remedy("requestor", "or propose what the objects need", send_command(association))


def titles(association: TracedAssociation) -> Iterator[Remedy]:
    programs = [one for one in acceptors_of(association) if one.for_titles]
    for one in programs:
        yield Remedy("acceptor", f"{one.name}: {told(one.for_titles, association)}")
    if not programs and association.requestor.title:
        yield Remedy("acceptor", f"have {association.requestor.title} registered, with the address of the requestor")


def acceptor_class(association: TracedAssociation, uid: str, proposed: Iterable[str]) -> Iterator[Remedy]:
    if not uid:
        return
    programs = [one for one in acceptors_of(association) if one.for_class]
    stores = sop_classes.is_storage(uid) or uid == VERIFICATION
    for one in programs:
        if one.name == "DCMTK" and not stores:
            yield Remedy("acceptor", "DCMTK: storescp and dcmrecv only store; queries and retrieval are dcmqrscp's")
            continue
        yield Remedy("acceptor", f"{one.name}: {told(one.for_class, association, uid)}", _profile(one.name, uid))
    if not programs:
        syntax = first_of(proposed)
        with_syntax = f" with {display_name(syntax)}" if syntax else ""
        yield Remedy("acceptor", f"enable {display_name(uid)} ({uid}){with_syntax}")


def acceptor_syntax(association: TracedAssociation, uid: str, syntax: str) -> Iterator[Remedy]:
    if not (uid and syntax):
        return
    programs = [one for one in acceptors_of(association) if one.for_syntax]
    for one in programs:
        text = f"{one.name}: {told(one.for_syntax, association, uid, syntax)}"
        yield Remedy("acceptor", text, _profile(one.name, uid, syntax))
    if not programs:
        yield Remedy("acceptor", f"enable {display_name(syntax)} ({syntax}) for {display_name(uid)}")


def _profile(program: str, uid: str, syntax: str = "") -> str:
    """For a program that reads our profiles."""
    if program not in ("DCMTK", "asprofile"):
        return ""
    with_syntax = ("--ts", syntax) if syntax else ()
    return command("generate", "--role", "acceptor", "--sop", uid, *with_syntax, "-o", "acceptor.cfg")


def conversion(
    association: TracedAssociation, adviser: Adviser, syntaxes: Iterable[str], taken: Iterable[str] = ()
) -> Iterator[Remedy]:
    taken = tuple(taken)
    if not taken:
        return
    text = adviser.converted_all(syntaxes, taken)
    for option in ("--convert lossy", "--convert lossless", "--convert uncompressed"):
        if option in text:
            yield Remedy("requestor", text, send_command(association, option))
            return


def ids_of(contexts: Iterable[TracedContext]) -> tuple[int, ...]:
    return tuple(one.id for one in contexts)


def peer_of(association: TracedAssociation, called: str = "") -> str:
    called = called or association.acceptor.title
    address = association.acceptor.address
    if ":" not in address.rpartition("]")[2]:
        address = "HOST:PORT"
    return f"{called}@{address}" if called and "@" not in called else address


def echo_command(association: TracedAssociation, *words: str, called: str = "", calling: str = "") -> str:
    calling = calling or association.requestor.title
    return command("echo", peer_of(association, called), *(("--calling", calling) if calling else ()), *words)


def probe_command(association: TracedAssociation, uid: str) -> str:
    calling = association.requestor.title
    return command("probe", peer_of(association), *(("--calling", calling) if calling else ()), "--sop", uid)


def send_command(association: TracedAssociation, option: str = "") -> str:
    calling = association.requestor.title
    words = ["send", peer_of(association), "STUDY", *(("--calling", calling) if calling else ())]
    return " ".join([command(*words), *([option] if option else [])])


def from_files_command() -> str:
    return command("generate", "--from-files", "STUDY", "-o", "study.cfg")


def quoted_line(text: str) -> str:
    return f"it says: {text}" if text else ""


def without_front(text: str) -> str:
    """A line without its time and place in the source."""
    return text.rpartition("] ")[2]
