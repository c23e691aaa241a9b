"""The symbol table against the look-up function of an installed DCMTK (Debian's libdcmtk-dev)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from asprofile.names import registry, symbols
from asprofile.names.releases import RELEASES

HEADER = Path("/usr/include/dcmtk/dcmdata/dcuid.h")

# Prints the library's release, then the UID (or nothing) that it finds for each line of its input.
PROGRAM = """
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcuid.h"
#include <iostream>
#include <string>
int main() {
  std::cout << OFFIS_DCMTK_VERSION_STRING << "\\n";
  for (std::string name; std::getline(std::cin, name);) {
    const char *uid = dcmFindUIDFromName(name.c_str());
    std::cout << (uid ? uid : "") << "\\n";
  }
}
"""


@pytest.mark.peer
@pytest.mark.skipif(not (HEADER.exists() and shutil.which("g++")), reason="needs libdcmtk-dev and g++")
def test_every_name_of_every_release_resolves_as_in_dcmtk(tmp_path: Path) -> None:
    source, program = tmp_path / "names.cc", tmp_path / "names"
    source.write_text(PROGRAM)
    subprocess.run(["g++", source, "-o", program, "-ldcmdata", "-loflog", "-lofstd"], check=True)
    names = sorted({symbol.name for symbol in symbols.every_symbol()})
    keywords = sorted(registry.by_keyword())
    asked = [*names, *keywords, "ctimagestorage", " CTImageStorage", "CTImageStorage "]
    answer = subprocess.run([program], input="\n".join(asked) + "\n", capture_output=True, text=True, check=True)
    release, *found = answer.stdout.split("\n")[:-1]
    if release not in RELEASES:
        pytest.skip(f"no table for DCMTK {release}")
    expected = {name: symbols.uid_of(name, release) or "" for name in asked}
    assert dict(zip(asked, found, strict=True)) == expected
