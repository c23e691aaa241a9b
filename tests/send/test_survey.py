"""What there is to send, seen twice."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, MR, write_ct

from asprofile.objects.scan import scan
from asprofile.send.survey import Survey


@pytest.fixture
def tree(tmp_path):
    write_ct(tmp_path / "a.dcm")
    write_ct(tmp_path / "b.dcm", sop_class=MR, transfer_syntax=IMPLICIT)
    write_ct(tmp_path / "c.dcm")
    (tmp_path / "notes.txt").write_text("no object")
    return tmp_path


@pytest.mark.parametrize("keep", [0, 1, 3, 4, 100])
def test_kinds_and_items(tree, keep):
    survey = Survey(lambda: scan([tree, tree / "a.dcm"]), keep=keep)
    assert survey.kinds == ((CT, EXPLICIT), (MR, IMPLICIT))
    assert list(survey.items()) == list(scan([tree, tree / "a.dcm"]))


def test_files_that_come_and_go(tree):
    survey = Survey(lambda: scan([tree]), keep=2)
    (tree / "a.dcm").unlink()
    (tree / "c.dcm").unlink()
    write_ct(tree / "d.dcm")
    assert [item.path.name for item in survey.items()] == ["a.dcm", "b.dcm", "d.dcm", "notes.txt"]


def test_nothing(tmp_path):
    survey = Survey(lambda: scan([tmp_path]))
    assert (survey.kinds, list(survey.items())) == ((), [])
