"""Faults before a service is reached (certificates, names, proxies), and the memory cost of the worst responses."""

import asyncio
import ssl
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from kit.faults import AUTHOR, DAILY, FAULTS, LISTING, Fault, Talk, answer_to, good, reply, says
from kit.shell import environment
from kit.web import loopback
from papertui.errors import SourceError
from papertui.sources.http import HttpClient, RequestOptions, TransferLimits

pytestmark = pytest.mark.slow

QUICK = TransferLimits(connect=1.0, read=0.8, total=2.0, retries=1, backoff=0.01)
_ERRAND = RequestOptions("Hugging Face", {"Authorization": "Bearer secret"})
_MOST_MEMORY = 250 * 1024  # KiB


@asynccontextmanager
async def secured(talk: Talk, certificate: trustme.LeafCert) -> AsyncIterator[str]:
    """Run a server with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    async def handle(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


async def ask(address: str) -> str:
    """Return the body of the response, or the message of the error."""
    async with HttpClient(limits=QUICK) as client:
        try:
            return (await client.get(f"{address}/x", _ERRAND)).body.decode()
        except SourceError as error:
            sentence = str(error)
    assert "Hugging Face" in sentence
    assert sentence.endswith(".")
    assert "secret" not in sentence
    assert sentence.isprintable()
    return sentence


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A trusted certificate authority."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


async def test_a_certificate_of_a_private_authority_is_trusted(authority: trustme.CA) -> None:
    async with secured(says(reply(good())), authority.issue_cert("localhost")) as address:
        assert await ask(address) == good().decode()


@pytest.mark.parametrize("wrong", ["another name", "expired", "not valid yet", "another authority", "its own"])
async def test_untrusted_certificates(authority: trustme.CA, wrong: str) -> None:
    long_past = datetime(2019, 1, 1, tzinfo=UTC)
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)
    certificate = {
        "another name": lambda: authority.issue_cert("elsewhere.example"),
        "expired": lambda: authority.issue_cert("localhost", not_before=long_past, not_after=past),
        "not valid yet": lambda: authority.issue_cert("localhost", not_before=future),
        "another authority": lambda: trustme.CA().issue_cert("localhost"),
        "its own": lambda: trustme.CA().issue_cert("127.0.0.1"),
    }[wrong]()
    async with secured(says(reply(good())), certificate) as address:
        assert "cannot be verified" in await ask(address)


_HELLO = b"\x16\x03\x03\x00\x02\x02\x28"


@pytest.mark.parametrize(
    "talk",
    [
        says(reply(good())),
        says(),
        says(reset=True),
        says(bytes(range(256))),
        says(_HELLO),
        says(b"\x15\x03\x03\x00\x02\x02\x28"),
    ],
    ids=["plain", "closes", "breaks", "noise", "half a greeting", "an alert"],
)
async def test_servers_without_tls(talk: Talk) -> None:
    async def deaf(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(10)
        await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    async with server:
        sentence = await ask(f"https://localhost:{server.sockets[0].getsockname()[1]}")
    assert "connection" in sentence.lower() or "reached" in sentence or "ended its response" in sentence


async def test_a_missing_or_invalid_certificate_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert "SSL_CERT_FILE" in await ask("https://localhost:1")
    (tmp_path / "none.pem").write_text("nonsense")
    assert "SSL_CERT_FILE" in await ask("https://localhost:1")


@pytest.mark.parametrize(
    "host", ["no-such-host.invalid", "a..b.invalid", "x" * 70 + ".invalid", "127.0.0.1:1", "[::1]:1"]
)
async def test_unreachable_hosts(host: str) -> None:
    sentence = await ask(f"https://{host}")
    assert "cannot be" in sentence or "mistakes" in sentence


# --- proxies -------------------------------------------------------------------------------------

_PROXIED = {
    "refuses": (reply(b"no", "403 Forbidden"), "proxy"),
    "wants a password": (reply(b"", "407 Proxy Authentication Required", "Proxy-Authenticate: Basic"), "proxy"),
    "is broken": (reply(b"<html>", "502 Bad Gateway"), "proxy"),
    "says nothing": (b"", "proxy"),
    "speaks nonsense": (bytes(range(200)), ""),
}


@pytest.mark.parametrize("name", _PROXIED)
async def test_a_proxy_that_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, words = _PROXIED[name]
    async with loopback(says(sent)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.replace("http://", "http://me:secret@"))
        sentence = await ask("https://hub.example")
    assert words in sentence.lower() or "ended its response" in sentence


_NO_PROXIES = (
    "http://127.0.0.1:1",
    "nonsense",
    "http://",
    "ftp://127.0.0.1:1",
    "http://[::1",
    "socks5://127.0.0.1:1",
)


@pytest.mark.parametrize("value", _NO_PROXIES)
async def test_unreachable_and_invalid_proxies(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    sentence = await ask("https://hub.example")
    assert "proxy" in sentence.lower()


async def test_proxy_variables_are_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def proxied(reader: StreamReader, writer: StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(proxied, "127.0.0.1", 0)
    async with server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await ask("https://hub.example")
        assert asked[0].startswith(b"CONNECT hub.example:443 ")
        asked.clear()
        monkeypatch.setenv("NO_PROXY", "hub.example")
        await ask("https://hub.example")
        # Requests to loopback never use the proxy.
        monkeypatch.delenv("NO_PROXY")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        async with loopback(says(reply(b"here"))) as address:
            assert await ask(address) == "here"
        assert asked == []


# --- separate processes ----------------------------------------------------------------------------

_WORST = (
    "a bomb of gzip",
    "a bomb in a bomb",
    "a body of 64 MB",
    "a header of 200 kB",
    "50,000 headers",
    "JSON: 40 MB of papers",
    "JSON: one short of the limit",
    "JSON: nested 100,000 deep",
    "XML of a listing: without end",
    "XML of a listing: a bomb of entities",
    "XML of a query: nested deep and closed",
)
#: Not getrusage: after a fork its peak includes the memory of the test process.
_RUN = """
import re, sys
from pathlib import Path
from papertui.cli import main
code = main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
sys.exit(code)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak memory is read from /proc")
@pytest.mark.parametrize("name", _WORST)
async def test_the_worst_responses_take_little_memory_and_exit_with_3(name: str, tmp_path: Path) -> None:
    fault: Fault = next(one for one in FAULTS if one.name == name)
    async with loopback(fault.talk) as address:
        changes = {
            "PAPERTUI_HOME": str(tmp_path),
            "PAPERTUI_NOW": "2026-04-30T18:00:00Z",
            "HF_ENDPOINT": address,
            "PAPERTUI_ARXIV_API_URL": address,
            "PAPERTUI_ARXIV_RSS_URL": address,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _RUN, "list", fault.feed, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(**changes),
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), 600)
    assert int(out.split()[-1]) < _MOST_MEMORY
    assert process.returncode == (0 if fault.works else 3), err
    assert b"Traceback" not in err
    if not fault.works:
        (sentence,) = err.decode().splitlines()
        assert sentence.endswith(".")


