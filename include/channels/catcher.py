"""A mail server that sends nothing on: it writes each mail into a closed Maildir folder. For the demo and for tests.

    python -m include.channels.catcher --port 0 --folder DIR

prints the port that it listens on, one line, and runs until it is told to stop.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import mailbox
import os
import signal
import threading
from pathlib import Path
from types import TracebackType

from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["MailCatcher"]

LOG = logging.getLogger("mail.log")
"""aiosmtpd's own: it names every recipient."""


class MailCatcher:
    """Catch mail in the background while a `with` block runs; `port` says where.

    The folder is a Maildir (`new/` holds the mails) that only its owner may enter.
    """

    port: int

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self._maildir = _maildir(folder)
        self._host, self.port = host, port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail catcher", daemon=True)

    def __enter__(self) -> MailCatcher:
        self._level = LOG.level
        LOG.setLevel(logging.CRITICAL)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        LOG.setLevel(self._level)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Keep one mail, its envelope's recipients in headers of their own."""
        head = "".join(f"X-Envelope-To: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        self._maildir.add(head.encode("utf-8") + (envelope.original_content or b""))
        return "250 2.0.0 kept"

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, hostname="catcher.test", loop=self._loop), self._host, self.port
        )

    async def _close(self) -> None:
        """Stop listening and end what is still being said."""
        self._server.close()
        talking = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


def _maildir(folder: Path) -> mailbox.Maildir:
    for part in (folder, *(folder / name for name in ("cur", "new", "tmp"))):
        part.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.chmod(0o700)
    return mailbox.Maildir(folder, create=False)


def arguments() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    parser = argparse.ArgumentParser(description="Catch mail in a folder; send nothing on.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True)
    return parser


def main() -> None:
    """Read the command line and listen until told to stop."""
    given = arguments().parse_args()
    os.umask(0o077)
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    with MailCatcher(given.folder, given.host, given.port) as catcher:
        print(catcher.port, flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
