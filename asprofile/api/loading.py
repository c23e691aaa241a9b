"""Reading and loading a profile file: what it says, what a release of DCMTK loads from it, how the linter judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.api.inputs import Input, source_of
from asprofile.api.words import role_of
from asprofile.errors import ConfigurationError, LoadError
from asprofile.model.document import read as read_bytes
from asprofile.model.loader import load as load_bytes
from asprofile.names.releases import LATEST

if TYPE_CHECKING:
    from asprofile.model.config import Config
    from asprofile.model.document import Document
    from asprofile.model.words import AssociationRole


def read(source: Input) -> Document:
    """What a file says as DCMTK's reader takes it: sections and entries, and the bytes can be had back.

    Any bytes give a document, so nothing is refused; see ``load`` for what DCMTK loads from them.

    Args:
        source: A path, the bytes of a file, or what was read before.

    Raises:
        OSError: A path cannot be read.

    Examples:
        >>> document = asprofile.read(b"[[Profiles]]\\n[CT]\\nPresentationContexts = CT\\n")
        >>> document.entries
        [('PROFILES', 'CT', 'PRESENTATIONCONTEXTS', 'CT')]

    How DCMTK reads: ``dcmdata/libofstd/include/dcmtk/ofstd/ofconfig.h``.
    """
    return read_bytes(source_of(source, limit=None).data)


def load(source: Input, release: str = LATEST, role: AssociationRole = "requestor") -> Config:
    """What a release of DCMTK loads from a file: its profiles, with names resolved to UIDs and lists put together.

    Args:
        source: A path, the bytes of a file, or what was read before.
        release: The DCMTK release, such as ``"3.6.7"``.
        role: Who loads it: ``"requestor"`` (storescu) or ``"acceptor"`` (storescp, dcmrecv, dcmqrscp).

    Raises:
        LoadError: DCMTK refuses the file; the error has its condition code, and where it is.
        UnknownRelease: There are no tables for that release.
        OSError: A path cannot be read.

    Examples:
        >>> config = asprofile.load("ct.cfg")
        >>> [context.abstract_syntax for context in config.use("Scanner").contexts]
        ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2']

    How DCMTK loads: ``dcmnet/libsrc/dcasccff.cc``, in each release.
    """
    if role_of(role) is None:
        raise ConfigurationError("role is 'requestor' or 'acceptor', not None")
    found = source_of(source, limit=None)
    try:
        return load_bytes(found.data, release, role)
    except LoadError as error:
        raise LoadError(error.code, error.message, error.span, found, release) from None
