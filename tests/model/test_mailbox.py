import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model.mailbox import Mailbox, parse_mailbox, parse_mailboxes


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("ada@example.org", Mailbox("ada@example.org")),
        (" ada@localhost ", Mailbox("ada@localhost")),
        ("Ada Lovelace <ada+papers@example.org>", Mailbox("ada+papers@example.org", "Ada Lovelace")),
        ('"Lovelace, Ada" <ada@example.org>', Mailbox("ada@example.org", "Lovelace, Ada")),
        ("<ada@example.org>", Mailbox("ada@example.org")),
        ("Jürgen <jürgen@müller.example>", Mailbox("jürgen@müller.example", "Jürgen")),
        ("Ada\r\nBcc: x <ada@example.org>", Mailbox("ada@example.org", "Ada Bcc: x")),
    ],
)
def test_addresses(text: str, box: Mailbox) -> None:
    assert parse_mailbox(text) == box
    assert parse_mailbox(str(box)) == box


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "@example.org", "ada@", "ada@@example.org", "a da@example.org", "ada@exam ple.org", "ada@-x.org",
        "ada@example.org\r\nBcc: bob@example.org", "ada@example..org", ".ada@example.org", "ada@example.org>",
        "Ada <ada@example.org> x", "x" * 65 + "@example.org", "ada@" + "x." * 130 + "org", "ada\x1b@example.org",
    ],
)  # fmt: skip
def test_invalid_addresses(text: str) -> None:
    with pytest.raises(UsageError, match="is not a valid mail address") as raised:
        parse_mailbox(text)
    assert str(raised.value).isprintable()


def test_comma_separated_lists_are_deduplicated() -> None:
    boxes = parse_mailboxes(['"L, A" <ada@example.org>, bob@example.org', "ADA@example.org", " , "])
    assert boxes == (Mailbox("ada@example.org", "L, A"), Mailbox("bob@example.org"))


@given(st.text())
def test_a_parsed_address_is_printable(text: str) -> None:
    try:
        box = parse_mailbox(text)
    except UsageError:
        return
    assert str(box).isprintable()
    assert box.address.count("@") >= 1
