import ssl
from datetime import UTC, datetime

import httpx
import pytest

from papertui.sources.body import BodyError, DamagedBodyError
from papertui.sources.http_errors import connection_error, request_error, requested_wait, status_error

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 40}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "Thu, 30 Apr 2026 12:01:30 GMT"}, 90),
        ({"retry-after": "Thu, 30 Apr 2026 11:00:00 GMT"}, 0),
        # The clock of the service counts if it sends its time: ours may be wrong.
        ({"retry-after": "Thu, 30 Apr 2026 15:00:05 GMT", "date": "Thu, 30 Apr 2026 15:00:00 GMT"}, 5),
        ({"ratelimit": '"api";r=0;t=214'}, 214),
        ({"ratelimit": '"api"; r=0; t=4', "retry-after": "9"}, 9),
        ({"ratelimit": '"api"; r=0; t=14', "retry-after": "9"}, 14),
        ({"ratelimit": "nonsense"}, None),
    ],
)
def test_requested_wait_is_parsed(headers: dict[str, str], seconds: float | None) -> None:
    assert requested_wait(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (None, "in a few minutes"),
        (0, "in a second"),
        (12.2, "in 13 seconds"),
        (60, "in 60 seconds"),
        (61, "in 2 minutes"),
        (7200, "in 2 hours"),
    ],
)
def test_message_says_when_to_try_again(wait: float | None, words: str) -> None:
    for status in (429, 503):
        assert words in status_error(status, "The service", wait).sentence


def test_proxy_login_is_reported() -> None:
    fault = status_error(407, "The service", None)
    assert "proxy" in fault.sentence
    assert not fault.again


def certificate_error() -> httpx.ConnectError:
    error = httpx.ConnectError("x")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    return error


@pytest.mark.parametrize(
    ("error", "words", "again"),
    [
        (httpx.ConnectTimeout("x"), "took too long", True),
        (httpx.ReadTimeout("x"), "took too long", True),
        (httpx.ConnectError("x"), "cannot be reached", True),
        (httpx.ReadError("x"), "ended its response too early", True),
        (httpx.RemoteProtocolError("x"), "ended its response too early", True),
        (httpx.ProxyError("x"), "HTTPS_PROXY", False),
        (httpx.ProxyError("407 Proxy Authentication Required"), "requires a login", False),
        (httpx.UnsupportedProtocol("x"), "cannot be used", False),
        (httpx.InvalidURL("x"), "cannot be used", False),
        (UnicodeError("x"), "cannot be used", False),
        (ValueError("x"), "connection", False),
        (OSError("x"), "connection", False),
        (httpx.TooManyRedirects("x"), "connection", False),
        (DamagedBodyError("broke off"), "broke off", True),
        (BodyError("sent too much"), "sent too much", False),
        (certificate_error(), "SSL_CERT_FILE", False),
    ],
)
def test_every_failure_has_a_sentence(error: Exception, words: str, again: bool) -> None:
    fault = request_error(error, "The service")
    assert words in fault.sentence
    assert "he service" in fault.sentence
    assert fault.sentence.endswith(".")
    assert fault.again is again


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError("x"), "SSL_CERT_FILE"),
        (ssl.SSLError("x"), "SSL_CERT_FILE"),
        (ImportError("x"), "SOCKS"),
        (ValueError("secret"), "HTTP_PROXY"),
        (httpx.InvalidURL("secret"), "HTTP_PROXY"),
    ],
)
def test_network_settings_are_named_without_their_values(error: Exception, words: str) -> None:
    fault = connection_error(error, "The service")
    assert words in fault.sentence
    assert "secret" not in fault.sentence
    assert not fault.again
