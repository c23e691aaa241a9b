"""A server for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsp_client import Client
from surroundings import _plain_surroundings as _plain_surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path)
    try:
        yield client
        client.close()
    finally:
        client.dispose()


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return (tmp_path / "some.cfg").as_uri()
