"""A browser for the pages, and small matrices to put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import Browser
from programs import Programs, free_tcp_port, need

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium; ``resize`` it before use, as a test before may have left it in any state."""
    chromium, driver = need("chromium", "chromium"), need("chromedriver", "chromium-driver")
    port, directory = free_tcp_port(), tmp_path_factory.mktemp("browser")
    running = Programs()
    try:
        running.start([driver, f"--port={port}"], port, directory)
        found = Browser(port, chromium, directory / "profile")
        try:
            yield found
        finally:
            found.close()
    finally:
        running.stop()
