"""Makes the text of profile files from recipes, names, objects, logs or a peer's answers.

Pure: values in, text out. ``recipes`` declares what is offered together; ``words`` knows what people write; all sources
become a ``wish``; ``arrange`` makes profiles from wishes within DCMTK's limits, as a ``request``; ``render`` makes the
text, and ``finish`` checks that the file is what it should be. Editing an existing file belongs in ``edit``.
"""

from __future__ import annotations

from asprofile.generate.arrange import Arrangement, arrange
from asprofile.generate.finish import finished
from asprofile.generate.headers import header
from asprofile.generate.render import render
from asprofile.generate.request import (
    Group,
    ProfileRequest,
    RequestedContext,
    SyntaxList,
    choice,
    each,
    encodable,
    permitted,
    single,
)
from asprofile.generate.wish import (
    Wish,
    completed,
    from_acceptance,
    from_associations,
    from_name,
    from_objects,
    from_recipe,
)

__all__ = [
    "Arrangement",
    "Group",
    "ProfileRequest",
    "RequestedContext",
    "SyntaxList",
    "Wish",
    "arrange",
    "choice",
    "completed",
    "each",
    "encodable",
    "finished",
    "from_acceptance",
    "from_associations",
    "from_name",
    "from_objects",
    "from_recipe",
    "header",
    "permitted",
    "render",
    "single",
]
