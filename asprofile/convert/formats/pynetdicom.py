"""A Python script that uses pynetdicom."""

from __future__ import annotations

from asprofile.convert import script
from asprofile.convert.formats.form import Format

FORMAT = Format("pynetdicom", "Python script with pynetdicom", "either", False, None, script.write, (r".*\.py",))
