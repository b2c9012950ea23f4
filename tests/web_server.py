"""A web server under test: it knows ranges and ETags, and can be told to misbehave."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["BODY", "Answer", "WebServer", "running"]

BODY = b"".join(b"%07d,Sample Trading Est.\n" % number for number in range(40_000))
"""A little over 1 MB of invented rows."""


@dataclass
class Answer:
    """What stands at a path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None
    cuts: list[int] = field(default_factory=list)
    """After how many bytes each of the next answers ends, one after the other."""
    ranges: bool = True
    chunked: bool = False
    told_length: int | None = None
    wait: float = 0.0
    """Seconds before each block of 64 kB."""


class WebServer(ThreadingHTTPServer):
    """Serves `answers` by path and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.scheme = "http"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the link of a path."""
        return f"{self.scheme}://{host}:{self.server_address[1]}{path}"

    def serves(self, path: str, body: bytes = b"", **how: Any) -> str:
        """Put something at a path and return its link."""
        self.answers[path] = Answer(body, **how)
        return self.url(path)

    @property
    def ranges(self) -> list[str | None]:
        """The ranges that were asked for, in order."""
        return [headers.get("range") for _, headers in self.asked]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WebServer

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers))
        answer = self.server.answers.get(self.path.partition("?")[0], Answer(status=404))
        validators = {"ETag": answer.etag, "Last-Modified": answer.modified}
        told = {**{name: value for name, value in validators.items() if value}, **answer.headers}
        if answer.status != 200:
            self._send(answer.status, told, answer.body, answer)
        elif answer.etag and headers.get("if-none-match") == answer.etag:
            self._send(304, told, b"", answer)
        elif (start := self._start(headers, answer)) is not None and start >= len(answer.body):
            self._send(416, {"Content-Range": f"bytes */{len(answer.body)}"}, b"", answer)
        elif start is not None:
            told["Content-Range"] = f"bytes {start}-{len(answer.body) - 1}/{len(answer.body)}"
            self._send(206, told, answer.body[start:], answer)
        else:
            self._send(200, told, answer.body, answer)

    def do_HEAD(self) -> None:
        """Say no more than whether it may be had."""
        answer = self.server.answers.get(self.path.partition("?")[0], Answer(status=404))
        self.send_response(answer.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _start(self, headers: dict[str, str], answer: Answer) -> int | None:
        if not answer.ranges or "range" not in headers:
            return None
        if headers.get("if-range") not in (answer.etag, answer.modified):
            return None
        return int(headers["range"].removeprefix("bytes=").removesuffix("-"))

    def _send(self, status: int, headers: dict[str, str], body: bytes, answer: Answer) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif status != 304:
            self.send_header("Content-Length", str(len(body) if answer.told_length is None else answer.told_length))
        self.end_headers()
        sent = body[: answer.cuts.pop(0)] if answer.cuts and status in (200, 206) else body
        for at in range(0, len(sent), 1 << 16):
            time.sleep(answer.wait)
            block = sent[at : at + (1 << 16)]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if answer.chunked else block)
        if answer.chunked and len(sent) == len(body):
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Keep silent."""


@contextlib.contextmanager
def running(server: WebServer) -> Any:
    """Let a server answer while the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
