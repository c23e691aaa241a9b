"""scripts/facts: silent about the tables as they are, loud about what may go wrong when they are edited."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def check(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, root / "scripts" / "facts", "--check"], capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "asprofile").mkdir()
    shutil.copy(ROOT / "scripts" / "facts", tmp_path / "scripts")
    for path in (ROOT / "asprofile").glob("[!_]*.py"):
        shutil.copy(path, tmp_path / "asprofile")
    (tmp_path / "asprofile" / "__init__.py").touch()
    shutil.copytree(ROOT / "asprofile" / "names", tmp_path / "asprofile" / "names")
    return tmp_path


def test_the_tables_are_as_they_should_be() -> None:
    done = check(ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "rows in 10 tables" in done.stdout


Slip = tuple[str, str, str, str]

# Slips of the form hide all others, and slips of single cells those that only show when rows are put together.
FORM: list[Slip] = [
    ("storage", "ct-image\tY", "ct-image\tY?", "a question mark"),
    ("other_classes", "\tyes\tC-ECHO\t", "\tyes\tC-ECHO\t\t", "10 cells, not 9"),
    ("companions", "uid\trequires", "uid\trequired", "must name the columns"),
    ("private", "\tSiemens\t", "\tSiemens \t", "blanks around it"),
]
CELLS: list[Slip] = [
    ("registry", "\tCT Image Storage\n", "\tCT Images\n", "name 'CT Images', pydicom has 'CT Image Storage'"),
    ("registry", "\tMRImageStorage\t", "\tMRStorage\t", "keyword 'MRStorage', pydicom has 'MRImageStorage'"),
    ("registry", "storage\t\tRTDoseStorage", "storage\tretired\tRTDoseStorage", "status 'retired', pydicom has ''"),
    ("registry", "verification\t\tVer", "ldap-oid\t\tVer", "kind 'ldap-oid', pydicom has 'SOP Class'"),
    ("registry", "1.2.840.10008.1.2.4.50\t", "1.2.840.10008.1.2.4.050\t", "1.2.4.050 is no well-formed UID"),
    ("registry", "1.2.840.10008.1.2.4.52\t", "1.2.840.10008.1.2.4.53\t", "1.2.840.10008.1.2.4.53 is there twice"),
    ("registry", "1.2.840.10008.1.2.4.57\t", "1.2.840.10008.1.2.4.570\t", "1.2.840.10008.1.2.4.57 is missing"),
    ("storage", "16:12-16:1:01:", "16:12-16:1:x:", "cells cannot be read"),
    ("storage", "mr-image\tY\t", "mr-image\tN\t", "cells are out of place"),
    ("storage", "ct-image\tY\tsingle", "ct-image\tY\tsome", "frames is 'some'"),
    ("storage", "5.1.4.1.1.481.2\t", "5.1.4.1.1.481.200\t", "1.1.481.2 should have a row"),
    ("transfer_syntaxes", "\trle\tencapsulated\t", "\trle\tpacked\t", "encoding is 'packed'"),
    ("transfer_syntaxes", "\tSectra\tSectra Compression\t", "\t\tSectra Compression\t", "must have a vendor"),
]
TOGETHER: list[Slip] = [
    ("symbols", "1.2.840.10008.5.1.4.1.1.2\t3.5.3", "1.2.840.10008.5.1.4.1.1.2\t3.6.1", "3.6.1 is no known release"),
    ("symbols", "\nRTDoseStorage\t", "\nRTPlanStorage\t", "RTPlanStorage stands for two UIDs in 3.7.0"),
    ("symbols", "1.2.840.10008.1.2.6.2\t3.6.0\t3.6.7", "1.2.840.10008.1.2.6.2\t3.6.0\t3.5.4", "gone in 3.5.4 before"),
    ("private", "\t1.3.46.670589.5.0.1\t", "\t1.3.46.670589.5.0.99\t", "1.3.46.670589.5.0.99 is unknown"),
    ("storage", "\t1.2.840.10008.5.1.4.1.1.6.1\t", "\t1.2.840.10008.5.1.4.1.1.6\t", "is unknown or retired itself"),
    ("companions", "1.2.840.10008.5.1.1.9|", "1.2.840.10008.5.1.1.99|", "1.2.840.10008.5.1.1.99 is unknown"),
    (
        "transfer_syntaxes",
        "\t1.2.840.10008.1.2.4.80\t",
        "\t1.2.840.10008.1.2.4.8\t",
        "1.2.840.10008.1.2.4.8 is unknown",
    ),
]


@pytest.mark.parametrize("slips", [FORM, CELLS, TOGETHER], ids=["form", "cells", "together"])
def test_slips_are_found(copy: Path, slips: list[Slip]) -> None:
    for table, old, new, _ in slips:
        path = copy / "asprofile" / "names" / "data" / f"{table}.tsv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = check(copy)
    assert done.returncode == 1
    for _, _, _, complaint in slips:
        assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cut_file_is_found(copy: Path) -> None:
    path = copy / "asprofile" / "names" / "data" / "companions.tsv"
    path.write_text(path.read_text(encoding="utf-8").removesuffix("\n"), encoding="utf-8")
    done = check(copy)
    assert (done.returncode, done.stdout) == (1, "")
    assert "companions: the last line has no line end" in done.stderr
