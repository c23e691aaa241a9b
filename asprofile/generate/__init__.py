"""Making profiles: what is wanted (recipes, names, objects, a log, a peer's answers) becomes the text of a file.

Pure: values in, text out. ``recipes`` declares what is offered together; ``words`` knows what people write; ``wish`` is
what all sources become; ``arrange`` makes profiles of wishes within DCMTK's limits, as a ``request``; ``render`` writes
it down, and ``finish`` makes sure that the file is what it should be. Editing a file that exists is ``edit``'s.
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
