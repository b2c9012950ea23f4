"""An S3 server on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

__all__ = ["endpoint"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Run the server, and give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
