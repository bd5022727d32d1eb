"""Proxies of the environment: every entry of NO_PROXY is understood or skipped, and none cuts off the network."""

import os
from asyncio import StreamReader, StreamWriter

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.web import loopback
from papertui.errors import SourceError
from papertui.sources.http import HttpClient, RequestOptions
from papertui.sources.proxies import Proxies, direct_hosts, is_local, proxies_of_environment

PROXY = "http://proxy.example:3128"


def _is_direct(entries: str, url: str) -> bool:
    return Proxies({"http": PROXY, "https": PROXY}, direct_hosts(entries)).proxy_for(httpx.URL(url)) is None


@pytest.mark.parametrize(
    ("entries", "direct", "proxied"),
    [
        ("example.org", ["https://example.org/", "http://www.example.org:8080/"], ["https://notexample.org/"]),
        (".example.org", ["https://a.example.org/", "https://example.org/"], ["https://example.com/"]),
        ("*.example.org", ["https://a.b.example.org/"], ["https://example.com/"]),
        ("*example.org", ["https://www.example.org/"], ["https://other.example/"]),
        ("Example.ORG.", ["https://example.org/", "https://example.org./", "https://EXAMPLE.org/"], []),
        ("example.org:8080", ["http://example.org:8080/"], ["http://example.org/", "https://example.org/"]),
        ("example.org:443", ["https://example.org/"], ["http://example.org/"]),
        ("https://example.org", ["https://example.org/"], ["http://example.org/"]),
        ("all://example.org/", ["http://example.org/"], []),
        ("bücher.example", ["https://bücher.example/", "https://www.xn--bcher-kva.example/"], ["https://x.example/"]),
        ("xn--bcher-kva.example", ["https://bücher.example/"], []),
        ("*.BÜCHER.example:443", ["https://bücher.example/"], ["http://bücher.example/"]),
        ("10.0.0.1", ["http://10.0.0.1/", "https://10.0.0.1:8443/"], ["http://10.0.0.2/"]),
        ("10.0.0.1:80", ["http://10.0.0.1/"], ["https://10.0.0.1/"]),
        ("192.168.0.0/16", ["http://192.168.7.9/"], ["http://192.169.0.1/", "http://example.org/"]),
        ("192.168.1.7/16", ["http://192.168.7.9/"], ["http://192.169.0.1/"]),
        ("fd00:aaaa:bbbb:f0::/64", ["http://[fd00:aaaa:bbbb:f0::1]/"], ["http://[fd00:aaaa:bbbb:f1::1]/"]),
        ("[fd00:aaaa:bbbb:f0::]/64", ["http://[fd00:aaaa:bbbb:f0::1]/"], ["http://[fd00:aaaa:bbbb:f1::1]/"]),
        ("2001:db8::1", ["https://[2001:db8::1]/", "https://[2001:DB8:0::1]:99/"], ["https://[2001:db8::2]/"]),
        ("[2001:db8::1]", ["https://[2001:db8::1]/"], ["https://[2001:db8::2]/"]),
        ("[2001:db8::1]:8080", ["http://[2001:db8::1]:8080/"], ["http://[2001:db8::1]/"]),
        ("fe80::1%eth0", ["http://[fe80::1]/"], []),
        ("::/0", ["http://[2001:db8::1]/"], ["http://10.0.0.1/"]),
        ("10.0.0.0/8", ["http://[::ffff:10.1.2.3]/"], []),
        ("*", ["http://example.org/", "https://10.0.0.1/"], []),
        ("*:8080", ["http://example.org:8080/"], ["http://example.org/"]),
        (" a.example ,\tb.example;c.example  d.example,", [f"https://{letter}.example/" for letter in "abcd"], []),
    ],
)
def test_an_entry_is_understood(entries: str, direct: list[str], proxied: list[str]) -> None:
    for url in direct:
        assert _is_direct(entries, url), url
        assert _is_direct(f"nonsense:x,{entries},[", url), "the entries beside it are skipped"
    for url in proxied:
        assert not _is_direct(entries, url), url


