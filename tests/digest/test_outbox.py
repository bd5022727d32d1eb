import sqlite3
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from papertui.digest.model import Failure, Mail, MailedPaper, RecipientResult
from papertui.digest.outbox import Ledger
from papertui.errors import StoreError
from papertui.model.mailbox import Mailbox
from papertui.model.period import Period, day_of, days_between

ADA, BOB = Mailbox("ada@example.org"), Mailbox("bob@example.org")
AT = datetime(2026, 4, 30, 8, tzinfo=UTC)
THURSDAY = day_of(date(2026, 4, 30))
DONE = RecipientResult("confirmed")


def make_mail(number: int = 1) -> Mail:
    return Mail(f"<{number}@example.org>", ADA, (ADA, BOB), "Papers", b"a mail\r\n")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "home" / "mailed.db")


def mailed(ledger: Ledger, period: Period, *ids: str, series: str = "day", named: bool = False) -> int:
    papers = {id_: MailedPaper(5, AT) for id_ in ids}
    number = ledger.intend(series, period, make_mail(), papers, AT, named=named)
    ledger.settle(number, {ADA.address: DONE, BOB.address: DONE}, AT)
    return number


def test_reading_creates_no_file(ledger: Ledger, tmp_path: Path) -> None:
    for found in (ledger.log(5), ledger.failures(5), ledger.unsettled("day"), ledger.spans("day")):
        assert found == ()
    for one in (ledger.last_failure(), ledger.last_sent("day"), ledger.covered("day"), ledger.first_tried("day")):
        assert one is None
    assert ledger.mailed("day", THURSDAY) == {}
    assert list(tmp_path.iterdir()) == []


def test_the_steps_of_a_mail_are_recorded(ledger: Ledger) -> None:
    number = ledger.intend("day", THURSDAY, make_mail(), {"2604.1": MailedPaper(None, AT)}, AT)
    (posting,) = ledger.unsettled("day")
    assert (posting.number, posting.state, posting.message, posting.unsettled) == (
        number, "open", b"a mail\r\n", (ADA.address, BOB.address)
    )  # fmt: skip
    assert ledger.spans("day") == ()
    ledger.hand_over(number, [ADA.address])
    assert ledger.unsettled("day")[0].outcomes[ADA.address].status == "handed over"
    assert ledger.settle(number, {ADA.address: DONE, BOB.address: RecipientResult("deferred", "Later.")}, AT) == "open"
    # Ada has it, so the day needs no other mail; Bob does not have it yet.
    assert ledger.spans("day") == ((THURSDAY.first, THURSDAY.last),)
    assert ledger.unsettled("day")[0].unsettled == (BOB.address,)
    later = AT + timedelta(hours=1)
    assert ledger.settle(number, {BOB.address: RecipientResult("refused", "Never.")}, later) == "sent"
    assert ledger.unsettled("day") == ()
    (posting,) = ledger.log(5)
    assert (posting.state, posting.ended_at, posting.message, posting.papers) == ("sent", later, b"", 1)
    assert posting.outcomes[BOB.address] == ("refused", "Never.")


def test_a_mail_refused_by_everybody_covers_nothing(ledger: Ledger) -> None:
    number = ledger.intend("day", THURSDAY, make_mail(), {"2604.1": MailedPaper(1, AT)}, AT)
    assert ledger.give_up(number, "It was in vain.", AT) == "failed"
    assert ledger.spans("day") == ()
    assert ledger.mailed("day", day_of(date(2026, 5, 1))) == {}
    assert ledger.first_tried("day") == date(2026, 4, 30)
    assert ledger.log(1)[0].outcomes[ADA.address].why == "It was in vain."


def test_papers_of_earlier_mails(ledger: Ledger) -> None:
    mailed(ledger, day_of(date(2026, 4, 27)), "a")
    mailed(ledger, day_of(date(2026, 4, 29)), "b", named=True)
    mailed(ledger, THURSDAY, "c")
    mailed(ledger, THURSDAY, "d", series="week")
    assert set(ledger.mailed("day", THURSDAY)) == {"a", "b"}
    assert set(ledger.mailed("day", day_of(date(2026, 4, 28)))) == {"a"}
    assert set(ledger.mailed("day", days_between(date(2026, 4, 28), date(2026, 4, 30)))) == {"a", "b", "c"}
    assert set(ledger.mailed("day", days_between(date(2026, 4, 27), date(2026, 5, 30)))) == {"a", "b", "c"}
    assert ledger.mailed("week", day_of(date(2026, 5, 1)))["d"] == MailedPaper(5, AT)


def test_a_series_does_not_continue_from_a_named_day(ledger: Ledger) -> None:
    mailed(ledger, THURSDAY, named=True)
    assert ledger.covered("day") is ledger.first_tried("day") is None
    assert ledger.spans("day") == ((THURSDAY.first, THURSDAY.last),)
    ledger.note_empty("day", day_of(date(2026, 4, 26)), AT)
    assert ledger.covered("day") == date(2026, 4, 26)
    sent = ledger.last_sent("day")
    assert sent is not None
    assert sent.period == THURSDAY


def test_a_failure_is_reported_until_a_mail_of_its_series_succeeds(ledger: Ledger) -> None:
    ledger.note_failure(Failure(AT, "day", "", "The network is down."))
    ledger.note_failure(Failure(AT, "week", "week:2026-W17", "The server is down.", date(2026, 4, 20)))
    assert [failure.sentence for failure in ledger.failures(9)] == ["The server is down.", "The network is down."]
    mailed(ledger, THURSDAY)  # at the same moment, as far as a clock can tell
    last = ledger.last_failure()
    assert last is not None
    assert (last.series, last.first) == ("week", date(2026, 4, 20))
    mailed(ledger, THURSDAY, series="week")
    assert ledger.last_failure() is None
    ledger.note_failure(Failure(AT, "day", "", "Again."))
    assert ledger.last_failure() is not None


def test_the_ledger_is_one_private_file(ledger: Ledger, tmp_path: Path) -> None:
    mailed(ledger, THURSDAY)
    home = tmp_path / "home"
    assert [path.name for path in home.iterdir()] == ["mailed.db"]
    assert stat.S_IMODE((home / "mailed.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    home.rename(tmp_path / "copied")
    assert Ledger(tmp_path / "copied" / "mailed.db").covered("day") == date(2026, 4, 30)


def test_an_unreadable_ledger_is_not_changed(ledger: Ledger, tmp_path: Path) -> None:
    mailed(ledger, THURSDAY)
    file = tmp_path / "home" / "mailed.db"
    with sqlite3.connect(file) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(StoreError, match="newer papertui"):
        ledger.log(1)
    file.write_bytes(b"no database at all" * 100)
    before = file.read_bytes()
    with pytest.raises(StoreError, match="is damaged, so nothing was sent"):
        mailed(ledger, THURSDAY)
    assert file.read_bytes() == before


def test_an_empty_file_becomes_a_ledger(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "mailed.db").touch()
    assert ledger.log(1) == ()
    mailed(ledger, THURSDAY)
    assert len(ledger.log(1)) == 1


def test_a_locked_ledger_is_reported_after_waiting(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "mailed.db", busy=0.1)
    mailed(ledger, THURSDAY)
    other = sqlite3.connect(tmp_path / "mailed.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program keeps writing"):
        mailed(ledger, THURSDAY)
    other.close()


def test_only_one_process_holds_the_lock(ledger: Ledger) -> None:
    first, second = ledger.lock(), ledger.lock()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
