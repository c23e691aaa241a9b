"""Going on where a run of ``asprofile send`` ended: what it says to do that, and what is then left out.

There are two ways. ``--continue FILE`` leaves out what an account of the earlier run (its report or JSON) says is
stored; it holds whatever ended that run. ``--continue-at PATH`` begins at an object, for runs that kept no account.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.cli import options
from asprofile.cli.sending import without_done
from asprofile.errors import ConfigurationError
from asprofile.objects.header import ObjectHeader, Unreadable
from asprofile.printing import printable, visible
from asprofile.program import command
from asprofile.regular import open_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asprofile.send.outcome import ObjectResult

_MOST: Final = 20
"""Objects that a command names one by one."""
_STORED: Final = ("stored", "stored-with-warning")
_IN_REPORT: Final = tuple(f"  outcome:         {words}\n" for words in ("stored", "stored with a warning"))
_NO_ACCOUNT: Final = (ValueError, LookupError, TypeError, RecursionError)
"""What reading it as one raises for what is none: other JSON, too deep, without what each result has."""
_WORDS: Final = "asprofile.cli.going_on.words"
_OF_ONE_RUN: Final = ("--continue", "--continue-at", "--output")
_SHORT_OUTPUT: Final = re.compile(r"-(?P<flags>[vq0]*)o(?P<value>.*)", re.DOTALL)
"""``-o FILE`` and ``-oFILE``, also after other letters that are options without a value."""


class Remembering(options.Command):
    """A command that knows in ``words()`` how it was called, and sends."""

    def ends_as_its_job(self, ctx: click.Context) -> bool:  # noqa: ARG002
        return True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)


def words() -> tuple[str, ...]:
    """The arguments of this call; they hold no secret, only where secrets are."""
    found: tuple[str, ...] = click.get_current_context().meta[_WORDS]
    return found


class Left:
    """What is left of a run, from its results as they come: where what was not reached begins, and some objects in
    front of it. Does not grow with the results.
    """

    def __init__(self) -> None:
        self._single: list[str] = []
        self._tail: list[str] = []
        """The first objects after all that need not be sent again."""
        self._in_tail = 0
        self._is_too_much = False

    def add(self, result: ObjectResult) -> None:
        if result.is_left:
            self._in_tail += 1
            if len(self._tail) <= _MOST:
                self._tail.append(str(result.path))
            return
        if not self._in_tail:
            return
        self._single += self._tail
        self._is_too_much |= self._in_tail > len(self._tail) or len(self._single) > _MOST
        del self._single[_MOST + 1 :]
        self._tail, self._in_tail = [], 0

    def command(
        self, called: Sequence[str], account: str | None, *, repeated: bool, renamed: bool, is_list: bool
    ) -> str:
        """What to type to send what is left, and nothing else; empty if there is nothing, or no such command.

        ``called`` is how this run was called; ``account`` names its report, if it has one.
        """
        if not self._tail and not self._single:
            return ""
        called = _again(called)
        if renamed:
            return command("send", *called)
        if account is not None:
            return command("send", *_option("--continue", account), *called)
        if repeated or self._is_too_much or not self._tail or (is_list and self._single):
            return ""
        return command("send", *_option("--continue-at", self._tail[0]), *called, *_named(called, self._single))


def _option(name: str, value: str) -> list[str]:
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def _named(called: Sequence[str], paths: Sequence[str]) -> list[str]:
    is_plain = "--" in called or not any(path.startswith("-") for path in paths)
    return [*paths] if is_plain else ["--", *paths]


def _again(called: Sequence[str]) -> list[str]:
    """The words of a call that hold for the next run, too. Where this one began does not, nor does the file that it
    wrote by ``--output``, over which the next one would not write, and had better not.
    """
    left, is_value, is_name = [], False, False
    for word in called:
        short = None if is_name else _SHORT_OUTPUT.fullmatch(word)
        if is_value:
            is_value = False
        elif short is not None:
            is_value = not short["value"]
            left += [f"-{short['flags']}"] if short["flags"] else []
        elif not is_name and word in _OF_ONE_RUN:
            is_value = True
        elif is_name or (word != "--force" and not word.startswith(tuple(f"{name}=" for name in _OF_ONE_RUN))):
            left.append(word)
        is_name = is_name or word == "--"
    return left


def beginning_at(items: Iterable[ObjectHeader | Unreadable], path: str) -> Iterator[ObjectHeader | Unreadable]:
    """The same, with all in front of the object at ``path`` left out. Raises ConfigurationError if it does not come."""
    is_there = False
    for item in items:
        is_there = is_there or str(item.path) == path
        if is_there:
            yield item
        else:
            yield Unreadable(item.path, "comes before the object that --continue-at names", "stored", explicit=False)
    if not is_there:
        raise ConfigurationError(
            f"{printable(path)}: --continue-at names what is not among the objects; nothing is sent"
        )


def without_stored(items: Iterable[ObjectHeader | Unreadable], account: Account) -> Iterator[ObjectHeader | Unreadable]:
    """The same, with what is stored by that account left out."""
    for item in items:
        if isinstance(item, ObjectHeader) and account.has(str(item.path)):
            yield Unreadable(
                item.path, f"was stored in an earlier run, as {account.name} says", "stored", explicit=False
            )
        else:
            yield item


class Account:
    """The objects that an earlier run stored, by its report (``--report``), its lines (``--format jsonl``) or its JSON;
    8 bytes for each, as many as 2,000,000. A line that was cut when the run was killed says nothing. Raises
    ConfigurationError for a file that is none of these.
    """

    def __init__(self, name: str) -> None:
        # Not needed without an account.
        from asprofile.report.send.file import START

        self.name = visible(name)
        try:
            with TextIOWrapper(open_named(name), encoding="utf-8", errors="surrogateescape") as file:
                start = file.read(len(START))
                file.seek(0)
                found = _in_report(file) if start.startswith(START) else _in_lines(file, self.name)
                known = array("q", map(hash, found))
        except (OSError, *_NO_ACCOUNT) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise ConfigurationError(f"{self.name}: {reason or 'is no report of `asprofile send`'}") from None
        self._known = array("q", sorted(known))

    def has(self, path: str) -> bool:
        """Whether it says that the object at ``path`` is stored."""
        wanted = hash(path)
        at = bisect_left(self._known, wanted)
        return at < len(self._known) and self._known[at] == wanted


def _in_report(lines: Iterable[str]) -> Iterator[str]:
    from asprofile.report.send.file import path_of

    before = ""
    for line in lines:
        if line in _IN_REPORT:
            yield path_of(before.removesuffix("\n"))
        before = line


def _in_lines(file: Any, name: str) -> Iterator[str]:
    """Of JSON a line, or of one JSON object."""
    import json  # not waited for without an account

    first = file.readline()
    if first.strip() == "{":
        whole = json.loads(first + file.read())
        yield from (one["path"] for one in whole["objects"] if one["outcome"] in _STORED)
        return
    is_any = not first
    while first:
        try:
            one = json.loads(first)
        except (ValueError, RecursionError):
            one = None  # the end of a run that was killed, or no line of ours
        if isinstance(one, dict) and one.get("type") in ("object", "skipped", "summary"):
            is_any = True
            if one["type"] == "object" and one["outcome"] in _STORED:
                yield one["path"]
        first = file.readline()
    if not is_any:
        raise ConfigurationError(f"{name}: is no report of `asprofile send`")


def left_of(
    account: str | None, at: str | None, *, renaming: bool
) -> Callable[[Iterator[ObjectHeader | Unreadable]], Iterator[ObjectHeader | Unreadable]] | None:
    """What takes out of what was found that which an earlier run has stored; None if it is not asked for."""
    if account is None and at is None and not renaming:
        return None
    known = Account(account) if account is not None else None

    def left(items: Iterator[ObjectHeader | Unreadable]) -> Iterator[ObjectHeader | Unreadable]:
        found = without_done(items) if renaming else items
        if known is not None:
            return without_stored(found, known)
        return beginning_at(found, at) if at is not None else found

    return left
