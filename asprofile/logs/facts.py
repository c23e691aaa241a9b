"""What a dump says beside its contexts: titles, implementations, PDU sizes, the kind of user identity.

A row for each way to write it; a program's version that writes otherwise is one more row.
"""

from __future__ import annotations

import re
from typing import Final

# Where DCMTK and pynetdicom say "our" and "their", it depends on who writes; the others speak of the sender of the PDU.
_ROWS: Final = (
    ("calling", r"Calling (?:Application (?:Name|Title)|AE Title) ?:\s*\"?([^\"]*)"),
    ("called", r"Called (?:Application (?:Name|Title)|AE Title) ?:\s*\"?([^\"]*)"),
    ("calling", r"\b(?:callingAET|CallingAETitle): (.*)"),
    ("called", r"\b(?:calledAET|CalledAETitle): (.*)"),
    ("called", r"\bReserved11_26: \[([^\]]*)"),
    ("calling", r"\bReserved27_42: \[([^\]]*)"),
    ("our_class", r"\bOur Implementation Class UID:\s*([0-9.]*)"),
    ("their_class", r"\bTheir Implementation Class UID:\s*([0-9.]*)"),
    ("our_version", r"\bOur Implementation Version Name:\s*(.*)"),
    ("their_version", r"\bTheir Implementation Version Name:\s*(.*)"),
    ("our_pdu", r"\bOur Max PDU Receive Size:\s*([0-9]+)"),
    ("their_pdu", r"\bTheir Max PDU Receive Size:\s*([0-9]+)"),
    ("class", r"\bimplClassUID: ([0-9.]+)"),
    ("version", r"\bimplVersionName: (.*)"),
    ("pdu", r"\bmaxPDULength: ([0-9]+)"),
    ("window", r"\bmaxOpsInvoked/maxOpsPerformed: ([0-9]+/[0-9]+)"),
    ("class", r"\bImplementation Class:\s+(?:[A-Za-z ]*\[)?([0-9.]+)"),
    ("version", r"\bImplementation Version:\s+(.*)"),
    ("pdu", r"\bMaximum PDU Length:\s+([0-9]+)"),
    ("our_pdu", r"\bLocal Maximum PDU Size:\s+([0-9]+)"),
    ("their_pdu", r"\bRemote Maximum PDU Size:\s+([0-9]+)"),
    ("address", r"\bRemote host:\s+(\S+)"),
    ("invoked", r"\bAsync Ops Invoked:\s+([0-9]+)"),
    ("performed", r"\bAsync Ops Performed:\s+([0-9]+)"),
    ("invoked", r"\bMaximum Number of Operations Invoked:\s*([0-9]+)"),
    ("performed", r"\bMaximum Number of Operations Performed:\s*([0-9]+)"),
    ("pdu", r"\bApplication Context : \"[^\"]*\", PDU length: ([0-9]+)"),
    ("identity", r"\bAuthentication [Mm]ode:?\s+([1-5])\b"),
    ("identity", r"\btype: ([1-5]) - (?:User|Kerberos|SAML|JSON)"),
    ("identity_words", r"\bUser Identity:\s+(\S+)"),
)
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _ROWS)
_LIKELY = re.compile(
    r"AE ?Title|Application (?:Name|Title|Context)|AET: |Reserved(?:11|27)|Impl|impl|Max|max|Remote |Async|"
    r"Authentication|type: |User Identity: "
)
# What one dump can have; a log may repeat such a line for ever.
_LONGEST = 200
_NUMBERS = {"username": "1", "usernameandpasscode": "2", "kerberos": "3", "saml": "4", "jwt": "5"}


class FactsReader:
    """Fed with the lines of a log, has what they said since it was last asked."""

    def __init__(self) -> None:
        self._facts: dict[str, str] = {}

    def feed(self, line: str) -> None:
        """Keep what a line says; the first that says something counts."""
        if not _LIKELY.search(line):
            return
        for name, pattern in _PATTERNS:
            if found := pattern.search(line[:_LONGEST]):
                self._keep(name, found[1].strip())
                return

    def _keep(self, name: str, value: str) -> None:
        if name == "identity_words":
            name, value = "identity", _NUMBERS.get(value.replace("_", "").lower(), "")
        elif name == "window":
            invoked, _, performed = value.partition("/")
            self._facts.setdefault("invoked", invoked)
            self._facts.setdefault("performed", performed)
            return
        if value:
            self._facts.setdefault(name, value)

    def taken(self) -> dict[str, str]:
        """What there is, which is then forgotten."""
        facts, self._facts = self._facts, {}
        return facts
