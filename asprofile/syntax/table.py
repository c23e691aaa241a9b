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
        b'  | [^\\[= \t\\0\r\n] [^=\r\n]*\n'
        b'    (?:\n'
        b'      [\r\n]+\n'
        b'    | (?<![^\r\n])\\#[^\r\n]*[\r\n]*\n'
        b'    | [^=\r\n]+\n'
        b'    ){0,200} =?)'
    ),
    "KEY_GOES_ON": (
        b'(?x:(?<!=)\n'
        b'    (?:\n'
        b'      [\r\n]+\n'
        b'    | (?<![^\r\n])\\#[^\r\n]*[\r\n]*\n'
        b'    | [^=\r\n]+\n'
        b'    ){1,200} =?)'
    ),
    "OPEN": (
        b'\\['
    ),
    "SPACE": (
        b'(?x:(?:\n'
        b'    [ \t\\0\r\n]+\n'
        b'  | (?<![^\r\n])\\#[^\r\n]*[\r\n]*\n'
        b'  ){1,200})'
    ),
    "TEXT": (
        b'(?x:(?:\n'
        b'    [\r\n]+\n'
        b'  | (?<![^\r\n])\\#[^\r\n]*[\r\n]*\n'
        b'  | [^\\]\r\n]+\n'
        b'  ){1,200})'
    ),
    "VALUE": (
        b'(?x:(?<==) (?: [^\r\n]+ [\r\n]* | [\r\n]+ )\n'
        b'    (?: [\\# \t\\0] [^\r\n]* [\r\n]* ){0,200}\n'
        b'    (?: (?<=[\r\n]) \xff )?)'
    ),
    "VALUE_GOES_ON": (
        b'(?x:(?<=[\r\n])\n'
        b'    (?: [\\# \t\\0] [^\r\n]* [\r\n]* ){1,200}\n'
        b'    (?: (?<=[\r\n]) \xff )?)'
    ),
}

RULES: tuple[tuple[str, str, int], ...] = (
    ("entry", "items", 2),
    ("entry", "items", 3),
    ("entry", "items", 4),
    ("entry", "items", 5),
    ("gap", "gap", 1),
    ("gap", "gap", 2),
    ("header", "items", 2),
    ("innermost", "header", 2),
    ("innermost", "header", 3),
    ("innermost", "header", 4),
    ("innermost", "unclosed", 1),
    ("innermost", "unclosed", 2),
    ("innermost", "unclosed", 3),
    ("innermost", "within", 2),
    ("innermost", "within", 3),
    ("innermost", "within", 4),
    ("more_key", "more_key", 1),
    ("more_key", "more_key", 2),
    ("more_value", "more_value", 1),
    ("more_value", "more_value", 2),
    ("nothing", "items", 0),
    ("outer", "header", 3),
    ("outer", "header", 4),
    ("outer", "header", 5),
    ("outer", "unclosed", 2),
    ("outer", "unclosed", 3),
    ("outer", "unclosed", 4),
    ("outer", "within", 3),
    ("outer", "within", 4),
    ("outer", "within", 5),
    ("space", "items", 2),
    ("start", "start", 1),
    ("start", "start", 2),
    ("text", "text", 1),
    ("text", "text", 2),
)

