"""The grammar as a parsing table. Made by scripts/table from grammars/asconfig.lark: change that, not this.

A state's step for a terminal is the state to go to, or ``~rule`` to reduce. A rule is its name, its symbol, and how
many children it has. In a state, the first of its terminals that matches is the token; one that is nowhere the end.
"""

from __future__ import annotations

# fmt: off
START_SYMBOL = "start"
START_STATE = 0
END = "$END"

TERMINALS = {
    "CLOSE": (
        b'\\]'
    ),
    "KEY": (
        b'(?x:=\n'
        b'  | [^\\[= \t\\0\r\n] [^=\r\n]*+\n'
        b'    (?:\n'
        b'      (?:[\r][\n]?+|[\n])(?:\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z))*+\n'
        b'      [^=\r\n]*+\n'
        b'    )*+\n'
        b'    (?:=|\\Z))'
    ),
    "OPEN": (
        b'(?x:\\[\n'
        b'  (?:\n'
        b'    [ \t\\0\r\n]++\n'
        b'  | (?<![^\r\n])\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z)\n'
        b'  )*+)'
    ),
    "SPACE": (
        b'(?x:(?:\n'
        b'    [ \t\\0\r\n]++\n'
        b'  | (?<![^\r\n])\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z)\n'
        b'  )++)'
    ),
    "TEXT": (
        b'(?x:(?:\n'
        b'    [^\\]\r\n]++\n'
        b'  | (?:[\r][\n]?+|[\n])(?:\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z))*+\n'
        b'  )++)'
    ),
    "VALUE": (
        b'(?x:(?:\n'
        b'    [^\r\n]++\n'
        b'    (?: (?:(?:[\r][\n]?+|[\n])(?:\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z))*+)++ [ \t\\0] [^\r\n]*+ )*+\n'
        b'    (?: (?:(?:[\r][\n]?+|[\n])(?:\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z))*+)++ \xff?+ )?+\n'
        b'  | (?: (?:(?:[\r][\n]?+|[\n])(?:\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z))*+)++ [ \t\\0] [^\r\n]*+ )++\n'
        b'    (?: (?:(?:[\r][\n]?+|[\n])(?:\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z))*+)++ \xff?+ )?+\n'
        b'  | (?:(?:[\r][\n]?+|[\n])(?:\\#[^\r\n]*+(?:[\r][\n]?+|[\n]|\\Z))*+)++ \xff?+\n'
        b'  ))'
    ),
}

RULES: tuple[tuple[str, str, int], ...] = (
    ("entry", "items", 2),
    ("entry", "items", 3),
    ("header", "items", 2),
    ("innermost", "header", 2),
    ("innermost", "header", 3),
    ("innermost", "unclosed", 1),
    ("innermost", "unclosed", 2),
    ("innermost", "within", 2),
    ("innermost", "within", 3),
    ("nothing", "items", 0),
    ("outer", "header", 3),
    ("outer", "header", 4),
    ("outer", "unclosed", 2),
    ("outer", "unclosed", 3),
    ("outer", "within", 3),
    ("outer", "within", 4),
    ("space", "items", 2),
    ("start", "start", 1),
    ("start", "start", 2),
)

LEXERS: tuple[tuple[str, ...], ...] = (
    ("OPEN", "SPACE", "KEY"),
    ("OPEN", "SPACE", "KEY"),
    (),
    ("VALUE", "OPEN", "SPACE", "KEY"),
    ("OPEN", "CLOSE", "TEXT"),
    ("OPEN", "SPACE", "KEY"),
    ("OPEN", "SPACE", "KEY"),
    (),
    ("OPEN", "SPACE", "KEY"),
    ("OPEN", "SPACE", "KEY"),
    ("OPEN", "CLOSE", "TEXT"),
    ("CLOSE",),
    (),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE",),
    ("CLOSE", "TEXT"),
    ("OPEN", "SPACE", "KEY"),
    ("OPEN", "SPACE", "KEY"),
    ("CLOSE",),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE",),
    ("OPEN", "SPACE", "KEY"),
    ("CLOSE", "TEXT"),
)

ACTIONS: tuple[dict[str, int], ...] = (
    {"$END": -10, "KEY": -10, "OPEN": -10, "SPACE": -10},
    {"$END": -18, "KEY": 3, "OPEN": 4, "SPACE": 5},
    {},
    {"$END": -1, "KEY": -1, "OPEN": -1, "SPACE": -1, "VALUE": 8},
    {"$END": -6, "CLOSE": 9, "OPEN": 10, "TEXT": 11},
    {"$END": -17, "KEY": -17, "OPEN": -17, "SPACE": -17},
    {"$END": -3, "KEY": -3, "OPEN": -3, "SPACE": -3},
    {"$END": -19},
    {"$END": -2, "KEY": -2, "OPEN": -2, "SPACE": -2},
    {"$END": -4, "KEY": -4, "OPEN": -4, "SPACE": -4},
    {"$END": -6, "CLOSE": 14, "OPEN": 10, "TEXT": 15},
    {"$END": -7, "CLOSE": 17},
    {"$END": -13},
    {"$END": -13, "CLOSE": 18, "TEXT": 19},
    {"$END": -8, "CLOSE": -8, "TEXT": -8},
    {"$END": -7, "CLOSE": 20},
    {"$END": -13, "CLOSE": 21, "TEXT": 22},
    {"$END": -5, "KEY": -5, "OPEN": -5, "SPACE": -5},
    {"$END": -11, "KEY": -11, "OPEN": -11, "SPACE": -11},
    {"$END": -14, "CLOSE": 23},
    {"$END": -9, "CLOSE": -9, "TEXT": -9},
    {"$END": -15, "CLOSE": -15, "TEXT": -15},
    {"$END": -14, "CLOSE": 24},
    {"$END": -12, "KEY": -12, "OPEN": -12, "SPACE": -12},
    {"$END": -16, "CLOSE": -16, "TEXT": -16},
)

GOTO: tuple[dict[str, int], ...] = (
    {"items": 1, "start": 2},
    {"header": 6, "unclosed": 7},
    {},
    {},
    {"unclosed": 12, "within": 13},
    {},
    {},
    {},
    {},
    {},
    {"unclosed": 12, "within": 16},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
)
