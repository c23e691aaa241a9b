"""A profile file laid out, which changes nothing of what it means."""

from __future__ import annotations

from asprofile.api.files import check_profile, of_usual_length
from asprofile.api.inputs import Input, source_of
from asprofile.edit.fmt import FormatRefusal, format_document
from asprofile.errors import NotFormatted
from asprofile.model.document import read


def format(source: Input, *, renumber: bool = False) -> bytes:  # noqa: A001 - what the command is called
    """The file laid out: ``=`` aligned in each section, one blank line between sections, no blanks at line ends, one
    kind of line end. Names, values and comments stay, and DCMTK loads the same as before.

    Args:
        source: A path, the bytes of a file, or what was read before.
        renumber: Renumber entries after a gap, so that DCMTK reads them too.

    Raises:
        NotFormatted: There is text that could not be kept, or that DCMTK would not read as it looks.
        AsprofileError: It is no profile file.
        OSError: A path cannot be read.

    Examples:
        >>> asprofile.format(b"[[Profiles]]\\n[CT]\\nPresentationContexts=CT")
        b'[[Profiles]]\\n\\n[CT]\\nPresentationContexts = CT\\n'
    """
    found = of_usual_length(source_of(source))
    check_profile(found.data, found.path)
    result = format_document(read(found.data), renumber=renumber)
    if isinstance(result, FormatRefusal):
        raise NotFormatted(result.reason, result.span, found)
    return result.data
