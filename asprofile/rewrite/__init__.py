"""Changes to the text of a profile file that keep what it means, and its comments.

Pure: a document in, bytes out. What is wrong in a file, and fixes for it, are the linter's; writing files is the
command line's.
"""

from __future__ import annotations

from asprofile.rewrite.fmt import Formatted, Refusal, format_document

__all__ = ["Formatted", "Refusal", "format_document"]