LEXERS: tuple[tuple[str, ...], ...] = (
    ("SPACE", "OPEN", "KEY"),
    ("SPACE", "OPEN", "KEY"),
    (),
    ("VALUE", "KEY_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("SPACE", "CLOSE", "OPEN", "TEXT"),
    ("SPACE", "OPEN", "KEY"),
    ("SPACE", "OPEN", "KEY"),
    (),
    ("VALUE", "KEY_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("VALUE_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("VALUE", "KEY_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("SPACE", "OPEN", "KEY"),
    ("SPACE", "CLOSE", "OPEN", "TEXT"),
    ("SPACE", "CLOSE", "OPEN", "TEXT"),
    ("CLOSE", "TEXT"),
    ("SPACE", "CLOSE", "OPEN", "TEXT"),
    ("CLOSE", "TEXT"),
    (),
    ("CLOSE", "TEXT"),
    ("VALUE_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("VALUE_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("VALUE", "KEY_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("VALUE_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("CLOSE", "TEXT"),
    ("SPACE", "CLOSE", "OPEN", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("SPACE", "OPEN", "KEY"),
    ("SPACE", "CLOSE", "OPEN", "TEXT"),
    ("CLOSE", "TEXT"),
    (),
    ("CLOSE", "TEXT"),
    ("SPACE", "OPEN", "KEY"),
    ("CLOSE", "TEXT"),
    ("SPACE", "OPEN", "KEY"),
    ("CLOSE", "TEXT"),
    ("VALUE_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("VALUE_GOES_ON", "SPACE", "OPEN", "KEY"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("SPACE", "OPEN", "KEY"),
    ("SPACE", "OPEN", "KEY"),
    ("CLOSE", "TEXT"),
    ("SPACE", "OPEN", "KEY"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("CLOSE", "TEXT"),
    ("SPACE", "OPEN", "KEY"),
    ("CLOSE", "TEXT"),
)

ACTIONS: tuple[dict[str, int], ...] = (
    {"$END": -21, "KEY": -21, "OPEN": -21, "SPACE": -21},
    {"$END": -32, "KEY": 3, "OPEN": 4, "SPACE": 5},
    {},
    {"$END": -1, "KEY": -1, "KEY_GOES_ON": 8, "OPEN": -1, "SPACE": -1, "VALUE": 9},
    {"$END": -11, "CLOSE": 11, "OPEN": 12, "SPACE": 13, "TEXT": 14},
    {"$END": -31, "KEY": -31, "OPEN": -31, "SPACE": -31},
    {"$END": -7, "KEY": -7, "OPEN": -7, "SPACE": -7},
    {"$END": -33},
    {"$END": -17, "KEY": -17, "KEY_GOES_ON": -17, "OPEN": -17, "SPACE": -17, "VALUE": -17},
    {"$END": -2, "KEY": -2, "OPEN": -2, "SPACE": -2, "VALUE_GOES_ON": 19},
    {"$END": -2, "KEY": -2, "KEY_GOES_ON": 21, "OPEN": -2, "SPACE": -2, "VALUE": 22},
    {"$END": -8, "KEY": -8, "OPEN": -8, "SPACE": -8},
    {"$END": -11, "CLOSE": 23, "OPEN": 12, "SPACE": 13, "TEXT": 14},
    {"$END": -5, "CLOSE": -5, "OPEN": -5, "SPACE": -5, "TEXT": -5},
    {"$END": -34, "CLOSE": -34, "TEXT": -34},
    {"$END": -12, "CLOSE": 27, "OPEN": 12, "SPACE": 28, "TEXT": 14},
    {"$END": -12, "CLOSE": 32, "TEXT": 33},
    {"$END": -25},
    {"$END": -25, "CLOSE": 34, "TEXT": 14},
    {"$END": -19, "KEY": -19, "OPEN": -19, "SPACE": -19, "VALUE_GOES_ON": -19},
    {"$END": -3, "KEY": -3, "OPEN": -3, "SPACE": -3, "VALUE_GOES_ON": 36},
    {"$END": -18, "KEY": -18, "KEY_GOES_ON": -18, "OPEN": -18, "SPACE": -18, "VALUE": -18},
    {"$END": -3, "KEY": -3, "OPEN": -3, "SPACE": -3, "VALUE_GOES_ON": 19},
    {"$END": -14, "CLOSE": -14, "TEXT": -14},
    {"$END": -12, "CLOSE": 38, "OPEN": 12, "SPACE": 28, "TEXT": 14},
    {"$END": -12, "CLOSE": 41, "TEXT": 33},
    {"$END": -25, "CLOSE": 42, "TEXT": 14},
    {"$END": -9, "KEY": -9, "OPEN": -9, "SPACE": -9},
    {"$END": -6, "CLOSE": -6, "OPEN": -6, "SPACE": -6, "TEXT": -6},
    {"$END": -13, "CLOSE": 44, "TEXT": 33},
    {"$END": -26},
    {"$END": -26, "CLOSE": 45, "TEXT": 14},
    {"$END": -9, "KEY": -9, "OPEN": -9, "SPACE": -9},
    {"$END": -35, "CLOSE": -35, "TEXT": -35},
    {"$END": -22, "KEY": -22, "OPEN": -22, "SPACE": -22},
    {"$END": -26, "CLOSE": 47, "TEXT": 33},
    {"$END": -20, "KEY": -20, "OPEN": -20, "SPACE": -20, "VALUE_GOES_ON": -20},
    {"$END": -4, "KEY": -4, "OPEN": -4, "SPACE": -4, "VALUE_GOES_ON": 36},
    {"$END": -15, "CLOSE": -15, "TEXT": -15},
    {"$END": -13, "CLOSE": 48, "TEXT": 33},
    {"$END": -26, "CLOSE": 49, "TEXT": 14},
    {"$END": -15, "CLOSE": -15, "TEXT": -15},
    {"$END": -28, "CLOSE": -28, "TEXT": -28},
    {"$END": -26, "CLOSE": 51, "TEXT": 33},
    {"$END": -10, "KEY": -10, "OPEN": -10, "SPACE": -10},
    {"$END": -23, "KEY": -23, "OPEN": -23, "SPACE": -23},
    {"$END": -27, "CLOSE": 52, "TEXT": 33},
    {"$END": -23, "KEY": -23, "OPEN": -23, "SPACE": -23},
    {"$END": -16, "CLOSE": -16, "TEXT": -16},
    {"$END": -29, "CLOSE": -29, "TEXT": -29},
    {"$END": -27, "CLOSE": 53, "TEXT": 33},
    {"$END": -29, "CLOSE": -29, "TEXT": -29},
    {"$END": -24, "KEY": -24, "OPEN": -24, "SPACE": -24},
    {"$END": -30, "CLOSE": -30, "TEXT": -30},
)

GOTO: tuple[dict[str, int], ...] = (
    {"items": 1, "start": 2},
    {"header": 6, "unclosed": 7},
    {},
    {"more_key": 10},
    {"gap": 15, "text": 16, "unclosed": 17, "within": 18},
    {},
    {},
    {},
    {},
    {"more_value": 20},
    {},
    {},
    {"gap": 24, "text": 25, "unclosed": 17, "within": 26},
    {},
    {},
    {"text": 29, "unclosed": 30, "within": 31},
    {},
    {},
    {"text": 35},
    {},
    {},
    {},
    {"more_value": 37},
    {},
    {"text": 39, "unclosed": 30, "within": 40},
    {},
    {"text": 43},
    {},
    {},
    {},
    {},
    {"text": 46},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {},
    {"text": 50},
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