JUNK = (
    "", ",", " , ;", "example.org:notaport", "example.org:", "example.org:-1", ":8080", "[", "]", "[]", "[]:80", "[::1",
    "[::1]x", "[::1]:notaport", "[example.org]", "::1/64/64", "1.2.3.4/99", "fd00::/999", "10.0.0.0/255.0.0.0/8", "/",
    "//", "://", "https://", "*.*", "**", ".", "..", "a..b", "-", "%", "%00", "\x00", "example.org/path", "@", "user@h",
    "bü\u200dcher..example", "\udcff", "xn--\udcff", "1e400", "[fd00::%eth0]", "😀" * 80, "a" * 5000, "[" * 5000,
    "http://[::1", "\N{FULLWIDTH ASTERISK}", "example.*", "<local>", '"example.com"',
)  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=ascii)
def test_junk_is_skipped(junk: str) -> None:
    assert not _is_direct(junk, "https://example.org/")
    assert _is_direct(f"{junk},example.org", "https://example.org/")


@given(st.text() | st.text(alphabet="[]:/.*0123456789abcdef%, ;@"))
def test_any_text_is_read(entries: str) -> None:
    proxies = Proxies({"https": PROXY}, direct_hosts(entries))
    for url in ("https://example.org/", "https://10.0.0.1:8/", "https://[2001:db8::1]/", "https://bücher.example/"):
        assert proxies.proxy_for(httpx.URL(url)) in {None, PROXY}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost/", True), ("http://LOCALHOST.:80/", True), ("http://a.localhost/", True),
        ("http://127.0.0.1/", True), ("http://127.9.9.9/", True), ("http://[::1]:8/", True),
        ("http://[::ffff:127.0.0.1]/", True), ("http://localhost.example/", False), ("http://notlocalhost/", False),
        ("http://10.0.0.1/", False), ("http://[::2]/", False),
    ],
)  # fmt: skip
def test_this_machine_is_recognized(url: str, expected: bool) -> None:
    assert is_local(httpx.URL(url)) == expected
    assert _is_direct("", url) == expected


@pytest.mark.parametrize("is_upper", [True, False])
def test_variables_of_either_case_are_read(is_upper: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def name(text: str) -> str:
        return text.upper() if is_upper else text

    monkeypatch.setenv(name("http_proxy"), "proxy.example:1")
    monkeypatch.setenv(name("all_proxy"), "http://all.example:2")
    monkeypatch.setenv(name("no_proxy"), "a.example,[::5]")
    proxies = proxies_of_environment()
    assert proxies.by_scheme == {"http": "http://proxy.example:1", "https": "http://all.example:2"}
    assert len(proxies.direct) == 2


def test_a_star_switches_off_all_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://[malformed")
    monkeypatch.setenv("NO_PROXY", "a.example, *")
    assert proxies_of_environment() == Proxies({})


@pytest.mark.parametrize("entries", [*(junk for junk in JUNK if "\0" not in junk), "fd00::/64,[::1]:80,*.a.example"])
async def test_no_entry_cuts_off_the_network(entries: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []

    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        reached.append("proxy")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]")

    async with loopback(talk) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", entries)
        async with HttpClient() as client:
            for host in ("example.org", "10.0.0.1"):
                assert (await client.get(f"http://{host}/list", RequestOptions("S"))).body == b"[]"
    assert reached == ["proxy"] * 2


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "value",
    ["ftp://me:hunter2@h:1", "http://me:hunter2@h:port", "http://[::1", "socks://h:1", "://"],
)
async def test_a_malformed_proxy_is_one_sentence(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    async with HttpClient() as client:
        with pytest.raises(SourceError) as caught:
            await client.get("https://example.invalid/", RequestOptions("The service"))
    assert "proxy" in str(caught.value)
    assert "NO_PROXY" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert caught.value.exit_code == 3
    assert variable in os.environ
