"""Making profiles: a request (which SOP classes, in which transfer syntaxes, for whom) becomes the text of a file.

Pure: values in, text out. ``request`` says what is wanted and keeps to what the standard permits, ``render`` writes it
down. What is in a ready-made profile is declared in ``scripts/samples``; editing a file that exists belongs in
``rewrite``.
"""

from __future__ import annotations

from asprofile.generate.render import render
from asprofile.generate.request import Context, Group, Request, SyntaxList, choice, each, encodable, single

__all__ = ["Context", "Group", "Request", "SyntaxList", "choice", "each", "encodable", "render", "single"]
