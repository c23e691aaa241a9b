"""``python -m asprofile``."""

from __future__ import annotations

from asprofile.cli import main

if __name__ == "__main__":
    main()
