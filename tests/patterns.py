"""The regular expressions of the package, and what each of them costs on texts made to hurt it.

    python tests/patterns.py [WORD]

Prints a line for each expression of which the steps grow faster than the text, with the text that does it. Each ``re``
call of the package is found in its source; what it is given is evaluated where it stands. The steps are counted by a
matcher that goes back as Python's does, so they are the same on every machine.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from package_source import PACKAGE, ROOT, nodes_of, tree_of

from asprofile.convert import formats
from asprofile.logs import facts, signs
from asprofile.model import inference
from asprofile.names import modalities
from asprofile.syntax.table import TERMINALS
from asprofile.trace import programs

METHODS = frozenset(("match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn"))
# What looks at each place of the text, in the way of ``finditer``.
_EVERYWHERE = METHODS - {"match", "fullmatch"}


class Pattern(NamedTuple):
    """An expression: where it stands (``module:line``), its name if it has one, its text, flags, and how it is used."""

    where: str
    name: str
    text: str | bytes
    flags: int
    methods: frozenset[str]

    @property
    def known_as(self) -> str:
        """What stays when lines are added: the module and the name, or the text."""
        module = self.where.partition(":")[0]
        return f"{module}:{self.name or repr(self.text)}"


# -- what there is


def _of_formats() -> Iterator[str]:
    yield from (pattern for one in formats.CONVERT_FORMATS for pattern in one.names)


def _of_sides() -> Iterator[str]:
    yield from (inference._FIRST, inference._MADE_FOR)


def _of_phrases() -> Iterator[str]:
    yield from (phrase for _, phrase in inference._PHRASES)


def _of_modalities() -> Iterator[str]:
    yield from (pattern.pattern for _, pattern in modalities._BY_KEYWORD)


def _of_programs() -> Iterator[str]:
    yield from filter(None, (text for one in programs.PROGRAMS for text in (one.version, one.class_uid)))


def _of_terminals() -> Iterator[bytes]:
    yield from TERMINALS.values()
    yield b"|".join(b"(?:%s)" % one for one in TERMINALS.values())


def _of_facts() -> Iterator[str]:
    yield from (pattern for _, pattern in facts._ROWS)


def _of_signs() -> Iterator[str]:
    yield from (row.pattern.pattern for row in signs._ROWS)


# What is given to ``re`` under a name of a moment: how, and all that it may be. A wildcard of a device's description is
# looked for in UIDs that we know; what is between two stars of a host's name is literal but for question marks.
MADE_LATER: dict[str, tuple[str, Callable[[], Iterable[str | bytes]]]] = {
    "asprofile.convert.formats:pattern": ("fullmatch", _of_formats),
    "asprofile.convert.wildcards:translate(pattern.replace('[', '[[]'))": ("match", lambda: ()),
    "asprofile.model.inference:pattern": ("finditer", _of_sides),
    "asprofile.model.inference:phrase": ("search", _of_phrases),
    "asprofile.names.modalities:pattern": ("search", _of_modalities),
    "asprofile.syntax.lalr:TERMINALS[terminal]": ("match", _of_terminals),
    "asprofile.syntax.lalr:whole": ("match", lambda: ()),
    "asprofile.logs.facts:pattern": ("search", _of_facts),
    "asprofile.storescp.host_access:first": ("match", lambda: ()),
    "asprofile.storescp.host_access:part": ("search", lambda: ()),
    "asprofile.storescp.host_access:others[-1] + b'\\\\Z'": ("search", lambda: ()),
    "asprofile.trace.programs:one.version": ("search", _of_programs),
    "asprofile.trace.programs:one.class_uid": ("search", _of_programs),
    "asprofile.logs.signs:pattern or re.escape(needle)": ("search", _of_signs),
}


def patterns() -> tuple[list[Pattern], list[str]]:
    """Every expression of the package, and the calls whose expression is known only when they are made."""
    each = [patterns_of(module) for module in modules()]
    return [one for found, _ in each for one in found], [call for _, unknown in each for call in unknown]


@cache
def modules() -> dict[str, Path]:
    """The modules of the package that may have expressions, and their files."""
    files = [file for file in sorted(PACKAGE.rglob("*.py")) if re.search(r"\bre\.", file.read_text("utf-8"))]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


@cache
def patterns_of(module: str) -> tuple[list[Pattern], list[str]]:
    """The same of one module."""
    found: list[Pattern] = []
    unknown: list[str] = []
    tree, nodes = tree_of(modules()[module]), nodes_of(modules()[module])
    calls = [node for node in nodes if _is_of_re(node)]
    # One that others import may be used there in any way.
    uses = {name: methods for name, methods in _uses(tree, nodes).items() if name.startswith("_")} if calls else {}
    names = {id(node.value): target for node in nodes for target in _assigned(node)}  # type: ignore[attr-defined]
    for call in calls:
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        name = names.get(id(call), "")
        made = f"{module}:{ast.unparse(call.args[0])}"
        if made in MADE_LATER:
            method, texts = MADE_LATER[made]
            found += [Pattern(f"{module}:{call.lineno}", "", text, 0, frozenset((method,))) for text in texts()]
            continue
        try:
            values = [_value(argument, module) for argument in (call.args[0], *_flags(call))]
        except NameError:
            unknown.append(made)
            continue
        except ModuleNotFoundError:
            # A module that needs an extra which is not installed here.
            continue
        compiled = call.func.attr == "compile"
        methods = uses.get(name) or METHODS if compiled else frozenset((call.func.attr,))
        flags = int(values[1]) if len(values) > 1 else 0
        found.append(Pattern(f"{module}:{call.lineno}", name, values[0], flags, frozenset(methods)))
    return found, unknown


def _is_of_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in METHODS | {"compile"}
    )


def _assigned(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _flags(call: ast.Call) -> Iterator[ast.expr]:
    assert isinstance(call.func, ast.Attribute)
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "flags")
    # Of the functions, behind the text; what is substituted comes before it.
    place = {"compile": 1, "match": 2, "fullmatch": 2, "search": 2, "findall": 2, "finditer": 2}.get(call.func.attr)
    if place is not None and len(call.args) > place:
        yield call.args[place]


def _value(node: ast.expr, module: str) -> Any:
    return eval(compile(ast.Expression(node), module, "eval"), dict(vars(import_module(module))))


def _is_text(node: ast.expr) -> bool:
    """Whether it is ``re`` itself, or a text that is split."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in ("re", "line", "text", "value"))


