"""An smtplib client that bounds the size and duration of server replies."""

from __future__ import annotations

import base64
import hmac
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from papertui.mail.fault import Stage
from papertui.mail.refusals import Reply

_OK = 250
#: The limits of one reply: lines, and bytes in a line.
_MOST_LINES, _LONGEST_LINE = 100, 4096


class Client(smtplib.SMTP):
    """An smtplib client with bounded replies, passwords in any script, and without the local host name."""

    file: object

    def __init__(self, host: str, timeout: float) -> None:
        # By default smtplib looks up the local name, which may be slow, and sends it to every server.
        super().__init__(local_hostname="localhost", timeout=timeout)
        self._host = host

    @property
    def is_private(self) -> bool:
        """Whether the connection is encrypted."""
        return isinstance(self.sock, ssl.SSLSocket)

    def reach(self, port: int, context: ssl.SSLContext | None) -> None:
        self.sock = socket.create_connection((self._host, port), self.timeout)
        if context is not None:
            self.wrap(context)
        self.file = None
        name = self.sock.getsockname()[0]
        self.local_hostname = f"[IPv6:{name}]" if ":" in name else f"[{name}]"

    def wrap(self, context: ssl.SSLContext) -> None:
        """Start TLS and discard what the server said before (RFC 3207)."""
        self.sock = context.wrap_socket(self._connected(), server_hostname=self._host)
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def _connected(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        return self.sock

    def greet(self) -> None:
        """Send EHLO, or HELO if the server does not support it."""
        code, said = self.ehlo()
        if not 200 <= code <= 299:  # noqa: PLR2004 - RFC 5321
            if code // 100 == 4:  # noqa: PLR2004 - as above
                raise Reply("hello", code, said)
            self.expect("hello", _OK, self.helo())

    @staticmethod
    def expect(stage: Stage, code: int, reply: tuple[int, bytes]) -> None:
        """Raise `Reply` if the server did not answer with `code`."""
        if reply[0] != code:
            raise Reply(stage, *reply)

    def wait(self, seconds: float) -> None:
        """Set the time limit for the next replies."""
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply, up to a limit."""
        if self.file is None:
            self.file = self._connected().makefile("rb")
        lines: list[bytes] = []
        while True:
            line: bytes = self.file.readline(_LONGEST_LINE)  # type: ignore[attr-defined]
            if not line.endswith(b"\n"):
                raise smtplib.SMTPServerDisconnected("the connection was closed, or a reply is too long")
            code, more = line[:3], line[3:4]
            if not code.isdigit() or len(lines) >= _MOST_LINES:
                return -1, line.strip()
            lines.append(line[4:].strip())
            if more != b"-":
                return int(code), b"\n".join(lines)

    def auth(
        self, mechanism: str, authobject: Callable[..., str], *, initial_response_ok: bool = True
    ) -> tuple[int, bytes]:
        """Like smtplib's method, for passwords with letters outside ASCII as well (RFC 4616)."""
        first = authobject() if initial_response_ok else None
        code, said = self.docmd("AUTH", mechanism if first is None else f"{mechanism} {_coded(first)}")
        for _ in range(3):
            if code != 334:  # noqa: PLR2004 - the server asks for more (RFC 4954)
                break
            code, said = self.docmd(_coded(authobject(base64.b64decode(said))))
        if code in {235, 503}:
            return code, said
        raise smtplib.SMTPAuthenticationError(code, said)

    def auth_cram_md5(self, challenge: bytes | None = None) -> str | None:  # type: ignore[override]
        """Like smtplib's answer to a challenge (RFC 2195), for passwords with letters outside ASCII as well."""
        if challenge is None:
            return None
        return f"{self.user} {hmac.new(self.password.encode(), challenge, 'md5').hexdigest()}"

    def leave(self, *, politely: bool) -> None:
        """Close the connection; `politely` sends QUIT first."""
        if politely and self.sock is not None:
            with suppress(smtplib.SMTPException, OSError, ValueError):
                self.sock.settimeout(2.0)
                self.putcmd("QUIT")
                self.getreply()
        self.close()


class Watch:
    """Closes a connection after a deadline, even if the server keeps sending slowly."""

    def __init__(self, client: Client, seconds: float) -> None:
        self._client = client
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(max(0.0, seconds), self._close)
        self._timer.daemon = True

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """Cancel the deadline; after that it no longer closes the connection."""
        self._timer.cancel()
        self._timer.join()

    def _close(self) -> None:
        held = self._client.sock
        if held is not None:
            # The plain socket's method: that of the TLS socket must not be called while another thread reads.
            with suppress(OSError):
                socket.socket.shutdown(held, socket.SHUT_RDWR)


@contextmanager
def watched(client: Client, seconds: float) -> Iterator[Watch]:
    """Close the connection of `client` if the block takes longer than `seconds`."""
    watch = Watch(client, seconds)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def _coded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
