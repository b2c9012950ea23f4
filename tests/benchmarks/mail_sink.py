"""A mail server that takes everything and keeps nothing, as quick as a real one: it takes commands by the group.

Run: `python tests/benchmarks/mail_sink.py PORT`. The library's server answers one command at a time and takes 2 ms of a
processor for a mail, which is more than a relay does: it would be the server that is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

HELLO = b"250-sink.example\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n"
ENDS = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.held, self.in_text = transport, b"", False
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.held += data
        answers = b""
        while True:
            text, found, rest = self.held.partition(ENDS if self.in_text else b"\r\n")
            if not found:
                break
            self.held = rest
            answers += self.answer(text)
        self.transport.write(answers)

    def answer(self, said: bytes) -> bytes:
        """Answer a command, or the end of a text."""
        if self.in_text:
            self.in_text = False
            return b"250 taken\r\n"
        match said[:4].upper():
            case b"EHLO":
                return HELLO
            case b"DATA":
                self.in_text = True
                return b"354 go on\r\n"
            case b"QUIT":
                self.transport.close()
                return b"221 bye\r\n"
            case _:
                return b"250 ok\r\n"


@contextmanager
def mail_sink() -> Iterator[int]:
    """Run one in a process of its own; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    server = subprocess.Popen([sys.executable, __file__, str(port)])
    for _ in range(300):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        time.sleep(0.1)
    try:
        yield port
    finally:
        server.terminate()
        server.wait()


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1])))