def _uses(tree: ast.Module, nodes: list[ast.AST]) -> dict[str, set[str]]:
    """By the name of an expression, what is called of it; of one that is passed on, what is called of any that is."""
    given = {target for node in tree.body for target in _assigned(node)}
    found: dict[str, set[str]] = {}
    passed: set[str] = set()
    whose = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr in METHODS}
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in METHODS and not _is_text(node.value):
            name = node.value.id if isinstance(node.value, ast.Name) and node.value.id in given else ""
            found.setdefault(name, set()).add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in whose:
            passed.add(node.id)
    some = found.pop("", set(METHODS))
    return {name: found.get(name, set()) | (some if name in passed else set()) for name in given}


# -- what they cost


class TooMany(Exception):
    """More steps than any text of this length should need."""


class Matcher:
    """Matches as Python does, going back where it must, and counts its steps: the characters and choices it looks at.

    The expression becomes a list of instructions with a stack of choices, so that no text is too deep for it. A
    repetition up to some number is one up to ``_FEW`` here: it does not grow with the text.
    """

    _FEW = 6

    def __init__(self, text: str | bytes, flags: int, most: int) -> None:
        self.tree = parser.parse(text, flags)
        self.flags = int(self.tree.state.flags)
        self.is_bytes = isinstance(text, bytes)
        self.most = most
        self.steps = 0
        self.given = ""
        self._slots = 0
        self._groups: dict[int, int] = {}
        self._program = self._compiled(list(self.tree))
        self._whole = [*self._program[:-1], ("end",), self._program[-1]]

    def count(self, text: str, method: str) -> int:
        """The steps of a method of the expression on a text."""
        self.steps, self.given = 0, text
        program = self._whole if method == "fullmatch" else self._program
        place = 0
        while True:
            end = self._run(program, place)
            if method not in _EVERYWHERE or place >= len(text) or (end is not None and method == "search"):
                return self.steps
            place = place + 1 if end is None else max(place + 1, end)

    # -- instructions

    def _compiled(self, nodes: list[Any]) -> list[tuple[Any, ...]]:
        program: list[tuple[Any, ...]] = []
        self._add(program, nodes)
        program.append(("found",))
        return program

    def _add(self, program: list[tuple[Any, ...]], nodes: Iterable[Any]) -> None:
        for node in nodes:
            op, of = node
            if op in _SINGLE:
                program.append(("one", node, self._known(node)))
            elif op is ops.BRANCH:
                self._add_branches(program, [list(branch) for branch in of[1]])
            elif op is ops.SUBPATTERN:
                self._add_group(program, of)
            elif op in _REPEATS:
                self._add_repeat(program, op, of)
            elif op is ops.AT:
                program.append(("at", of))
            elif op in (ops.ASSERT, ops.ASSERT_NOT):
                width = of[1].getwidth()[0] if of[0] < 0 else 0
                program.append(("look", self._compiled(list(of[1])), width, op is ops.ASSERT))
            elif op is ops.GROUPREF:
                program.append(("same", self._groups[of]))
            elif op is ops.ATOMIC_GROUP:
                program.append(("atomic", self._compiled(list(of))))
            else:
                raise NotImplementedError(str(op))

    def _add_branches(self, program: list[tuple[Any, ...]], branches: list[list[Any]]) -> None:
        jumps = []
        for branch in branches[:-1]:
            place = len(program)
            program.append(())
            self._add(program, branch)
            jumps.append(len(program))
            program.append(())
            program[place] = ("either", place + 1, len(program))
        self._add(program, branches[-1])
        for jump in jumps:
            program[jump] = ("to", len(program))

    def _add_group(self, program: list[tuple[Any, ...]], of: Any) -> None:
        number, nodes = of[0], list(of[3])
        if number is not None:
            self._groups[number] = self._slots
            self._slots += 2
            program.append(("keep", self._groups[number]))
        self._add(program, nodes)
        if number is not None:
            program.append(("keep", self._groups[number] + 1))

    def _add_repeat(self, program: list[tuple[Any, ...]], op: Any, of: Any) -> None:
        if op is ops.POSSESSIVE_REPEAT:
            inner: list[tuple[Any, ...]] = []
            self._add_repeat(inner, ops.MAX_REPEAT, of)
            program.append(("atomic", [*inner, ("found",)]))
            return
        least, most, body = min(of[0], self._FEW), of[1], list(of[2])
        for _ in range(least):
            self._add(program, body)
        lazy = op is ops.MIN_REPEAT
        if most is ops.MAXREPEAT:
            start, slot = len(program), self._slots
            self._slots += 1
            program += [(), ("keep", slot)]
            self._add(program, body)
            program.append(("again", slot, start))
            program[start] = _either(start + 1, len(program), lazy)
            return
        choices = []
        for _ in range(max(least, min(most, self._FEW)) - least):
            choices.append(len(program))
            program.append(())
            self._add(program, body)
        for choice in choices:
            program[choice] = _either(choice + 1, len(program), lazy)

    # -- running them

    def _run(self, program: list[tuple[Any, ...]], at: int) -> int | None:
        """Where the match that begins there ends; None for none."""
        left: list[tuple[int, int, tuple[int, ...]]] = [(0, at, (-1,) * self._slots)]
        while left:
            place, at, slots = left.pop()
            while True:
                self.steps += 1
                if self.steps > self.most:
                    raise TooMany
                instruction = program[place]
                op = instruction[0]
                place += 1
                if op == "one":
                    # The most of all: what is known already is looked up here.
                    known = instruction[2].get(self.given[at : at + 1])
                    if known is None:
                        known = at < len(self.given) and self.fits(instruction[1], self.given[at])
                    if not known:
                        break
                    at += 1
                elif op == "found":
                    return at
                elif op == "to":
                    place = instruction[1]
                elif op == "either":
                    left.append((instruction[2], at, slots))
                    place = instruction[1]
                elif op == "keep":
                    slot = instruction[1]
                    slots = (*slots[:slot], at, *slots[slot + 1 :])
                elif op == "again":
                    # What is empty is not repeated.
                    place = instruction[2] if at > slots[instruction[1]] else place
                else:
                    end = self._tried(op, instruction[1:], at, slots)
                    if end is None:
                        break
                    at = end
        return None

    def _tried(self, op: str, of: tuple[Any, ...], at: int, slots: tuple[int, ...]) -> int | None:
        """Where the text goes on behind what takes some of it, or only looks at it; None where it does not fit."""
        if op == "at":
            return at if self._is_at(of[0], at) else None
        if op == "end":
            return at if at == len(self.given) else None
        if op == "atomic":
            return self._run(of[0], at)
        if op == "same":
            start, end = slots[of[0] : of[0] + 2]
            same = self.given[start:end]
            self.steps += len(same)
            return at + len(same) if end >= start >= 0 and self.given.startswith(same, at) else None
        found = at >= of[1] and self._run(of[0], at - of[1]) is not None
        return at if found is of[2] else None

    def _is_at(self, where: Any, at: int) -> bool:
        text, many = self.given, bool(self.flags & _MULTILINE)
        if where is ops.AT_BEGINNING_STRING or (where is ops.AT_BEGINNING and not many):
            return at == 0
        if where is ops.AT_BEGINNING:
            return at == 0 or text[at - 1] == "\n"
        if where is ops.AT_END_STRING:
            return at == len(text)
        if where is ops.AT_END:
            return at == len(text) or (text[at] == "\n" and (many or at + 1 == len(text)))
        here, before = (
            0 <= place < len(text) and (text[place].isalnum() or text[place] == "_") for place in (at, at - 1)
        )
        return (here != before) is (where is ops.AT_BOUNDARY)

    def fits(self, leaf: Any, character: str) -> bool:
        """Whether one character is what the leaf stands for."""
        known = self._known(leaf)
        if character not in known:
            known[character] = self._fits(leaf, character)
        return known[character]

    def _known(self, leaf: Any) -> dict[str, bool]:
        """What is known by now of the leaf, by character; it is the same for all expressions of these flags."""
        return _FITS.setdefault((str(leaf), int(self.flags), self.is_bytes), {})

    def _fits(self, leaf: Any, character: str) -> bool:
        op, of = leaf
        either = {character.lower(), character.upper()} if self.flags & re.IGNORECASE else {character}
        if op is ops.ANY:
            return bool(self.flags & re.DOTALL) or character != "\n"
        if op is ops.LITERAL:
            return chr(of) in either or (len(either) > 1 and chr(of).lower() in either)
        if op is ops.NOT_LITERAL:
            return chr(of) not in either
        negated = bool(of) and of[0][0] is ops.NEGATE
        return any(self._is_in(item, one) for item in of[negated:] for one in either) is not negated

    def _is_in(self, item: Any, character: str) -> bool:
        op, of = item
        if op is ops.LITERAL:
            return character == chr(of)
        if op is ops.RANGE:
            return bool(of[0] <= ord(character) <= of[1])
        assert op is ops.CATEGORY, op
        text = _CATEGORIES[of]
        if self.is_bytes:
            return ord(character) < 0x100 and re.match(text.encode(), character.encode("latin-1")) is not None
        return re.match(text, character, re.ASCII if self.flags & re.ASCII else 0) is not None


