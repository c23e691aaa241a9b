"""The results of a sending as lines: each object as it ends, and the sum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from asprofile.negotiate.request import encoded_size
from asprofile.printing import of_file, plural, printable
from asprofile.report.send.sending import OUTCOME_COLOURS, OUTCOME_WORDS
from asprofile.send.outcome import STOPPED, Outcome

if TYPE_CHECKING:
    from asprofile.printing import Style
    from asprofile.report.send.sending import Sending
    from asprofile.send.outcome import ObjectResult, SendReport
    from asprofile.send.peer import Peer


# Repeated reasons say more as a count than as ten thousand lines.
_SHOWN_PER_REASON = 5
# A reason may be of one object alone; millions of them are not remembered.
_REASONS = 1000


def printer(style: Style, *, verbose: bool, quiet: bool) -> Callable[[ObjectResult], Iterator[str]]:
    """The lines about an object as soon as it has ended; the same reason is not repeated for ever."""
    said: dict[str, int] = {}

    def lines(result: ObjectResult) -> Iterator[str]:
        if quiet and result.outcome.is_stored:
            return
        if result.outcome is Outcome.STORED and not result.note:
            if verbose:
                yield f"{_path(result)}: {style('stored', 'green')} as {_what(result)}, context {result.context_id}"
            return
        kind = result.reason or result.note.partition(":")[0]
        count = said.get(kind, 0) + 1
        if count > 1 or len(said) < _REASONS:
            said[kind] = count
        if count <= _SHOWN_PER_REASON or verbose:
            yield from _ended(result, style, way_out=count == 1 or verbose)
        elif count == _SHOWN_PER_REASON + 1:
            yield "  (more objects with this reason; --verbose shows each)"

    return lines


def _ended(result: ObjectResult, style: Style, *, way_out: bool) -> Iterator[str]:
    word = style(OUTCOME_WORDS[result.outcome], OUTCOME_COLOURS[result.outcome])
    status = f", status {result.status:04X}H" if result.status is not None else ""
    comment = f" ({printable(result.comment)})" if result.comment else ""
    tries = f" ({result.tries} tries)" if result.tries > 1 else ""
    note = f", {printable(result.note)}" if result.note else ""
    reason = f": {printable(result.reason)}" if result.reason else ""
    if result.outcome is Outcome.NOT_SENT:
        # Why there is no association any more is said once, at the end.
        reason = f": {STOPPED}" if result.reason.endswith(STOPPED) else ""
    yield f"{_path(result)}: {word}{note}{status}{reason}{comment}{tries}"
    if way_out and result.way_out:
        yield f"  {printable(result.way_out)}"


def _path(result: ObjectResult) -> str:
    return of_file(str(result.path))


def _what(result: ObjectResult) -> str:
    from asprofile.names.uids import display_name  # has many tables, which most runs have no use for

    syntax = result.sent_as or result.transfer_syntax or ""
    converted = ", converted" if result.sent_as not in (None, result.transfer_syntax) else ""
    return printable(f"{display_name(result.sop_class or '')}, {display_name(syntax)}{converted}")


def counts(report: SendReport, peer: Peer, style: Style) -> str:
    """The last line: how many objects ended how, and how long it took."""
    parts = [
        style(f"{report.count(outcome):,} {OUTCOME_WORDS[outcome]}", OUTCOME_COLOURS[outcome])
        for outcome in Outcome
        if report.count(outcome)
    ]
    size = report.tally.bytes
    skipped = f"; {report.skipped:,} other files skipped" if report.skipped else ""
    skipped += f"; {report.left_out:,} left out by --where" if report.left_out else ""
    took = f"{size_text(size)} in {report.seconds:.1f} s{_beside(report)}"
    count = plural(report.tally.total, "object")
    return f"{count} to {printable(str(peer))}: {', '.join(parts)}; {took}{skipped}"


def proposed(sending: Sending, *, verbose: bool) -> str:
    """What is proposed, before it is; empty for nothing. With ``verbose``, how large our own requests are
    (``asprofile show`` gives the size of DCMTK's, whose name is another).
    """
    requests = sending.requests
    count = sum(len(request.contexts) for request in requests)
    if sending.profile is not None:
        about = "profile {} of {}, ".format(*sending.profile) + plural(len(requests[0].contexts), "context")
    elif count:
        apart = f", in {len(requests)} association requests" if len(requests) > 1 else ""
        about = f"{plural(count, 'presentation context')} for the objects found{apart}"
    else:
        return ""
    if not verbose:
        return about
    size = sum(map(encoded_size, requests))
    return f"{about}, " + (
        f"request of {size:,} bytes" if len(requests) == 1 else f"requests of {size:,} bytes together"
    )


def _beside(report: SendReport) -> str:
    return f" over {report.at_once} associations" if report.at_once > 1 else ""


def granted(report: SendReport) -> str:
    """What the peer granted that makes it faster."""
    more = "no object before the last is answered" if report.window == 1 else f"{report.window} objects at a time"
    return f"the peer took {more}"


def size_text(count: int) -> str:
    """Bytes, for people."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
