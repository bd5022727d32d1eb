from datetime import datetime, time, timedelta

import pytest

from kit.digests import HOSTILE, NOW, digest_of, hostile_digest
from kit.papers import plain
from papertui.digest.mailer import Mailer
from papertui.digest.model import Delivery, Failure, RecipientResult, SendTimes, State
from papertui.digest.schedulers import InstalledSchedule
from papertui.digest.service import DigestPreview, SendRecord
from papertui.model.mailbox import Mailbox
from papertui.model.period import day_of
from papertui.model.safe_text import one_line
from papertui.tui.digest_pages import log_page, missing_lines, next_words, preview_page, schedule_page, text_page
from papertui.tui.glyphs import UNICODE
from papertui.tui.widgets.paper_text import Block

ADA, BOB = Mailbox("ada@example.org", "Ada"), Mailbox("bob@example.org")


def proof(*, hostile: bool = False, missing: tuple[str, ...] = ()) -> DigestPreview:
    digest = hostile_digest() if hostile else digest_of([plain(number) for number in range(1, 13)], 5)
    mail = Mailer({}, None, "python").write_mail(digest, BOB, (ADA, BOB), NOW)
    return DigestPreview(digest, mail, "mail.example.org:587, with STARTTLS", missing)


def posting(number: int, outcomes: dict[str, RecipientResult]) -> Delivery:
    period = day_of(NOW.date())
    at = NOW + timedelta(minutes=number)
    state: State = "sent" if any(outcome.status == "confirmed" for outcome in outcomes.values()) else "failed"
    return Delivery(number, "day", period, state, "<1@x>", "bob@example.org", "Papers", 3, 900, at, at, outcomes)


def text_of_blocks(blocks: list[Block]) -> str:
    return "\n".join(f"{block.mark} {block.text}" for block in blocks)


def test_a_hostile_digest_sends_no_control_sequences() -> None:
    bad = proof(hostile=True)
    blocks = [*preview_page(bad, UNICODE, "s"), *text_page(bad, "s")]
    assert len(blocks) > 10 * len(HOSTILE)
    for block in blocks:
        assert " ".join(block.text.split()) == one_line(block.text)
        assert block.url is None or block.url.startswith(("https://", "http://"))


def test_preview_and_mail_have_the_same_content() -> None:
    made = proof()
    preview = text_of_blocks(list(preview_page(made, UNICODE, "s")))
    plain_text = text_of_blocks(list(text_page(made, "s")))
    for entry in made.digest.entries:
        assert entry.paper.title in preview
        for reason in entry.reasons:
            assert reason in preview
            assert reason in plain_text
    for section in made.digest.sections:
        assert section.title in preview
        assert section.title in plain_text


def test_missing_settings_are_shown_as_example_lines() -> None:
    text = text_of_blocks(list(preview_page(proof(missing=("to", "url")), UNICODE, "/home/ada/settings.toml")))
    assert "add these lines to /home/ada/settings.toml" in text
    assert missing_lines(("to",)) == ["[mail]", 'to = ["you@example.org"]']
    assert "from =" not in text


def test_a_test_goes_to_the_sender_or_the_first_recipient() -> None:
    made = proof()
    assert made.oneself == BOB
    assert made._replace(mail=made.mail._replace(sender=Mailbox("news@example.org"))).oneself == ADA


def test_the_log_shows_each_failure_once_newest_first() -> None:
    away = "The server was away."
    record = SendRecord(
        (
            posting(
                5,
                {
                    "ada@example.org": RecipientResult("refused", away),
                    "bob@example.org": RecipientResult("refused", away),
                },
            ),
            posting(
                2,
                {
                    "ada@example.org": RecipientResult("confirmed"),
                    "bob@example.org": RecipientResult("handed over", "Lost."),
                },
            ),
        ),
        (Failure(NOW, "day", "day:2026-04-30", away), Failure(NOW, "day", "", "No network.")),
    )
    text = text_of_blocks(list(log_page(record)))
    assert text.count(away) == 1
    assert "ada@example.org, bob@example.org: refused by the server. The server was away." in text
    assert "mailed to ada@example.org." in text
    assert "bob@example.org: it may or may not have arrived. Lost." in text
    assert "Not mailed: No network." in text
    assert text.index(away) < text.index("mailed to ada") < text.index("No network.")


@pytest.mark.parametrize(
    ("installed", "words"),
    [
        (None, "The digest is not scheduled."),
        (
            InstalledSchedule("a line of cron", "crontab -l", SendTimes(time(8)), active=True),
            "The digest is mailed at 08:00 every day",
        ),
        (InstalledSchedule("a line of cron", "crontab -l", None, active=True), "at times changed by hand"),
        (
            InstalledSchedule("a systemd timer", "x.timer", SendTimes(time(8)), active=False),
            "A systemd timer is installed but disabled",
        ),
    ],
)
def test_the_next_scheduled_mail_in_words(installed: InstalledSchedule | None, words: str) -> None:
    upcoming = datetime(2026, 5, 1, 8, tzinfo=NOW.tzinfo) if installed else None
    record = SendRecord(installed=installed, upcoming=upcoming)
    assert words in next_words(record)
    page = text_of_blocks(
        list(schedule_page(record, SendTimes(time(9, 30), "on weekdays"), "# note\nrun it\n", ("A secret.",)))
    )
    assert "at 09:30 on weekdays" in page
    assert "run it" in page
    assert "A secret." in page
