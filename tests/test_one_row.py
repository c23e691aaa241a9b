"""A transfer syntax is a row of each of two tables: what it is called, and its traits. All else follows from them.

Rows of one that does not exist are added, with the traits of one that does: every module treats the two alike.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from asprofile.names.transfer_syntaxes import transfer_syntaxes
from asprofile.names.well_known import (
    DEFLATED,
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    HEVC_MAIN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    JPEG_2000,
    JPEG_BASELINE,
    JPEG_LS_LOSSLESS,
    MPEG4_HIGH,
    UNCOMPRESSED,
)

ROOT = Path(__file__).resolve().parents[1]
MADE = "1.2.840.10008.1.2.4.9999"
PROGRAM = """\
import sys
from asprofile.names import _tables
made, like = sys.argv[1:]
original = _tables.rows
def rows(table):
    for row in original(table):
        yield row
        if row[0] == like and table in ("registry", "transfer_syntaxes"):
            yield [made, *row[1:3], "MadeUp", "Made Up"] if table == "registry" else [made, *row[1:]]
_tables.rows = rows

from asprofile.generate.families import by_preference, nature
from asprofile.lint.run import LintOptions, lint
from asprofile.names import fit, sop_classes, uids
from asprofile.objects.decoding import CODES
from asprofile.storescu.proposal import contexts
from asprofile.text import Source

assert uids.uid_of_keyword("MadeUp") == made
assert uids.display_name(made) == "Made Up"
classes = [row[0] for row in original("storage")][::9]
assert len(classes) > 5
ends = ("4.91", "1", "4.80", "4.100")
others = [other for end in ends if (other := f"1.2.840.10008.1.2.{end}") != like]

def told(uid):
    verdicts = [fit.judge(one, uid) for one in classes]
    yield [(one.kind, one.useless, one.lossy_unwise, one.unsure) for one in verdicts]
    yield nature(uid), CODES.get(uid)
    yield [other if other != uid else "it" for other in by_preference((*others[:2], uid, *others[2:]))]
    yield [len(contexts(uid, classes, combine=combine)) for combine in (False, True)]
    text = (
        f"[[TransferSyntaxes]]\\n[U]\\nTransferSyntax1 = {uid}\\n[[PresentationContexts]]\\n[C]\\n"
        + "".join(f"PresentationContext{n} = {one}\\\\U\\n" for n, one in enumerate(classes, 1))
        + "[[Profiles]]\\n[P]\\nPresentationContexts = C\\n"
    )
    yield [found.code for found in lint(Source(text.encode()), LintOptions()).findings]

for mine, theirs in zip(told(made), told(like), strict=True):
    assert mine == theirs, (mine, theirs)
print("alike")
"""


@pytest.mark.parametrize("like", [JPEG_LS_LOSSLESS, JPEG_2000, JPEG_BASELINE, MPEG4_HIGH, HEVC_MAIN])
def test_one_that_is_added_is_treated_as_one_of_its_traits(like: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, MADE, like], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert (done.stdout, done.returncode) == ("alike\n", 0), done.stderr


def test_what_code_names_is_what_the_table_says() -> None:
    """Those lists stand in ``well_known`` because what reads objects loads no table."""
    table = {syntax.uid: syntax for syntax in transfer_syntaxes()}
    assert {uid for uid, one in table.items() if one.encoding in ("deflated", "referenced-deflated")} == DEFLATED
    native = {uid for uid, one in table.items() if one.encoding == "native" and one.vendor is None}
    assert native | {DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN} == set(UNCOMPRESSED)
    assert table[IMPLICIT_VR_LITTLE_ENDIAN].is_native
