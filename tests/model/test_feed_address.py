"""The addresses of feeds as people paste them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model.feed import parse_feed_name, titled
from papertui.model.feed_address import hidden_password, parse_feed_address, without_password


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example/rss?q={%22w%22:[%22cu%22]}", "https://a.example/rss?q=%7B%22w%22:%5B%22cu%22%5D%7D"),
        ("https://a.example/new papers.xml", "https://a.example/new%20papers.xml"),
        ("https://a.example/rss?tags=a|b", "https://a.example/rss?tags=a%7Cb"),
        ('https://a.example/rss?q="a b"&l=<x>^`\\', "https://a.example/rss?q=%22a%20b%22&l=%3Cx%3E%5E%60%5C"),
        ("https://a.example/ü/文?q=é", "https://a.example/%C3%BC/%E6%96%87?q=%C3%A9"),
        ("https://a.example/100%/%zz/%c3%bc", "https://a.example/100%25/%25zz/%C3%BC"),
        ("https://a.example/f;v=1,2?a=b&c=(d)*'!$+@:/~", "https://a.example/f;v=1,2?a=b&c=(d)*'!$+@:/~"),
        ("https://bücher.example/feed", "https://xn--bcher-kva.example/feed"),
        ("https://BÜCHER.example/feed", "https://xn--bcher-kva.example/feed"),
        ("https://例え.テスト/feed", "https://xn--r8jz45g.xn--zckzah/feed"),
        ("https://xn--bcher-kva.example/feed", "https://xn--bcher-kva.example/feed"),
        ("https://my_feeds.example/f", "https://my_feeds.example/f"),
        ("HTTPS://A.Example:443/Feed#top", "https://a.example/Feed"),
        ("http://a.example:80/f", "http://a.example/f"),
        ("https://a.example:08443/f", "https://a.example:8443/f"),
        ("https://a.example:/f", "https://a.example/f"),
        ("https://a.example?x=1#y?z", "https://a.example?x=1"),
        ("https://[2001:DB8::1]:8443/f", "https://[2001:db8::1]:8443/f"),
        ("feed://a.example/f", "http://a.example/f"),
        ("FEED:https://a.example/f", "https://a.example/f"),
        ("feed:a.example/f", "http://a.example/f"),
        (" \ufeff<https://a.example/f>\u200b ", "https://a.example/f"),
        ("https://a.example/long\n/path\t", "https://a.example/long/path"),
        ("https://medium.example/feed/@user", "https://medium.example/feed/@user"),
    ],
)
def test_addresses_are_accepted_and_have_one_form(text: str, url: str) -> None:
    address = parse_feed_address(text)
    assert (address.url, address.name, address.user) == (url, url, "")
    assert parse_feed_name(text) == parse_feed_name(url) == ("url", url)


@pytest.mark.parametrize(
    ("text", "name", "user", "password"),
    [
        ("https://ada@a.example/f", "https://ada@a.example/f", "ada", None),
        ("https://ada:@a.example/f", "https://ada@a.example/f", "ada", None),
        ("https://ada:geheim@a.example/f", "https://ada@a.example/f", "ada", "geheim"),
        ("https://ada%40b.org:ge%2Fheim%20x@a.example/f", "https://ada%40b.org@a.example/f", "ada@b.org", "ge/heim x"),
        ("https://ada:ge@heim:x@a.example:8443/f", "https://ada@a.example:8443/f", "ada", "ge@heim:x"),
        ("feed:https://ada:geheim@a.example/f", "https://ada@a.example/f", "ada", "geheim"),
        ("http://ada:geheim@127.0.0.1:8080/f", "http://ada@127.0.0.1:8080/f", "ada", "geheim"),
        ("http://ada:geheim@[::1]:8080/f", "http://ada@[::1]:8080/f", "ada", "geheim"),
        ("http://ada:geheim@localhost/f", "http://ada@localhost/f", "ada", "geheim"),
        ("https://jörg:geheim@a.example/f", "https://j%C3%B6rg@a.example/f", "jörg", "geheim"),
    ],
)
def test_a_user_belongs_to_the_address_and_a_password_does_not(
    text: str, name: str, user: str, password: str | None
) -> None:
    address = parse_feed_address(text)
    assert (address.name, address.user) == (name, user)
    assert (address.password.reveal() if address.password else None) == password
    assert parse_feed_name(name) == ("url", name)
    assert "@" not in urlsplit(address.url).netloc
    bare, taken = without_password(text)
    assert (taken.reveal() if taken else None) == password
    assert password is None or bare == name


@pytest.mark.parametrize(
    "text",
    [
        "https://", "https:///f", "https://:80/f", "https:a.example/f", "ftp://a.example/f", "file:///etc/passwd",
        "https://a b.example/f", "https://a..example/f", "https://-a.example/f", "https://a.example:99999/f",
        "https://a.example:x/f", "https://[::1/f", "https://[x]/f", "https://a.example/\x1b[31m", "feed:", "feed:x",
        "https://a.example/\u202ex", "https://a.example/" + "x" * 2000, "https://🦊.example/f", "https://user@/f",
        "https://a.example\\@b.example/f",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_feed_address(text)
    assert str(refused.value).endswith(".")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "https://ada:geheim@a.example/f", "http://ada:geheim@a.example/f", "https://:geheim@a.example/f",
        "https://ada:geheim@a b.example/f", "https://ada:ge/geheim@a.example/f", "https://ada:ge#geheim?@a.example/f",
        "ftp://ada:geheim@a.example/f", "ada:geheim@a.example/f", "https://ada:geheim@a.example:x/f",
        "  <https://ada:geheim@a.example\\x/f>", "https://ada:geheim x@a.example/f", "https://ada:geheim\x1b@a.example/",
        "feed://ada:geheim@a.example/f", "https://ada:geheim@a.example/" + "x" * 2000,
    ],
)  # fmt: skip
def test_no_message_contains_a_password(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_feed_name(text)
    assert "geheim" not in str(refused.value)


def test_a_text_that_is_no_address_is_left_alone() -> None:
    for text in ("trending", "author:A: B@C", 'arxiv-search:all:"http://x:y@z"', "https://a.example:80/@x", "mail:a@b"):
        assert without_password(text) == (text, None)


def test_the_title_of_an_address_is_its_readable_host() -> None:
    assert titled(parse_feed_name("https://ada@www.bücher.example:8443/f")) == "bücher.example:8443"
    assert titled(parse_feed_name("https://xn--a.example/f")) == "xn--a.example", "not valid, so it stays"


@given(st.text(max_size=80))
def test_any_path_has_one_form_that_stays(path: str) -> None:
    try:
        address = parse_feed_address(f"https://a.example/{path}")
    except UsageError:
        return
    assert address.url.isascii()
    assert parse_feed_address(address.name) == address


@given(st.text(max_size=60))
def test_a_password_is_never_in_a_message(secret: str) -> None:
    if len(secret) < 4 or "@" in secret:
        return
    assert secret not in hidden_password(f"https://ada:{secret}@a.example/")
