"""What holds for the package as a whole: cheap to import, nothing read before it is asked for."""

from __future__ import annotations

import subprocess
import sys

PROBE = """
import sys
import asprofile.names
before = set(sys.modules)
from asprofile.names import fit, companions, private, registry, sop_classes, suggest, symbols, transfer_syntaxes, uids
for module in (fit, companions, private, registry, sop_classes, suggest, symbols, transfer_syntaxes, uids):
    for name, value in vars(module).items():
        if hasattr(value, "cache_info"):
            assert value.cache_info().misses == 0, f"{module.__name__}.{name} ran at import"
symbols.uid_of("CTImageStorage", "3.7.0")
assert registry._rows.cache_info().misses == 0, "a look-up of a name needs the symbols only"
foreign = {name.partition(".")[0] for name in sys.modules} & {"pydicom", "pynetdicom", "lark", "click", "rich"}
assert not foreign, foreign
assert not any(name.startswith("asprofile.names.") for name in before), "asprofile.names imports its modules"
"""


def test_importing_reads_no_table_and_no_foreign_library() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
