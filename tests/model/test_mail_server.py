import pytest

from papertui.errors import UsageError
from papertui.model.mailbox import Password, Server, Tls, parse_server


@pytest.mark.parametrize(
    ("text", "host", "port", "tls", "user"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, "starttls", ""),
        ("smtp://ada@mail.example.org:2525", "mail.example.org", 2525, "starttls", "ada"),
        ("smtps://ada%40example.org@mail.example.org", "mail.example.org", 465, "always", "ada@example.org"),
        ("smtp://localhost", "localhost", 25, "starttls", ""),
        ("smtp://[::1]:1025/", "::1", 1025, "starttls", ""),
        ("smtp://mail.example.org?tls=none", "mail.example.org", 587, "none", ""),
        ("SMTP://Mail.Example.Org?tls=starttls", "mail.example.org", 587, "starttls", ""),
    ],
)
def test_addresses_of_servers(text: str, host: str, port: int, tls: Tls, user: str) -> None:
    server = parse_server(text)
    assert parse_server(server.url) == server
    assert server == Server(host, port, tls, user, insists=text.endswith("?tls=starttls"))


def test_the_password_never_shows() -> None:
    server = parse_server("smtp://ada:ge%20heim@mail.example.org:587")
    assert server.password is not None
    assert server.password.reveal() == "ge heim"
    for shown in (repr(server), str(server), server.words, server.url, f"{server.password}", repr(Password("geheim"))):
        assert "heim" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org:0", "smtp://x:99999",
        "smtp://mail.example.org/box", "smtp://mail.example.org?tls=maybe", "smtps://mail.example.org?tls=none",
        "smtp://mail.example.org:465", "smtp://:geheim@mail.example.org", "smtp://a%0Ab@mail.example.org",
        "smtp://mail.example.org?x=1", "smtp://geheim@ho st", "smtp://[::1", "smtp://mail.example.org#geheim",
    ],
)  # fmt: skip
def test_invalid_server_addresses_are_rejected_without_quoting_them(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_server(text)
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("host", ["localhost", "mail.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_may_be_plain_unless_starttls_is_required(host: str) -> None:
    assert Server(host, 25).may_be_plain
    assert not Server(host, 465, "always").may_be_plain
    insisting = parse_server(f"smtp://{f'[{host}]' if ':' in host else host}?tls=starttls")
    assert not insisting.may_be_plain
    assert insisting.words.endswith("with STARTTLS")


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "0.0.0.0"]
)
def test_other_hosts_may_be_plain_only_with_tls_none(host: str) -> None:
    assert not Server(host, 25).may_be_plain
    assert Server(host, 25, "none").may_be_plain
    assert "(?tls=none)" in Server(host, 25, "none").words
