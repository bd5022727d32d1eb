from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.digest.message import HEADERS, UNSUBSCRIBE, header_names, write_message
from papertui.digest.model import Mail
from papertui.errors import MailError
from papertui.model.mailbox import Mailbox

AT = datetime(2026, 4, 30, 8, tzinfo=UTC)
ADA = Mailbox("ada@example.org", "Ada Lovelace")


def make_mail(
    subject: str = "Papers",
    text: str = "Text\n",
    html: str = "<p>Page</p>\n",
    *,
    sender: Mailbox = ADA,
    to: tuple[Mailbox, ...] = (ADA,),
    unsubscribe: str = "",
) -> Mail:
    return write_message(
        sender=sender, recipients=to, subject=subject, text=text, html=html, at=AT, unsubscribe=unsubscribe
    )


def read(written: Mail) -> EmailMessage:
    return message_from_bytes(written.data, policy=policy.default)


def test_a_mail_has_a_text_and_an_html_part() -> None:
    body, unsubscribe = "Ein Wort: größer.\n.\nFrom here\n", "mailto:x@example.org"
    written = make_mail("Grüße: α ≤ β", body, "<p>größer</p>\n", unsubscribe=unsubscribe)
    message = read(written)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().splitlines() == body.splitlines()
    assert page.get_content().strip() == "<p>größer</p>"
    assert message["Subject"] == "Grüße: α ≤ β"
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert message[UNSUBSCRIBE] == "<mailto:x@example.org>"
    assert message["Message-ID"] == written.message_id
    assert written.message_id.endswith("@example.org>")
    for part in message.iter_parts():
        assert list(part.keys()) == ["Content-Type", "Content-Transfer-Encoding"]
    assert written.data.isascii()
    assert max(map(len, written.data.split(b"\r\n"))) <= 78
    assert written.data.count(b"\n") == written.data.count(b"\r\n") == written.data.count(b"\r")


@pytest.mark.slow
def test_message_ids_are_unique() -> None:
    assert len({make_mail().message_id for _ in range(100)}) == 100


HOSTILE = (
    "=?utf-8?q?Hello=0D=0ABcc:_bob@example.org?=",  # Python 3.11.7 turns this into a header
    "A\r\nBcc: bob@example.org",
    "A\nBcc: bob@example.org\n\nBody",
    "=?utf-8?b?DQpCY2M6IGJvYkBleGFtcGxlLm9yZw==?=",
    "A\x00\x1b[2J\u202e\u2028B",
    "x" * 5000,
    "ü" * 500,
    "=?utf-8?q?=0A=0AGet_out?= " * 5,
    "",
    " ",
)


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_headers_are_exactly_those_expected(text: str) -> None:
    named = make_mail(sender=Mailbox("ada@example.org", text), to=(Mailbox("b@example.org", text),) * 3)
    for written in (make_mail(text), named):
        assert header_names(written.data) == [name for name in HEADERS if name != UNSUBSCRIBE]
        assert read(written).keys() == list(HEADERS)
        assert b"\r\nBcc" not in written.data


@given(st.text(max_size=200))
def test_any_subject_is_decoded_exactly_or_neutralized(text: str) -> None:
    written = make_mail(text)
    assert header_names(written.data) == list(HEADERS)
    assert str(read(written)["Subject"]) == written.subject.replace("=?", "= ?")
    assert all(len(line) <= 78 for line in written.data.split(b"\r\n\r\n")[0].split(b"\r\n"))


@pytest.mark.parametrize(
    "subject",
    [
        "Papers of Tue 3 Feb: Meadows: A Slow Walk Through Seven Gardens and 9 more",  # fits on the second line
        "Papers of Fri 13 Feb: The Long Way Round the Lake: Walking Slowly… and 9 more",  # one word to encode
    ],
)
def test_a_subject_has_no_extra_space(subject: str) -> None:
    written = make_mail(subject)
    assert read(written)["Subject"] == subject
    assert b"Subject:\r\n" not in written.data


def test_long_words_in_headers_are_not_cut() -> None:
    target = "https://lists.example.org/" + "x" * 200
    written = make_mail(sender=Mailbox("ada@" + ".".join(["sub" * 12] * 4) + ".example"), unsubscribe=target)
    assert f"\r\nList-Unsubscribe: <{target}>\r\n".encode() in written.data
    assert f"\r\nMessage-ID: {written.message_id}\r\n".encode() in written.data


def test_domains_in_other_scripts_are_encoded_in_ascii() -> None:
    written = make_mail(sender=Mailbox("ada@straße.example"), to=(Mailbox("bob@例え.example"),))
    assert b"xn--strae-oqa.example" in written.data
    assert b"xn--r8jz45g.example" in written.data
    assert written.data.isascii()
    with pytest.raises(MailError, match="is not a valid mail domain"):
        make_mail(sender=Mailbox("ada@ü" + "x" * 70 + ".example"))


def test_non_ascii_letters_before_the_at_are_kept() -> None:
    written = make_mail(to=(Mailbox("jürgen@example.org"),))
    assert "jürgen@example.org".encode() in written.data
    assert header_names(written.data) == list(HEADERS)
