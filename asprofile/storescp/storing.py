"""Objects that storescp and dcmrecv receive, and their files: written as DCMTK writes them, whole or not at all.

Belongs here: what becomes of one object, its status, and what the log says. Does not belong here: the data set
on its way (``incoming``), names (``names``), studies (``studies``), the association (``provider``), rewriting data sets
(``objects``).

DCMTK writes over a file of the same name; so do we, once the new one is whole.
"""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.log import one_line
from asprofile.errors import ObjectError
from asprofile.net.dimse import CANNOT_UNDERSTAND, DOES_NOT_MATCH, OUT_OF_RESOURCES
from asprofile.objects.converting import DEFAULT_LEVEL, Converter
from asprofile.objects.dictionaries import named_in, read_dictionaries
from asprofile.objects.encoding import SOP_CLASS, SOP_INSTANCE
from asprofile.objects.flaws import BrokenObject
from asprofile.objects.header import ObjectHeader
from asprofile.objects.rules import WritingRules
from asprofile.objects.values import top_level_values
from asprofile.receive.files import PartialFile
from asprofile.receive.part10 import HeaderForm
from asprofile.storescp.incoming import IncomingData
from asprofile.storescp.names import (
    TimeFiles,
    instance_file,
    joined,
    modality,
    sanitized,
    series_date,
    short_file,
    system_time_file,
    trimmed,
    unique_file,
)
from asprofile.storescp.studies import NAMELESS, NoDirectory, Studies, directory_name

if TYPE_CHECKING:
    from asprofile.dcmtk_cli.log import Log
    from asprofile.negotiate.negotiation import NegotiatedContext
    from asprofile.net.dimse import CommandSet
    from asprofile.storescp.settings import ProviderSettings

_CHARACTER_SET: Final = 0x00080005
_SERIES_DATE: Final = 0x00080021
_PATIENT_NAME: Final = 0x00100010
_STUDY: Final = 0x0020000D
_LOOKED_AT: Final = frozenset((SOP_CLASS, SOP_INSTANCE, _CHARACTER_SET, _SERIES_DATE, _PATIENT_NAME, _STUDY))
_CHUNK: Final = 1 << 18
_MOST_TRIES: Final = 256
_CHANCE: Final = SystemRandom()

ElementValues = dict[int, tuple[str, bytes]]


class UnreadableDataSet(Exception):
    """What came is no data set: DCMTK ends the association."""


class _Refused(Exception):
    """An object that is not stored: its status; the log has said why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that an object was stored in: its directory, as the user named it, and its name."""

    directory: str
    name: str


