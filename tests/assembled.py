"""Profile files put together piece by piece from a number: text, not a grammar, and nothing of ``strategies`` or of the
fuzzer. The real programs say what is right, so what a piece means is not known here.

Belongs here: files that people could write, odd ones, and some with one mistake. Does not belong here: any expectation.
"""

from __future__ import annotations

import random
from collections.abc import Callable

NAMES = (
    "VerificationSOPClass",
    "CTImageStorage",
    "MRImageStorage",
    "UltrasoundImageStorage",
    "UltrasoundMultiframeImageStorage",
    "RTPlanStorage",
    "RTDoseStorage",
    "EncapsulatedPDFStorage",
    "SecondaryCaptureImageStorage",
    "XRayAngiographicImageStorage",
    "FINDStudyRootQueryRetrieveInformationModel",
    "GETStudyRootQueryRetrieveInformationModel",
    "ModalityPerformedProcedureStepSOPClass",
    "StorageCommitmentPushModelSOPClass",
    "GrayscaleSoftcopyPresentationStateStorage",
    "DigitalMammographyXRayImageStorageForPresentation",
    "=CTImageStorage",
    "=EnhancedCTImageStorage",
    "1.3.12.2.1107.5.9.1",
    f"1.2.3.{'4' * 58}",
    f"1.2.3.{'4' * 70}",
)
SYNTAXES = (
    "LittleEndianImplicit",
    "LittleEndianExplicit",
    "BigEndianExplicit",
    "LocalEndianExplicit",
    "OppositeEndianExplicit",
    "JPEGBaseline",
    "JPEGExtended:Process2+4",
    "JPEGLossless:Non-hierarchical-1stOrderPrediction",
    "JPEGLSLossless",
    "JPEGLSLossy",
    "JPEG2000",
    "JPEG2000LosslessOnly",
    "RLELossless",
    "MPEG2MainProfile@MainLevel",
    "DeflatedLittleEndianExplicit",
    "=LittleEndianExplicit",
    f"1.2.3.{'5' * 58}",
    f"1.2.3.{'5' * 70}",
)
WRONG = ("CTimageStorage", "CTImageStorage ", " 1.2.3", "1.2.x", "", "=", "1..2", ".", "Ünknown", "1.2.3 # note")
RIGHT_SIDES = ("nothing", "", "SCU SCP", "SCU # it", "0", "0g", "abc", "00" * 1023, "00" * 1024)
KEYS = {
    "TransferSyntaxes": "TransferSyntax",
    "PresentationContexts": "PresentationContext",
    "SCPSCURoleSelection": "Role",
    "ExtendedNegotiation": "ExtendedNegotiation",
}
Lists = dict[str, dict[str, list[str]]]


