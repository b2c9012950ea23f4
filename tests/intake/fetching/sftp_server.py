"""An SFTP server under test, in this process: it serves one folder, and can be told to misbehave."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko

__all__ = ["PASSWORD", "SftpServer", "serving"]

PASSWORD = "qanveltir-password"


class SftpServer:
    """Lets `amanah` in by the password, or by a key, and reads files of one folder to them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, paramiko.ECDSAKey.generate()
        self.admits: paramiko.PKey | None = None
        self.cuts: list[int] = []
        """After how many bytes the line of each of the next sessions is cut."""
        self.reads: list[int] = []
        """From which bytes on it was read."""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.transports: list[paramiko.Transport] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.socket.getsockname()[1])

    @property
    def host_key(self) -> str:
        """What a connection has to know of it."""
        return f"{self.key.get_name()} {self.key.get_base64()}"

    def url(self, path: str) -> str:
        """Return the link of a path."""
        return f"sftp://127.0.0.1:{self.port}{path}"

    def listen(self) -> None:
        """Open a session for everybody who comes, until the socket is closed."""
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            self.transports.append(transport)
            transport.add_server_key(self.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files, self, transport)
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                transport.start_server(server=Door(self))


class Door(paramiko.ServerInterface):
    """Who is let in."""

    def __init__(self, server: SftpServer) -> None:
        self.server = server

    def check_auth_password(self, username: str, password: str) -> int:
        return self._verdict(username == "amanah" and password == PASSWORD)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._verdict(username == "amanah" and key == self.server.admits)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def _verdict(self, admitted: bool) -> int:
        return paramiko.AUTH_SUCCESSFUL if admitted else paramiko.AUTH_FAILED


class Files(paramiko.SFTPServerInterface):
    """What is read to them."""

    def __init__(self, door: Door, server: SftpServer, transport: paramiko.Transport, *args: Any) -> None:
        super().__init__(door, *args)
        self.server, self.transport = server, transport
        self.cut = server.cuts.pop(0) if server.cuts else None
        self.sent = 0

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def open(self, path: str, flags: int, attr: Any) -> Any:
        if self._real(path).stat().st_mode & 0o777 == 0:
            return paramiko.SFTP_PERMISSION_DENIED
        return OneFile(self, self._real(path).read_bytes())

    def _real(self, path: str) -> Path:
        return self.server.folder / os.path.normpath(f"/{path}").lstrip("/")


class OneFile(paramiko.SFTPHandle):
    """An open file."""

    def __init__(self, files: Files, body: bytes) -> None:
        super().__init__()
        self.files, self.body = files, body

    def read(self, offset: int, length: int) -> Any:
        self.files.server.reads.append(offset)
        block = self.body[offset : offset + length]
        self.files.sent += len(block)
        if self.files.cut is not None and self.files.sent > self.files.cut:
            self.files.transport.sock.shutdown(socket.SHUT_WR)
        return block or paramiko.SFTP_EOF

    def close(self) -> None:
        """Nothing is open."""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[SftpServer]:
    """Let a server of a folder answer while the block runs."""
    server = SftpServer(folder)
    thread = threading.Thread(target=server.listen, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        thread.join()
        for transport in server.transports:
            transport.close()