async def test_a_token_is_sent_to_its_service_only(tmp_path: Path) -> None:
    seen: dict[str, bytes] = {}

    async def keep(reader: StreamReader, writer: StreamWriter, name: str, body: bytes) -> None:
        seen[name] = await reader.readuntil(b"\r\n\r\n")
        writer.write(reply(body))
        await writer.drain()
        writer.close()

    def server(name: str, body: bytes) -> Talk:
        async def handle(reader: StreamReader, writer: StreamWriter) -> None:
            await keep(reader, writer, name, body)

        return handle

    answers = {"hub": answer_to(DAILY), "rss": answer_to(LISTING), "api": answer_to(AUTHOR), "feed": answer_to("url")}
    servers = {name: await asyncio.start_server(server(name, body), "127.0.0.1", 0) for name, body in answers.items()}
    address = {name: f"http://127.0.0.1:{one.sockets[0].getsockname()[1]}" for name, one in servers.items()}
    changes = {
        "PAPERTUI_HOME": str(tmp_path),
        "PAPERTUI_NOW": "2026-04-30T18:00:00Z",
        "HF_TOKEN": "hf_secret",
        "HF_ENDPOINT": address["hub"],
        "PAPERTUI_ARXIV_API_URL": address["api"],
        "PAPERTUI_ARXIV_RSS_URL": address["rss"],
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "papertui", "refresh", DAILY, LISTING, AUTHOR, f"{address['feed']}/feed",
        env=environment(**changes), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, err = await asyncio.wait_for(process.communicate(), 600)
    for one in servers.values():
        one.close()
    assert process.returncode == 0, err
    assert {name for name, request in seen.items() if b"hf_secret" in request} == {"hub"}
    assert set(seen) == {"hub", "rss", "api", "feed"}
    assert not any(b"hf_secret" in content for content in _contents(tmp_path))


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
