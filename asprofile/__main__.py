"""``python -m asprofile``."""

from __future__ import annotations

from asprofile.cli import main
from asprofile.program import started_as_module

if __name__ == "__main__":
    started_as_module()
    main()