def _either(go_on: int, out: int, lazy: bool) -> tuple[Any, ...]:
    return ("either", out, go_on) if lazy else ("either", go_on, out)


_MULTILINE = int(re.MULTILINE)
_FITS: dict[tuple[str, int, bool], dict[str, bool]] = {}
_SINGLE = (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN)
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}

# -- what hurts

_CANDIDATES = [*map(chr, range(0x21, 0x7F)), " ", "\t", "\n", "\r", "\v", "\f", "\0", "\x80", "\xe9", "\xff"]
_MOST_CLASSES = 40


class Place(NamedTuple):
    """A repetition without an end: what can stand before it, what is repeated, what can stand behind."""

    before: str
    bodies: tuple[str, ...]
    behind: str


def attacks(matcher: Matcher) -> Iterator[tuple[str, str, str]]:
    """(beginning, what is repeated, end) of texts that the expression may take long for."""
    classes = _classes(matcher)
    strange = next((one for one in ("\0", "\x80", "!", "\n", "x") if one in classes), classes[0])
    places = list(_places(matcher, list(matcher.tree), "", classes))
    if not places:
        return
    repeated = [one for place in places for one in place.bodies]
    units = dict.fromkeys((*repeated, *classes, *(one + other for one in repeated[:4] for other in repeated[:4])))
    for place in places:
        for unit in dict.fromkeys((*place.bodies, *repeated[:4])):
            for end in dict.fromkeys(("", strange, place.behind[:-1] + strange)):
                yield place.before, unit, end
    for unit in units:
        for end in ("", strange):
            yield "", unit, end


