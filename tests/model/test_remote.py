import pytest

from papertui.errors import UsageError
from papertui.model.remote import Remote, remote_of


@pytest.mark.parametrize("text", ["/media/stick/papers.git", "papers.git", "~/papers.git", "./a:b", "../up"])
def test_paths(text: str) -> None:
    assert remote_of(f" {text} ") == Remote(text, text, text, is_path=True)


@pytest.mark.parametrize(
    "text",
    [
        "git@example.org:me/papers.git",
        "example.org:papers.git",
        "ssh://git@example.org:2222/papers.git",
        "https://example.org/papers.git",
        "file:///srv/papers.git",
        "git://example.org/papers.git",
    ],
)
def test_addresses(text: str) -> None:
    remote = remote_of(text)
    assert (remote.address, remote.shown, remote.is_path) == (text, text, False)


def test_secrets_are_never_shown() -> None:
    remote = remote_of("https://me:s%40cret@example.org/papers.git")
    assert (remote.user, remote.password) == ("me", "s@cret")
    assert remote.address == "https://example.org/papers.git"
    assert remote.shown == "https://***@example.org/papers.git"
    assert remote.without_secrets("no s@cret, no me:s%40cret here") == "no ***, no *** here"
    # A token in place of the user is a secret, too.
    remote = remote_of("https://ghp_token@example.org/papers.git")
    assert remote.shown == "https://***@example.org/papers.git"
    assert remote.without_secrets("https://ghp_token@example.org/") == "https://***@example.org/"
    assert "pass" not in remote_of("ssh://me:pass@example.org/x").shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "-u",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c touch% /tmp/x",
        "fd::17",
        "::x",
        "ftp://example.org/x",
        "javascript://x",
        "line\nfeed",
        "bell\a",
        "x" * 3000,
        "http://me:secret@example.org/papers.git",
    ],
)
def test_invalid_remotes_are_usage_errors(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        remote_of(text)
    assert str(raised.value).endswith(".")
    assert "secret" not in str(raised.value)


def test_a_password_is_allowed_over_http_on_loopback() -> None:
    assert remote_of("http://me:secret@127.0.0.1:3000/x.git").password == "secret"
    assert remote_of("http://me:secret@localhost/x.git").password == "secret"
