import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from kit.digest_mail import ADA, BOB, Composing
from kit.mail_harness import MailHarness
from kit.scripted_smtp import DROP, SLOW, Script, scripted_server
from kit.smtp_server import Inbox, free_port, smtp_server
from papertui.digest.delivery import RetryPolicy
from papertui.digest.send import SendRequest
from papertui.errors import MailError, SettingsError, SourceError, StoreError
from papertui.settings import DigestSettings

pytestmark = pytest.mark.slow

RESENT = "The unconfirmed mail for Thursday 30 April 2026 was sent again to {}@example.org."


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[tuple[Inbox, MailHarness]]:
    with smtp_server() as (inbox, port):
        yield inbox, MailHarness(tmp_path, port)


@contextmanager
def scripted(tmp_path: Path, **answers: Sequence[str]) -> Iterator[tuple[Script, MailHarness]]:
    script = Script({step.replace("_", " "): list(replies) for step, replies in answers.items()})
    with scripted_server(script) as port:
        yield script, MailHarness(tmp_path, port)


async def test_a_period_is_mailed_once(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    sent = await harness.send()
    assert (sent.result, sent.period.key, sent.confirmed) == ("sent", "day:2026-04-30", ("ada@example.org",))
    assert [mail.message_id for mail in inbox.mails] == [sent.message_id]
    assert (await harness.send()).result == "already"
    assert len(inbox.mails) == 1
    assert harness.mailing.last_failure() is None


async def test_again_sends_a_new_mail(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    first = await harness.send()
    second = await harness.send(again=True)
    assert second.period == first.period
    assert len({mail.message_id for mail in inbox.mails}) == 2
    assert inbox.mails[0].message.get_body(("plain",)) is not None
    assert inbox.mails[0].data.split(b"\r\n\r\n", 1)[1].count(b"2604.30") == inbox.mails[1].data.count(b"2604.30")


async def test_missed_days_become_one_digest_without_papers_mailed_before(
    mailing: tuple[Inbox, MailHarness],
) -> None:
    inbox, harness = mailing
    harness.at(24)
    await harness.send()
    harness.at(30)
    sent = await harness.send()
    assert sent.period.key == "day:2026-04-25..2026-04-30"
    assert len(inbox.mails) == 2
    assert set(harness.composing.asked[-1][1]) == {"2604.24001", "2604.24002"}
    assert harness.composing.asked[-1][1]["2604.24002"].votes == 20
    harness.at(29)  # the clock was set back
    assert (await harness.send()).result == "already"


async def test_a_week_is_mailed_after_its_end(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    weekly = SendRequest(kind="week")
    assert (await harness.send(weekly)).period.key == "week:2026-W17"
    assert (await harness.send()).period.key == "day:2026-04-30"  # days are a separate series
    assert (await harness.send(weekly)).result == "already"
    harness.at(2, month=5)  # Saturday
    assert (await harness.send(weekly)).period.key == "week:2026-W18"
    harness.at(25, month=5)
    assert (await harness.send(weekly)).period.key == "day:2026-05-04..2026-05-24"
    assert len(inbox.mails) == 4


async def test_a_named_day_and_other_recipients_do_not_advance_the_series(
    mailing: tuple[Inbox, MailHarness],
) -> None:
    inbox, harness = mailing
    harness.at(28)
    await harness.send()
    harness.at(30)
    named = SendRequest(day=date(2026, 4, 29))
    assert (await harness.send(named)).period.key == "day:2026-04-29"
    assert (await harness.send(named)).result == "already"
    friend = SendRequest(to=(BOB,))
    assert (await harness.send(friend)).confirmed == ("bob@example.org",)
    assert (await harness.send(friend)).result == "already"
    # The named day does not advance the series, but its papers are not repeated.
    sent = await harness.send()
    assert sent.period.key == "day:2026-04-29..2026-04-30"
    assert set(harness.composing.asked[-1][1]) == {"2604.28001", "2604.28002", "2604.29001", "2604.29002"}
    assert [mail.to for mail in inbox.mails] == [
        ("ada@example.org",),
        ("ada@example.org",),
        ("bob@example.org",),
        ("ada@example.org",),
    ]


async def test_an_empty_digest_is_recorded_if_the_settings_want_no_mail(
    mailing: tuple[Inbox, MailHarness],
) -> None:
    inbox, harness = mailing
    harness.composing = Composing(DigestSettings(send_empty=False), papers=0)
    assert (await harness.send()).result == "empty"
    assert (await harness.send()).result == "already"
    harness.composing = Composing(papers=0)
    harness.at(1, month=5)
    assert (await harness.send()).result == "sent"
    assert len(inbox.mails) == 1


async def test_a_plan_changes_nothing(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    plan = await harness.mailing.plan(SendRequest())
    assert (plan.mailed, plan.mail.recipients, plan.digest.ids) == (False, (ADA,), ("2604.30001", "2604.30002"))
    assert list(harness.home.iterdir()) == []
    await harness.send()
    plan = await harness.mailing.plan(SendRequest())
    assert plan.mailed
    assert plan.digest.ids == ("2604.30001", "2604.30002")
    assert len(inbox.mails) == 1


async def test_a_test_mail_is_not_recorded(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    sent = await harness.mailing.send_test(SendRequest(to=(BOB,)))
    assert sent.confirmed == ("bob@example.org",)
    assert inbox.mails[0].message["Subject"] == "Test: Papers of Thu 30 Apr"
    assert harness.mailing.log() == ()
    assert (await harness.send()).result == "sent"


async def test_a_missing_setting_is_an_error_that_names_the_variable(
    mailing: tuple[Inbox, MailHarness],
) -> None:
    _, harness = mailing
    harness.to = ()
    with pytest.raises(SettingsError, match="PAPERTUI_MAIL_TO"):
        await harness.send()
    assert "PAPERTUI_MAIL_TO" in (harness.mailing.last_failure() or "")


async def test_a_source_failure_is_recorded_until_the_next_mail(mailing: tuple[Inbox, MailHarness]) -> None:
    _, harness = mailing
    harness.composing.problem = SourceError("The stand-in cannot be reached.")
    with pytest.raises(SourceError):
        await harness.send()
    assert harness.mailing.last_failure() == "The digest was not mailed on 30 Apr: The stand-in cannot be reached."
    assert harness.mailing.failures()[0].period == "day:2026-04-30"
    harness.clock[0] += timedelta(days=8)
    assert harness.mailing.last_failure() is None
    harness.at(30)
    harness.composing.problem = None
    await harness.send()
    assert harness.mailing.last_failure() is None


async def test_after_a_lost_reply_the_same_mail_is_sent_again(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP, ""]) as (script, harness):
        with pytest.raises(MailError, match="may have arrived or not"):
            await harness.send()
        assert harness.fates() == ["handed over"]
        assert harness.waits == [0.0]  # no second try: it might be a second mail
        harness.at(1, month=5)
        plan = await harness.mailing.plan(SendRequest())
        assert [posting.message_id for posting in plan.waiting] == [script.mails[0].message_id]
        sent = await harness.send()
        assert sent.period.key == "day:2026-05-01"
        assert sent.messages == (RESENT.format("ada"),)
        assert [mail.data for mail in script.mails[:1]] == [mail.data for mail in script.mails[1:2]]
        assert len({mail.message_id for mail in script.mails}) == 2
        assert harness.mailing.last_failure() is None


async def test_a_lost_reply_on_the_same_day(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP, ""]) as (script, harness):
        with pytest.raises(MailError):
            await harness.send()
        sent = await harness.send()
        assert (sent.result, sent.message_id, sent.confirmed) == ("sent", script.mails[0].message_id, (ADA.address,))
        assert (await harness.send()).result == "already"
        assert [mail.data for mail in script.mails] == [script.mails[0].data] * 2


async def test_again_after_a_lost_reply_sends_a_new_mail(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP, ""]) as (script, harness):
        with pytest.raises(MailError):
            await harness.send()
        assert (await harness.send(again=True)).result == "sent"
        assert len({mail.message_id for mail in script.mails}) == 2
        assert (await harness.send()).result == "already"


async def test_an_unsettled_mail_stays_unsettled_while_the_server_is_down(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP]) as (script, harness), pytest.raises(MailError):
        await harness.send()
    gone = MailHarness(tmp_path, free_port())
    gone.at(2, month=5)
    with pytest.raises(MailError, match="There is no mail server"):
        await gone.send()
    assert gone.fates() == ["handed over"]
    with smtp_server() as (inbox, port):
        back = MailHarness(tmp_path, port)
        back.at(3, month=5)
        assert (await back.send()).period.key == "day:2026-05-01..2026-05-03"
        assert inbox.mails[0].message_id == script.mails[0].message_id
        assert len(inbox.mails) == 2


@pytest.mark.slow
async def test_a_rejected_mail_is_composed_again_with_newer_papers(tmp_path: Path) -> None:
    with scripted(tmp_path, message=["451 not now"]) as (script, harness):
        for day in (28, 29, 30):
            harness.at(day)
            with pytest.raises(MailError, match="not now"):
                await harness.send()
            assert harness.ledger.unsettled("day") == ()
        assert not script.mails
    with smtp_server() as (inbox, port):
        back = MailHarness(tmp_path, port)
        back.at(1, month=5)
        assert (await back.send()).period.key == "day:2026-04-28..2026-05-01"
        assert len(inbox.mails) == 1


@pytest.mark.slow
async def test_only_temporary_failures_are_retried(tmp_path: Path) -> None:
    with scripted(tmp_path, MAIL=["451 try again", "421 busy", ""]) as (script, harness):
        assert (await harness.send()).result == "sent"
        assert harness.waits == [0.0, 1.0, 4.0]
        assert len(script.mails) == 1
    with scripted(tmp_path / "other", MAIL=["550 never"]) as (script, harness):
        with pytest.raises(MailError, match=r"refused papertui@example.org as the sender \(550 never\)"):
            await harness.send()
        assert harness.waits == [0.0]


async def test_one_of_two_recipients_is_refused(tmp_path: Path) -> None:
    with scripted(tmp_path, RCPT_bob=[]) as (script, harness):
        script.answers = {"RCPT bob@example.org": ["550 5.1.1 nobody here"]}
        harness.to = (ADA, BOB)
        sent = await harness.send()
        assert (sent.result, sent.confirmed) == ("sent", ("ada@example.org",))
        assert "refused the recipient bob@example.org (550 5.1.1 nobody here)" in sent.problem
        failure = harness.mailing.last_failure() or ""
        assert failure.startswith("The digest did not reach everybody on 30 Apr: ")
        assert "bob@example.org" in failure
        assert harness.fates() == ["confirmed", "refused"]
        assert (await harness.send()).result == "already"
        assert len(script.mails) == 1


async def test_a_deferred_recipient_gets_the_same_mail_later(tmp_path: Path) -> None:
    with scripted(tmp_path) as (script, harness):
        script.answers = {"RCPT bob@example.org": ["450 greylisted"] * 3 + [""]}
        harness.to = (ADA, BOB)
        sent = await harness.send()
        assert sent.confirmed == ("ada@example.org",)
        assert "bob@example.org (greylisting)" in sent.problem
        assert [mail.to for mail in script.mails] == [("ada@example.org",)]
        harness.at(1, month=5)
        sent = await harness.send()
        assert sent.messages == (RESENT.format("bob"),)
        assert [mail.to for mail in script.mails] == [
            ("ada@example.org",),
            ("bob@example.org",),
            ("ada@example.org", "bob@example.org"),
        ]
        assert script.mails[0].data == script.mails[1].data


@pytest.mark.slow
async def test_a_recipient_deferred_for_days_is_given_up(tmp_path: Path) -> None:
    with scripted(tmp_path) as (script, harness):
        script.answers = {"RCPT bob@example.org": ["450 greylisted"]}
        harness.to = (ADA, BOB)
        await harness.send()
        harness.clock[0] += timedelta(days=6)
        await harness.send()
        assert [posting.state for posting in harness.ledger.log(9)] == ["open", "sent"]


async def test_concurrent_runs_send_one_mail(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    harness.patience = RetryPolicy(60)
    results = await asyncio.gather(*(harness.send() for _ in range(4)))
    assert sorted(sent.result for sent in results) == ["already"] * 3 + ["sent"]
    assert len(inbox.mails) == 1


async def test_waiting_for_another_process_is_limited(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    turn = harness.ledger.lock()
    assert turn.acquire()
    with pytest.raises(MailError, match="Another papertui"):
        await harness.send()
    turn.release()
    assert not inbox.mails


async def test_nothing_is_sent_if_it_cannot_be_recorded(mailing: tuple[Inbox, MailHarness]) -> None:
    inbox, harness = mailing
    (harness.home / "mailed.db").write_bytes(b"This is not a database, and longer than the header of one. " * 3)
    with pytest.raises(StoreError, match="damaged, so nothing was sent"):
        await harness.send()
    assert not inbox.mails


async def test_cancelling_waits_until_the_result_is_recorded(tmp_path: Path) -> None:
    reached = threading.Event()
    with scripted(tmp_path, message=[SLOW]) as (script, harness):
        script.watcher = lambda step: reached.set() if step == "dot" else None
        sending = asyncio.create_task(harness.send())
        assert await asyncio.to_thread(reached.wait, 20)
        sending.cancel()
        await asyncio.sleep(0)
        turn = harness.ledger.lock()
        assert not turn.acquire()  # nobody else may send meanwhile
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert harness.fates() == ["handed over"]
        assert turn.acquire()
        turn.release()


async def test_an_accepted_mail_is_recorded_before_quit(tmp_path: Path) -> None:
    with scripted(tmp_path) as (script, harness):
        noted: list[list[str]] = []
        script.watcher = lambda step: noted.append(harness.fates()) if step == "QUIT" else None
        await harness.send()
        assert noted == [["confirmed"]]