def _classes(matcher: Matcher) -> list[str]:
    """A character for each set of them that the expression tells apart."""
    leaves = {str(leaf): leaf for leaf in _leaves(list(matcher.tree))}.values()
    found: dict[tuple[bool, ...], str] = {}
    for character in _CANDIDATES:
        found.setdefault(tuple(matcher.fits(leaf, character) for leaf in leaves), character)
    return list(found.values())[:_MOST_CLASSES]


def _leaves(nodes: Iterable[Any]) -> Iterator[Any]:
    for node in nodes:
        if node[0] in _SINGLE:
            yield node
        for inner in _inner(node):
            yield from _leaves(inner)


def _inner(node: Any) -> list[Any]:
    op, of = node
    if op is ops.BRANCH:
        return list(of[1])
    if op is ops.SUBPATTERN:
        return [of[3]]
    if op in _REPEATS:
        return [of[2]]
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return [of[1]]
    return [of] if op is ops.ATOMIC_GROUP else []


def _places(matcher: Matcher, nodes: list[Any], before: str, classes: list[str], behind: str = "") -> Iterator[Place]:
    for number, node in enumerate(nodes):
        rest = sample(matcher, nodes[number + 1 :], classes) + behind
        if node[0] in _REPEATS and node[1][1] is ops.MAXREPEAT:
            body = list(node[1][2])
            yield Place(before, tuple(dict.fromkeys(_bodies(matcher, body, classes))), rest)
        for inner in _inner(node):
            yield from _places(matcher, list(inner), before, classes, rest)
        before += sample(matcher, [node], classes)


