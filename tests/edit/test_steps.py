"""However much an edit changes, the file is read and loaded a few times only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from asprofile.edit import draft as module
from asprofile.edit.draft import Edited
from asprofile.edit.merge import merge_files
from asprofile.edit.remove import Removal, remove_contexts
from asprofile.edit.rename import rename_section
from asprofile.model import loadings as loadings_module
from asprofile.model.document import Document, read
from asprofile.model.loader import Loading

CT = "1.2.840.10008.5.1.4.1.1.2"
SYNTAXES = "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n"


def profiles(count: int, class_of_roles: str = "MRImageStorage", role: str = "SCP") -> Document:
    """So many profiles of one context list, each with a role list of its own."""
    names = "CTImageStorage", "MRImageStorage"
    contexts = "".join(f"PresentationContext{n} = {name}\\U\n" for n, name in enumerate(names, 1))
    roles = "".join(f"[R{n}]\nRole1 = {class_of_roles}\\{role}\n" for n in range(count))
    users = "".join(f"[P{n}]\nPresentationContexts = C\nSCPSCURoleSelection = R{n}\n" for n in range(count))
    text = f"{SYNTAXES}[[PresentationContexts]]\n[C]\n{contexts}[[SCPSCURoleSelection]]\n{roles}[[Profiles]]\n{users}"
    return read(text.encode())


EDITS: dict[str, Callable[[int], Edited]] = {
    "remove": lambda n: remove_contexts(profiles(n, "CTImageStorage"), "P0", Removal((CT,), shared=True), "3.7.0"),
    "replace": lambda n: merge_files(profiles(n), profiles(n, role="BOTH"), "3.7.0", clash="replace"),
    "take over": lambda n: merge_files(profiles(n), profiles(n, role="BOTH"), "3.7.0", clash="rename"),
    "rename": lambda n: rename_section(profiles(n), "PRESENTATIONCONTEXTS", "C", "D", "3.7.0"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_the_file_is_read_and_loaded_a_few_times(
    edit: Callable[[int], Edited], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {"read": 0, "load": 0}

    def counted_read(data: bytes) -> Document:
        counts["read"] += 1
        return read(data)

    class Counted(Loading):
        def _load(self) -> None:
            counts["load"] += 1
            super()._load()

    monkeypatch.setattr(module, "read", counted_read)
    monkeypatch.setattr(module, "Loading", Counted)
    monkeypatch.setattr(loadings_module, "Loading", Counted)
    found = []
    for number in (3, 30):
        counts.update(read=0, load=0)
        assert edit(number).data
        found.append(dict(counts))
    few, many = found
    assert few == many
    assert many["read"] <= 6
    assert many["load"] <= 8
