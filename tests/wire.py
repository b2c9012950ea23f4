"""A wire between a mail client and its server, on which a letter can be stopped half way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable


class Wire:
    """Carries what two sides say, until the client has sent so much of its nth letter: then it tells, and is cut."""

    def __init__(self, far_end: int, letter: int, octets: int, tell: Callable[[], None]) -> None:
        self._far_end, self._letter, self._octets, self._tell = far_end, letter, octets, tell
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def close(self) -> None:
        """Wait until the wire is cut."""
        self._thread.join(30)
        self._listening.close()

    def _carry(self) -> None:
        near, _ = self._listening.accept()
        far = socket.create_connection(("127.0.0.1", self._far_end))
        answers = threading.Thread(target=self._answer, args=(far, near))
        answers.start()
        left = self._letter
        while left and (said := near.recv(1 << 16)):
            left -= said.lower() == b"data\r\n"  # a command comes alone: who gave it waits for the answer
            far.sendall(said)
        far.sendall(near.recv(self._octets))
        self._tell()
        for side in (far, near):
            side.shutdown(socket.SHUT_RDWR)
        answers.join()
        for side in (far, near):
            side.close()

    @staticmethod
    def _answer(far: socket.socket, near: socket.socket) -> None:
        try:
            while answer := far.recv(1 << 16):
                near.sendall(answer)
        except OSError:
            pass
