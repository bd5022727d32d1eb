import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from kit.digest_mail import ADA, BOB, Composing
from kit.mail_office import Office
from kit.post_office import Box, free_port, post_office
from kit.scripted_mail import DROP, SLOW, Script, scripted_server
from papertui.digest.delivery import RetryPolicy
from papertui.digest.send import SendRequest
from papertui.errors import MailError, SettingsError, SourceError, StoreError
from papertui.settings import DigestSettings

RESENT = "The unconfirmed mail for Thursday 30 April 2026 was sent again to {}@example.org."


@pytest.fixture
def box_office(tmp_path: Path) -> Iterator[tuple[Box, Office]]:
    with post_office() as (box, port):
        yield box, Office(tmp_path, port)


@contextmanager
def scripted(tmp_path: Path, **answers: Sequence[str]) -> Iterator[tuple[Script, Office]]:
    script = Script({step.replace("_", " "): list(replies) for step, replies in answers.items()})
    with scripted_server(script) as port:
        yield script, Office(tmp_path, port)


async def test_a_period_is_mailed_once(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    sent = await office.send()
    assert (sent.result, sent.period.key, sent.confirmed) == ("sent", "day:2026-04-30", ("ada@example.org",))
    assert [mail.message_id for mail in box.mails] == [sent.message_id]
    assert (await office.send()).result == "already"
    assert len(box.mails) == 1
    assert office.mailing.last_failure() is None


async def test_again_sends_a_new_mail(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    first = await office.send()
    second = await office.send(again=True)
    assert second.period == first.period
    assert len({mail.message_id for mail in box.mails}) == 2
    assert box.mails[0].message.get_body(("plain",)) is not None
    assert box.mails[0].data.split(b"\r\n\r\n", 1)[1].count(b"2604.30") == box.mails[1].data.count(b"2604.30")


async def test_missed_days_become_one_digest_without_papers_mailed_before(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    office.at(24)
    await office.send()
    office.at(30)
    sent = await office.send()
    assert sent.period.key == "day:2026-04-25..2026-04-30"
    assert len(box.mails) == 2
    assert set(office.composing.asked[-1][1]) == {"2604.24001", "2604.24002"}
    assert office.composing.asked[-1][1]["2604.24002"].votes == 20
    office.at(29)  # the clock was set back
    assert (await office.send()).result == "already"


async def test_a_week_is_mailed_after_its_end(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    weekly = SendRequest(kind="week")
    assert (await office.send(weekly)).period.key == "week:2026-W17"
    assert (await office.send()).period.key == "day:2026-04-30"  # days are a separate series
    assert (await office.send(weekly)).result == "already"
    office.at(2, month=5)  # Saturday
    assert (await office.send(weekly)).period.key == "week:2026-W18"
    office.at(25, month=5)
    assert (await office.send(weekly)).period.key == "day:2026-05-04..2026-05-24"
    assert len(box.mails) == 4


async def test_a_named_day_and_other_recipients_do_not_advance_the_series(
    box_office: tuple[Box, Office],
) -> None:
    box, office = box_office
    office.at(28)
    await office.send()
    office.at(30)
    named = SendRequest(day=date(2026, 4, 29))
    assert (await office.send(named)).period.key == "day:2026-04-29"
    assert (await office.send(named)).result == "already"
    friend = SendRequest(to=(BOB,))
    assert (await office.send(friend)).confirmed == ("bob@example.org",)
    assert (await office.send(friend)).result == "already"
    # The named day does not advance the series, but its papers are not repeated.
    sent = await office.send()
    assert sent.period.key == "day:2026-04-29..2026-04-30"
    assert set(office.composing.asked[-1][1]) == {"2604.28001", "2604.28002", "2604.29001", "2604.29002"}
    assert [mail.to for mail in box.mails] == [
        ("ada@example.org",),
        ("ada@example.org",),
        ("bob@example.org",),
        ("ada@example.org",),
    ]


async def test_an_empty_digest_is_recorded_if_the_settings_want_no_mail(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    office.composing = Composing(DigestSettings(send_empty=False), papers=0)
    assert (await office.send()).result == "empty"
    assert (await office.send()).result == "already"
    office.composing = Composing(papers=0)
    office.at(1, month=5)
    assert (await office.send()).result == "sent"
    assert len(box.mails) == 1


async def test_a_plan_changes_nothing(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    plan = await office.mailing.plan(SendRequest())
    assert (plan.mailed, plan.letter.recipients, plan.digest.ids) == (False, (ADA,), ("2604.30001", "2604.30002"))
    assert list(office.home.iterdir()) == []
    await office.send()
    plan = await office.mailing.plan(SendRequest())
    assert plan.mailed
    assert plan.digest.ids == ("2604.30001", "2604.30002")
    assert len(box.mails) == 1


async def test_a_test_mail_is_not_recorded(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    sent = await office.mailing.send_test(SendRequest(to=(BOB,)))
    assert sent.confirmed == ("bob@example.org",)
    assert box.mails[0].message["Subject"] == "Test: Papers of Thu 30 Apr"
    assert office.mailing.log() == ()
    assert (await office.send()).result == "sent"


async def test_a_missing_setting_is_an_error_that_names_the_variable(box_office: tuple[Box, Office]) -> None:
    _, office = box_office
    office.to = ()
    with pytest.raises(SettingsError, match="PAPERTUI_MAIL_TO"):
        await office.send()
    assert "PAPERTUI_MAIL_TO" in (office.mailing.last_failure() or "")


async def test_a_source_failure_is_recorded_until_the_next_mail(box_office: tuple[Box, Office]) -> None:
    _, office = box_office
    office.composing.problem = SourceError("The far end cannot be reached.")
    with pytest.raises(SourceError):
        await office.send()
    assert office.mailing.last_failure() == "The digest was not mailed on 30 Apr: The far end cannot be reached."
    assert office.mailing.failures()[0].period == "day:2026-04-30"
    office.clock[0] += timedelta(days=8)
    assert office.mailing.last_failure() is None
    office.at(30)
    office.composing.problem = None
    await office.send()
    assert office.mailing.last_failure() is None


async def test_after_a_lost_reply_the_same_mail_is_sent_again(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP, ""]) as (script, office):
        with pytest.raises(MailError, match="may have arrived or not"):
            await office.send()
        assert office.fates() == ["handed over"]
        assert office.waits == [0.0]  # no second try: it might be a second mail
        office.at(1, month=5)
        plan = await office.mailing.plan(SendRequest())
        assert [posting.message_id for posting in plan.waiting] == [script.mails[0].message_id]
        sent = await office.send()
        assert sent.period.key == "day:2026-05-01"
        assert sent.messages == (RESENT.format("ada"),)
        assert [mail.data for mail in script.mails[:1]] == [mail.data for mail in script.mails[1:2]]
        assert len({mail.message_id for mail in script.mails}) == 2
        assert office.mailing.last_failure() is None


async def test_a_lost_reply_on_the_same_day(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP, ""]) as (script, office):
        with pytest.raises(MailError):
            await office.send()
        sent = await office.send()
        assert (sent.result, sent.message_id, sent.confirmed) == ("sent", script.mails[0].message_id, (ADA.address,))
        assert (await office.send()).result == "already"
        assert [mail.data for mail in script.mails] == [script.mails[0].data] * 2


async def test_again_after_a_lost_reply_sends_a_new_mail(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP, ""]) as (script, office):
        with pytest.raises(MailError):
            await office.send()
        assert (await office.send(again=True)).result == "sent"
        assert len({mail.message_id for mail in script.mails}) == 2
        assert (await office.send()).result == "already"


async def test_an_unsettled_mail_stays_unsettled_while_the_server_is_down(tmp_path: Path) -> None:
    with scripted(tmp_path, message=[DROP]) as (script, office), pytest.raises(MailError):
        await office.send()
    gone = Office(tmp_path, free_port())
    gone.at(2, month=5)
    with pytest.raises(MailError, match="There is no mail server"):
        await gone.send()
    assert gone.fates() == ["handed over"]
    with post_office() as (box, port):
        back = Office(tmp_path, port)
        back.at(3, month=5)
        assert (await back.send()).period.key == "day:2026-05-01..2026-05-03"
        assert box.mails[0].message_id == script.mails[0].message_id
        assert len(box.mails) == 2


@pytest.mark.slow
async def test_a_rejected_mail_is_composed_again_with_newer_papers(tmp_path: Path) -> None:
    with scripted(tmp_path, message=["451 not now"]) as (script, office):
        for day in (28, 29, 30):
            office.at(day)
            with pytest.raises(MailError, match="not now"):
                await office.send()
            assert office.ledger.unsettled("day") == ()
        assert not script.mails
    with post_office() as (box, port):
        back = Office(tmp_path, port)
        back.at(1, month=5)
        assert (await back.send()).period.key == "day:2026-04-28..2026-05-01"
        assert len(box.mails) == 1


@pytest.mark.slow
async def test_only_temporary_failures_are_retried(tmp_path: Path) -> None:
    with scripted(tmp_path, MAIL=["451 try again", "421 busy", ""]) as (script, office):
        assert (await office.send()).result == "sent"
        assert office.waits == [0.0, 1.0, 4.0]
        assert len(script.mails) == 1
    with scripted(tmp_path / "other", MAIL=["550 never"]) as (script, office):
        with pytest.raises(MailError, match=r"refused papertui@example.org as the sender \(550 never\)"):
            await office.send()
        assert office.waits == [0.0]


async def test_one_of_two_recipients_is_refused(tmp_path: Path) -> None:
    with scripted(tmp_path, RCPT_bob=[]) as (script, office):
        script.answers = {"RCPT bob@example.org": ["550 5.1.1 nobody here"]}
        office.to = (ADA, BOB)
        sent = await office.send()
        assert (sent.result, sent.confirmed) == ("sent", ("ada@example.org",))
        assert "refused the recipient bob@example.org (550 5.1.1 nobody here)" in sent.problem
        failure = office.mailing.last_failure() or ""
        assert failure.startswith("The digest did not reach everybody on 30 Apr: ")
        assert "bob@example.org" in failure
        assert office.fates() == ["confirmed", "refused"]
        assert (await office.send()).result == "already"
        assert len(script.mails) == 1


async def test_a_deferred_recipient_gets_the_same_mail_later(tmp_path: Path) -> None:
    with scripted(tmp_path) as (script, office):
        script.answers = {"RCPT bob@example.org": ["450 greylisted"] * 3 + [""]}
        office.to = (ADA, BOB)
        sent = await office.send()
        assert sent.confirmed == ("ada@example.org",)
        assert "bob@example.org (greylisting)" in sent.problem
        assert [mail.to for mail in script.mails] == [("ada@example.org",)]
        office.at(1, month=5)
        sent = await office.send()
        assert sent.messages == (RESENT.format("bob"),)
        assert [mail.to for mail in script.mails] == [
            ("ada@example.org",),
            ("bob@example.org",),
            ("ada@example.org", "bob@example.org"),
        ]
        assert script.mails[0].data == script.mails[1].data


@pytest.mark.slow
async def test_a_recipient_deferred_for_days_is_given_up(tmp_path: Path) -> None:
    with scripted(tmp_path) as (script, office):
        script.answers = {"RCPT bob@example.org": ["450 greylisted"]}
        office.to = (ADA, BOB)
        await office.send()
        office.clock[0] += timedelta(days=6)
        await office.send()
        assert [posting.state for posting in office.ledger.log(9)] == ["open", "sent"]


async def test_concurrent_runs_send_one_mail(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    office.patience = RetryPolicy(60)
    results = await asyncio.gather(*(office.send() for _ in range(4)))
    assert sorted(sent.result for sent in results) == ["already"] * 3 + ["sent"]
    assert len(box.mails) == 1


async def test_waiting_for_another_process_is_limited(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    turn = office.ledger.lock()
    assert turn.acquire()
    with pytest.raises(MailError, match="Another papertui"):
        await office.send()
    turn.release()
    assert not box.mails


async def test_nothing_is_sent_if_it_cannot_be_recorded(box_office: tuple[Box, Office]) -> None:
    box, office = box_office
    (office.home / "mailed.db").write_bytes(b"This is no database, and longer than its header of a hundred bytes. " * 3)
    with pytest.raises(StoreError, match="damaged, so nothing was sent"):
        await office.send()
    assert not box.mails


async def test_cancelling_waits_until_the_result_is_recorded(tmp_path: Path) -> None:
    reached = threading.Event()
    with scripted(tmp_path, message=[SLOW]) as (script, office):
        script.watcher = lambda step: reached.set() if step == "dot" else None
        sending = asyncio.create_task(office.send())
        assert await asyncio.to_thread(reached.wait, 20)
        sending.cancel()
        await asyncio.sleep(0)
        turn = office.ledger.lock()
        assert not turn.acquire()  # nobody else may send meanwhile
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert office.fates() == ["handed over"]
        assert turn.acquire()
        turn.release()


async def test_an_accepted_mail_is_recorded_before_quit(tmp_path: Path) -> None:
    with scripted(tmp_path) as (script, office):
        noted: list[list[str]] = []
        script.watcher = lambda step: noted.append(office.fates()) if step == "QUIT" else None
        await office.send()
        assert noted == [["confirmed"]]