def _bodies(matcher: Matcher, body: list[Any], classes: list[str]) -> Iterator[str]:
    """What the body of a repetition may be: each of its branches, and each of its characters."""
    if len(body) == 1 and body[0][0] in _SINGLE:
        yield from [one for one in classes if matcher.fits(body[0], one)][:8]
    elif len(body) == 1 and body[0][0] is ops.SUBPATTERN:
        yield from _bodies(matcher, list(body[0][1][3]), classes)
    elif len(body) == 1 and body[0][0] is ops.BRANCH:
        for branch in body[0][1][1]:
            yield from _bodies(matcher, list(branch), classes)
    elif one := sample(matcher, body, classes):
        yield one


def sample(matcher: Matcher, nodes: Iterable[Any], classes: list[str]) -> str:
    """A text that the nodes match, nearly always."""
    found = ""
    for op, of in nodes:
        if op in _SINGLE:
            found += next((one for one in (*classes, *_CANDIDATES) if matcher.fits((op, of), one)), "")
        elif op is ops.BRANCH:
            found += next((one for branch in of[1] if (one := sample(matcher, branch, classes))), "")
        elif op is ops.SUBPATTERN:
            found += sample(matcher, of[3], classes)
        elif op in _REPEATS:
            found += sample(matcher, of[2], classes) * max(1, min(of[0], 6))
        elif op is ops.ATOMIC_GROUP:
            found += sample(matcher, of, classes)
    return found


class Cost(NamedTuple):
    """A text that an expression takes too long for, as its parts, and the steps for so many and more of the middle."""

    method: str
    parts: tuple[str, str, str]
    steps: tuple[int, ...]


# Twice the text may need twice the steps.
_TIMES = (12, 24, 48)
_FEW_MORE = 2.2
# From 2n to 4n there are twice as many more steps than from n to 2n, four times as many where they grow by the square.
_MOST_MORE = 2.9
_MOST = 60_000


def worst(pattern: Pattern) -> Cost | None:
    """A text for which the steps of the expression grow faster than the text; None where none is found."""
    matcher = Matcher(pattern.text, pattern.flags, _MOST)
    # What is found once ends a search; what else looks everywhere goes on behind it.
    methods = {"finditer" if method in _EVERYWHERE - {"search"} else method for method in pattern.methods}
    for before, unit, end in dict.fromkeys(attacks(matcher)):
        for method in sorted(methods):
            steps: list[int] = []
            for times in _TIMES:
                steps.append(_steps(matcher, before + unit * times + end, method))
                if steps[-1] >= _MOST:
                    return Cost(method, (before, unit, end), tuple(steps))
                if len(steps) == 2 and steps[1] < _FEW_MORE * steps[0]:
                    break
            else:
                first, second, third = steps
                if third - second > _MOST_MORE * (second - first):
                    return Cost(method, (before, unit, end), tuple(steps))
    return None


def _steps(matcher: Matcher, text: str, method: str) -> int:
    try:
        return matcher.count(text, method)
    except TooMany:
        return _MOST


def main() -> int:
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    found, unknown = patterns()
    print(f"{len(found)} expressions, {len(unknown)} made when they are needed: {', '.join(unknown)}")
    for pattern in found:
        if word in pattern.known_as and (cost := worst(pattern)) is not None:
            print(f"{pattern.where} {pattern.name} {cost.method} {cost.parts} {cost.steps}", flush=True)
            print(f"    {pattern.text!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