class ObjectStore:
    """Gives objects their files. One for all associations, or one for each where they run side by side."""

    def __init__(self, settings: ProviderSettings, log: Log, release: str) -> None:
        self._settings = settings
        self._log = log
        self._release = release
        self._is_storescp = settings.program == "storescp"
        self.directory = trimmed(settings.directory)
        self.studies = Studies()
        self.last_name = ""
        self._times = TimeFiles()
        self._begun = int(time.time())
        self._buffer: memoryview | None = None
        """In which data sets are rewritten, one after the other."""
        self._held = BytesIO()
        """In which they come, one after the other: new memory for each would take as long as a file."""
        writing = settings.writing
        named = list(named_in(os.environ.get("DCMDICTPATH", ""), os.pathsep))
        self._converter = Converter(
            policy="uncompressed",
            level=DEFAULT_LEVEL if writing.level is None else writing.level,
            rules=WritingRules(
                dcmtk=True,
                new_vrs=writing.new_vrs,
                group_lengths=writing.group_lengths,
                undefined=writing.undefined,
                corrected=settings.program == "storescp",
                known_vrs=writing.known_vrs,
                file_pad=writing.file_pad,
                item_pad=writing.item_pad,
            ),
            dictionaries=read_dictionaries(named) if named else None,
            padded=False,
        )

    def begin(self, context: NegotiatedContext, command: CommandSet, calling_ae: str) -> IncomingData:
        """An object comes."""
        if self._settings.ignore:
            return IncomingData(None, b"")
        writing = self._settings.writing
        header = _meta(command, context, calling_ae) if writing.meta else b""
        if writing.exact:
            return IncomingData(self.directory, header)
        if self._held.closed:
            self._held = BytesIO()
        return IncomingData(self.directory, b"", self._held)

    def name_for(self, command: CommandSet) -> str:
        """The name of the object's file."""
        settings, now = self._settings, datetime.now()
        extension = settings.extension
        prefix = modality(command.sop_class, self._release)
        match settings.naming:
            case "unique":
                return unique_file(prefix, f"2.25.{uuid.uuid4().int}", extension)
            case "time":
                return self._times.name(prefix, now, extension, self.last_name)
            case "system time":
                return system_time_file(prefix, now, extension)
            case "short":
                return self._short(command)
            case _:
                return self._instance(prefix, command.sop_instance)

    def announce(self, name: str) -> None:
        """An object of that name comes: dcmrecv says now that it will write over a file, where it writes at once."""
        if self._settings.writing.exact and not self._is_storescp:
            self._told(joined(self.directory, name))

    def _short(self, command: CommandSet) -> str:
        prefix = modality(command.sop_class, self._release, "XX")
        for _ in range(_MOST_TRIES):
            name = short_file(prefix, self._begun, _CHANCE.getrandbits(32), self._settings.extension)
            if not os.path.lexists(joined(self.directory, name)):
                break
        return name

    def _instance(self, prefix: str, uid: str) -> str:
        extension = self._settings.extension
        if not self._is_storescp:
            return sanitized(instance_file(prefix, uid, extension))
        if sanitized(uid) != uid:
            self._log.warn(
                one_line(
                    f'Sanitized unusual characters in SOP Instance UID, converted from "{uid}" to "{sanitized(uid)}".'
                )
            )
        return instance_file(prefix, uid, extension)

    def finish(
        self, data: IncomingData, context: NegotiatedContext, command: CommandSet, calling_ae: str, name: str
    ) -> tuple[int, StoredFile | None]:
        """All of it has come: its status, and where it is stored, if it is. Raises UnreadableDataSet."""
        data.close()
        if self._settings.ignore:
            return 0, None
        try:
            held = data.held
            if held is None and data.file is None:
                self._cannot_write(joined(self.directory, name), data.error or OSError())
                return OUT_OF_RESOURCES, None
            if data.file is not None and self._settings.writing.exact:
                return 0, self._kept(data.file, name)
            path = Path(data.file.path) if data.file is not None else Path()
            header = ObjectHeader(
                path, command.sop_class, command.sop_instance, context.transfer_syntax or "", data.offset, data.size
            )
            return self._rewritten(header, held, command, calling_ae, name)
        except _Refused as refused:
            return refused.status, None
        finally:
            data.discard()

    # --- as it came

    def _kept(self, file: PartialFile, name: str) -> StoredFile:
        path = joined(self.directory, name)
        try:
            file.replace(path)
        except OSError as error:
            self._cannot_write(path, error)
            raise _Refused(OUT_OF_RESOURCES) from None
        self.last_name = name
        return StoredFile(self.directory, name)

    # --- as DCMTK writes it

    def _rewritten(
        self, header: ObjectHeader, held: BytesIO | None, command: CommandSet, calling_ae: str, name: str
    ) -> tuple[int, StoredFile]:
        if header.size == header.dataset_offset:
            raise UnreadableDataSet("an empty data set")
        try:
            values = top_level_values(header, _LOOKED_AT, held)
        except ObjectError as error:
            raise UnreadableDataSet(str(error)) from error
        directory = self._directory(values)
        path = joined(directory, name)
        if self._is_storescp:
            self._log.info(f"storing DICOM file: {path}")
        self._told(path)
        self._write(header, held, _identity(values, command), calling_ae, path)
        if self._settings.sorting is not None:
            self.studies.add(name)
        self.last_name = name
        return self._checked(values, command, path), StoredFile(directory, name)

    def _write(
        self, header: ObjectHeader, held: BytesIO | None, identity: tuple[str, str], calling_ae: str, path: str
    ) -> None:
        """The file, converted. Raises UnreadableDataSet, _Refused."""
        target = self._settings.writing.transfer_syntax or header.transfer_syntax
        file: PartialFile | None = None
        in_front = b""
        if self._settings.writing.meta:
            sop_class, instance = identity
            in_front = HeaderForm(sop_class, target, calling_ae if self._is_storescp else "").header(instance)
        try:
            source = self._converter.open(header, target, len(in_front), held)
            try:
                file = PartialFile(os.path.dirname(path) or ".")  # noqa: PTH120
                self._buffer = self._buffer or memoryview(bytearray(_CHUNK))
                for piece in source.pieces(self._buffer):
                    file.write((in_front, piece))
                    in_front = b""
                file.close()
            finally:
                source.close()
            file.replace(path)
        except BrokenObject as error:
            raise UnreadableDataSet(error.reason) from error
        except (ObjectError, OSError) as error:
            self._cannot_write(path, error)
            raise _Refused(OUT_OF_RESOURCES) from None
        finally:
            if file is not None:
                file.discard()

    def _checked(self, values: ElementValues, command: CommandSet, path: str) -> int:
        """The status of what is stored: are the object's UIDs those of the command?"""
        if not self._is_storescp:
            return 0
        sop_class, instance = _uid(values, SOP_CLASS), _uid(values, SOP_INSTANCE)
        if not sop_class or not instance:
            self._log.error(f"bad DICOM file: {path}")
            return CANNOT_UNDERSTAND
        same = sop_class == command.sop_class and instance == command.sop_instance
        return 0 if same else DOES_NOT_MATCH

    def rename(self, directory: str, before: str, after: str) -> None:
        """Number a file of a study that is over. What has that name already stays, and the file keeps its own."""
        path, target = joined(directory, before), joined(directory, after)
        try:
            if os.path.lexists(target):
                raise FileExistsError
            os.rename(path, target)  # noqa: PTH104
        except OSError:
            self._log.warn(f"cannot rename file '{path}' to '{target}'")

    # --- directories

    def _directory(self, values: ElementValues) -> str:
        if self._settings.by_date:
            return self._of_date(values)
        if self._settings.sorting is None:
            return self.directory
        study = _uid(values, _STUDY)
        if not study:
            self._log.error("element StudyInstanceUID (0020,000d) absent or empty in data set")
            raise _Refused(CANNOT_UNDERSTAND)
        patient = self._patient(values) if self._settings.sorting.mode == "patient" else b""
        if self.studies.is_new(study):
            self._begin_study(study, patient)
        return self.studies.directory

    def _patient(self, values: ElementValues) -> bytes:
        name = values.get(_PATIENT_NAME, ("", b""))[1].split(b"\\")[0].rstrip(b" \0")
        if not name:
            self._log.warn(f"element PatientName (0010,0010) absent or empty in data set, using '{NAMELESS}' instead")
            return NAMELESS.encode()
        character_set = values.get(_CHARACTER_SET, ("", b""))[1].strip(b" \0").decode("latin-1")
        if character_set not in ("", "ISO_IR 100") and not name.isascii():
            text = f"Patient name not in Latin-1 (charset: {character_set}), ASCII dir name may be broken"
            self._log.warn(one_line(text))
        return name

    def _begin_study(self, study: str, patient: bytes) -> None:
        sorting = self._settings.sorting
        assert sorting is not None, "only where studies are sorted"
        if sorting.mode == "study" and sanitized(study) != study:
            plain = sanitized(study)
            text = f'Sanitized unusual characters in Study Instance UID, converted from "{study}" to "{plain}".'
            self._log.warn(one_line(text))
        try:
            name = directory_name(sorting, study, patient, datetime.now())
        except NoDirectory as error:
            self._log.error(
                f'Refusing to use subdirectory name "{error}" derived from received attributes '
                "(would resolve to the output directory itself or its parent)"
            )
            raise _Refused(CANNOT_UNDERSTAND) from None
        directory = joined(self.directory, name)
        try:
            os.mkdir(directory)  # noqa: PTH102
        except FileExistsError:
            self._log.info(f"using existing subdirectory for study: {directory}")
        except OSError:
            self._log.error(f"could not create subdirectory for study: {directory}")
            self.studies.begin(study, directory)  # as in DCMTK, where the next object of it cannot be written
            raise _Refused(CANNOT_UNDERSTAND) from None
        else:
            self._log.info(f"created new subdirectory for study: {directory}")
            self._times.serial = -1
        self.studies.begin(study, directory)

    def _of_date(self, values: ElementValues) -> str:
        found = values.get(_SERIES_DATE)
        name = None if found is None else series_date(*found)
        if name is None:
            name = f"undef{os.sep}{datetime.now():%Y%m%d}"
        directory = joined(self.directory, name)
        try:
            os.makedirs(directory, exist_ok=True)  # noqa: PTH103
        except OSError as error:
            words = error.strerror or error
            self._log.error(f"cannot create directory for received object: {directory}: {words}")
            raise _Refused(OUT_OF_RESOURCES) from None
        return directory

    # --- the log

    def _told(self, path: str) -> None:
        """That a file is written over."""
        if os.path.lexists(path):
            what = "DICOM file" if self._is_storescp else "file"
            self._log.warn(f"{what} already exists, overwriting: {path}")

    def _cannot_write(self, path: str, error: OSError | ObjectError) -> None:
        words = (error.strerror if isinstance(error, OSError) else None) or str(error)
        what = "cannot write DICOM file" if self._is_storescp else "cannot store received object"
        self._log.error(f"{what}: {path}: {one_line(words)}")


def _meta(command: CommandSet, context: NegotiatedContext, calling_ae: str) -> bytes:
    return HeaderForm(command.sop_class, context.transfer_syntax or "", calling_ae).header(command.sop_instance)


def _identity(values: ElementValues, command: CommandSet) -> tuple[str, str]:
    """The UIDs of the header: those of the data set, as DCMTK has them, those of the command where it has none."""
    return _uid(values, SOP_CLASS) or command.sop_class, _uid(values, SOP_INSTANCE) or command.sop_instance


def _uid(values: ElementValues, tag: int) -> str:
    value = values.get(tag, ("", b""))[1].split(b"\\")[0]
    return value.strip(b" \0").decode("latin-1")