class Assembled:
    """A file, and the name of a profile as it is given on a command line."""

    def __init__(self, number: int, *, acceptor: bool, mistakes: bool = True) -> None:
        self._dice = random.Random(f"{number} {acceptor}")
        self._acceptor = acceptor
        self._lists: Lists = {name: {} for name in KEYS}
        self._transfer_syntaxes()
        self._contexts()
        self._of_classes("SCPSCURoleSelection", self._role)
        self._of_classes("ExtendedNegotiation", self._hex)
        self._profiles: dict[str, dict[str, str]] = {}
        for at in range(self._dice.choice((1, 1, 2))):
            self._profile(at)
        self.profile = self._spelled(self._dice.choice(list(self._profiles)))
        if mistakes and self._chance(0.35):
            self._dice.choice(MISTAKES)(self)
        self.text = self._text().encode("utf-8")

    # -- pieces

    def _chance(self, part: float) -> bool:
        return self._dice.random() < part

    def _spelled(self, label: str) -> str:
        """The label with other letters in capitals, and white space where it does not count."""
        if self._chance(0.5):
            return label
        letters = [letter.upper() if self._chance(0.5) else letter.lower() for letter in label if letter != " "]
        blanks = [self._dice.choice((" ", "\t", "  ")) if self._chance(0.1) else "" for _ in letters]
        return "".join(letter + blank for letter, blank in zip(letters, blanks, strict=True))

    def _uid(self) -> str:
        """A number of 5 to 90 characters; now and then of exactly as many as a field holds, or one more."""
        length = self._dice.choice((63, 64, 65, self._dice.randint(5, 30), self._dice.randint(5, 90)))
        return "1.2." + "".join(self._dice.choice("0123456789.") for _ in range(length - 4))

    def _transfer_syntaxes(self) -> None:
        for number in range(self._dice.randint(1, 5)):
            length = self._dice.choice((1, 2, 3, 4, 8, 20))
            names = [self._uid() if self._chance(0.15) else self._dice.choice(SYNTAXES) for _ in range(length)]
            label = self._dice.choice(("List", "A b", "x-y", "Z_") * 6 + ("L.",))
            self._lists["TransferSyntaxes"][f"{label}{number}"] = names

    def _contexts(self) -> None:
        count = self._dice.choice((1, 2, 5, 12, self._dice.randint(1, 128), 128))
        some = [*NAMES, *(self._uid() for _ in range(self._dice.choice((0, 1, 5, 5, 130))))]
        self.classes = list(dict.fromkeys(self._dice.choices(some, k=count)))
        if self._acceptor:
            self.classes = list({name.lstrip("="): name for name in self.classes}.values())
        else:
            self.classes += self._dice.choices(self.classes, k=count - len(self.classes))
        lists = list(self._lists["TransferSyntaxes"])
        entries = [f"{name}\\{self._spelled(self._dice.choice(lists))}" for name in self.classes]
        self._lists["PresentationContexts"][self._dice.choice(("Contexts", "P 1", "c"))] = entries

    def _of_classes(self, name: str, value: Callable[[], str]) -> None:
        if self._chance(0.6):
            there = {name.lstrip("="): name for name in self.classes}
            part = self._dice.choice((0.1, 0.7, 1.0))
            entries = [f"{one}\\{value()}" for one in there.values() if self._chance(part)]
            if entries:
                self._lists[name][self._dice.choice(("Some", "R R"))] = entries

    def _role(self) -> str:
        return self._dice.choice(("SCU", "SCP", "BOTH", "scu", "Scp", "both"))

    def _hex(self) -> str:
        size = self._dice.choice((1, 2, 5, 6, self._dice.randint(1, 100)))
        digits = self._dice.randbytes(size).hex()
        return digits.upper() if self._chance(0.3) else digits

    def _profile(self, number: int) -> None:
        entries = {"PresentationContexts": self._spelled(next(iter(self._lists["PresentationContexts"])))}
        for name in ("SCPSCURoleSelection", "ExtendedNegotiation"):
            if self._lists[name] and self._chance(0.8):
                entries[name] = self._spelled(next(iter(self._lists[name])))
        self._profiles[self._dice.choice(("Default", "My Profile", "d-1")) + str(number)] = entries

    # -- mistakes, of which a file has one

    def _any(self, *names: str) -> list[str] | None:
        """The entries of one of the lists of these supersections."""
        found = [entries for name in names for entries in self._lists[name].values()]
        return self._dice.choice(found) if found else None

    def _without_backslash(self) -> None:
        entries = self._any("PresentationContexts", "SCPSCURoleSelection", "ExtendedNegotiation")
        if entries:
            self._replace(entries, lambda text: text.replace("\\", self._dice.choice(("/", "", " "))))

    def _replace(self, entries: list[str], change: Callable[[str], str]) -> None:
        at = self._dice.randrange(len(entries))
        entries[at] = change(entries[at])

    def _wrong_name(self) -> None:
        name = self._dice.choice(list(KEYS))
        entries = self._any(name)
        if entries:
            wrong = self._dice.choice(WRONG)
            self._replace(entries, lambda text: wrong + "".join(text.partition("\\")[1:]))

    def _wrong_right_side(self) -> None:
        entries = self._any("PresentationContexts", "SCPSCURoleSelection", "ExtendedNegotiation")
        if entries:
            wrong = self._dice.choice(RIGHT_SIDES)
            self._replace(entries, lambda text: text.partition("\\")[0] + "\\" + wrong)

    def _twice(self) -> None:
        entries = self._any("SCPSCURoleSelection", "ExtendedNegotiation")
        if entries:
            entries.append(self._dice.choice(entries))

    def _foreign(self) -> None:
        for name, value in (("SCPSCURoleSelection", "SCU"), ("ExtendedNegotiation", "00")):
            entries = self._any(name)
            if entries:
                entries.append(f"1.2.3.99\\{value}")

    def _no_list(self) -> None:
        self._lists[self._dice.choice(list(KEYS))].clear()

    def _too_many(self) -> None:
        entries = self._any("PresentationContexts")
        if entries:
            entries += [entries[0]] * (129 - len(entries))

    def _long_list(self) -> None:
        entries = self._any("TransferSyntaxes")
        if entries:
            entries += [f"1.2.{number}" for number in range(self._dice.choice((126, 127, 128, 129)))]

    def _profile_entry(self) -> None:
        entries = self._dice.choice(list(self._profiles.values()))
        key = self._dice.choice(("PresentationContexts", "SCPSCURoleSelection", "ExtendedNegotiation"))
        entries[key] = self._dice.choice(("nothing", "No Such", "näh", ""))

    def _no_contexts_in_profile(self) -> None:
        self._dice.choice(list(self._profiles.values())).pop("PresentationContexts", None)

    def _second_profile(self) -> None:
        name = self._dice.choice(list(self._profiles))
        self._profiles[f" {name}"] = dict(self._profiles[name])

    def _other_profile(self) -> None:
        self.profile = self._dice.choice(("None", "Default", "ſcan", "de\u00a0fault", ""))

    # -- the text

    def _text(self) -> str:
        end = self._dice.choice(("\n", "\n", "\r\n"))
        lines = ["# made of pieces", ""] if self._chance(0.3) else []
        for name, key in KEYS.items():
            if not self._lists[name] and self._chance(0.8):
                continue
            lines.append(f"[[{self._spelled(name)}]]")
            for label, entries in self._lists[name].items():
                lines.append(f"[{self._spelled(label)}]")
                for number, entry in enumerate(entries, start=1):
                    lines.append(f"{self._spelled(key)}{number}{self._equals()}{entry}")
                    if self._chance(0.03):
                        again = f"{key}{number} = again"
                        lines.append(self._dice.choice(("", "# a comment", "  ", "Unknown = 1", again)))
        lines.append("[[Profiles]]")
        for label, settings in self._profiles.items():
            lines.append(f"[{self._spelled(label)}]")
            lines += [f"{self._spelled(key)}{self._equals()}{value}" for key, value in settings.items()]
        return end.join(lines) + (end if self._chance(0.9) else "")

    def _equals(self) -> str:
        return self._dice.choice((" = ", " = ", "=", "\t= ", " =\t"))


MISTAKES = (
    Assembled._without_backslash,
    Assembled._wrong_name,
    Assembled._wrong_name,
    Assembled._wrong_right_side,
    Assembled._wrong_right_side,
    Assembled._twice,
    Assembled._foreign,
    Assembled._no_list,
    Assembled._too_many,
    Assembled._long_list,
    Assembled._profile_entry,
    Assembled._no_contexts_in_profile,
    Assembled._second_profile,
    Assembled._other_profile,
)
