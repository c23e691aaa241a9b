"""What is wrong in a file, as a value with a position."""

from __future__ import annotations

from asprofile.text import Span
from asprofile.value import Value

# DCMTK's EC_IllegalCall (module dcmdata), which the reader returns for empty names and empty data.
ILLEGAL_CALL = 7
# Its "not a valid ... UID" (of a transfer syntax, an abstract syntax, in a role, in an extended negotiation), which is
# also what it says of a name that it does not know.
NOT_A_UID = (1024, 1025, 1026, 1028)


class Problem(Value):
    """A reason for which DCMTK refuses the file, or to use a profile of it.

    ``code`` is DCMTK's condition code (module dcmnet; 7 is dcmdata's EC_IllegalCall; 0 where a tool refuses without
    one). ``subject`` is the text that the message is about: a name, a UID, a label.
    """

    code: int
    message: str
    span: Span
    subject: str = ""
