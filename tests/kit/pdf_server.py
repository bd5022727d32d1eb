"""A server of one PDF on loopback that supports ranges and can misbehave."""

import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from kit.loopback import LoopbackServer


def a_pdf(size: int = 600_000, seed: int = 1) -> bytes:
    """Return `size` bytes that begin and end like a PDF; deterministic by `seed`."""
    return b"%PDF-1.5\n" + random.Random(seed).randbytes(size - 20) + b"\n%%EOF\n" + b"\n" * 4


@dataclass
class PdfServer:
    """The file of the server, its behaviour, and the requests it received.

    Attributes:
        body: the file.
        etag: its validator; empty for none.
        ranges: ``honest``, ``ignored`` (always the whole file), ``wrong`` (another part), ``refused`` (416).
        cuts: the number of bytes after which each response in turn breaks off; later responses are complete.
        kind: the content type.
        statuses: the status of each response in turn; later responses are normal.
        headers: added to every response.
        length: whether the length is sent.
        endless: whether the body never ends.
        holds: what the server waits for before it breaks off.
        asked: path and headers of each request.
        address: the base address.
    """

    body: bytes = field(default_factory=a_pdf)
    etag: str = '"one"'
    ranges: str = "honest"
    cuts: list[int] = field(default_factory=list)
    kind: str = "application/pdf"
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    length: bool = True
    endless: bool = False
    holds: threading.Event | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append((handler.path, headers))
        if self.statuses and (status := self.statuses.pop(0)):
            self._send(handler, status, b"<html>no</html>", {"Content-Type": "text/html"})
            return
        begin = self._begin(headers)
        fields = {"Content-Type": self.kind, **self.headers, **({"ETag": self.etag} if self.etag else {})}
        if begin is None:
            self._send(handler, 200, self.body, fields)
        elif self.ranges == "refused" or begin >= len(self.body):
            self._send(handler, 416, b"", {"Content-Range": f"bytes */{len(self.body)}"})
        else:
            begin = 7 if self.ranges == "wrong" else begin
            place = f"bytes {begin}-{len(self.body) - 1}/{len(self.body)}"
            self._send(handler, 206, self.body[begin:], {**fields, "Content-Range": place})

    def _begin(self, headers: dict[str, str]) -> int | None:
        found = re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))
        if found is None or self.ranges == "ignored" or headers.get("if-range", self.etag) != self.etag:
            return None
        return int(found[1])

    def _send(self, handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if self.length and not self.endless:
            handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        cut = self.cuts.pop(0) if self.cuts and status in {200, 206} else len(body)
        handler.wfile.write(body[:cut])
        if self.holds is not None and cut < len(body):
            handler.wfile.flush()
            self.holds.wait(30)
        while self.endless:
            handler.wfile.write(bytes(2**16))


@contextmanager
def pdf_server(**choices: Any) -> Iterator[PdfServer]:
    """Run a server."""
    made = PdfServer(**choices)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with suppress(ConnectionError):  # a client that has seen enough
                made.answer(self)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = LoopbackServer(Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
