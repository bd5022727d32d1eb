import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kit.digest_mail import ADA, BOB
from kit.papers import plain
from kit.schedulers import Machine
from kit.smtp_server import Inbox, free_port, smtp_server
from papertui.digest.model import Failure
from papertui.digest.outbox import Ledger
from papertui.digest.schedulers import Cron
from papertui.model.feed import Feed, FeedName, Follow, parse_feed_name
from papertui.model.mailbox import Server
from papertui.settings import DigestSettings, MailSettings, Settings
from tui.conftest import NOW, House
from tui.screen import is_on_main, lines, press, region_of, rest, shown, until

pytestmark = pytest.mark.slow


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    with smtp_server() as served:
        yield served


def settings(port: int, **digest: object) -> Settings:
    mail = MailSettings(ADA, (BOB, ADA), Server("127.0.0.1", port))
    return Settings(refresh=False, mail=mail, digest=DigestSettings(**digest))  # type: ignore[arg-type]


def cron_of(machine: Machine) -> str:
    return machine.crontab or ""


def sections(pilot: Pilot[None]) -> list[str]:
    """Return the sections in the panel of options, those that are on marked with a bullet."""
    panel = [line[84:].strip(" ▁▂▃▄▅▆▇█") for line in lines(pilot.app)]
    start, end = panel.index("Sections") + 1, next(row for row, line in enumerate(panel) if "settings" in line)
    return [line for line in panel[start:end] if line]


def chosen_sections(pilot: Pilot[None]) -> list[str]:
    return [line.removeprefix("• ") for line in sections(pilot) if line.startswith("• ")]


def is_saved(pilot: Pilot[None]) -> bool:
    """Whether the panel of options says that they are the same as in the settings."""
    return "Same as in the settings" in shown(pilot.app)


async def opened(pilot: Pilot[None], *keys: str) -> None:
    await rest(pilot)
    await press(pilot, "D", *keys)
    assert "Preview" in lines(pilot.app)[0]


def ledger(house: House) -> Ledger:
    return Ledger(house.home / "mailed.db")


async def test_the_preview_shows_mail_header_and_digest(stored: House, inbox: tuple[Inbox, int]) -> None:
    async with stored.app(settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        text = shown(pilot.app)
        assert "Subject Papers of Thu 30 Apr: On $n$ Bodies and 4 more" in text, text
        assert "From    ada@example.org" in text
        assert "To      bob@example.org, ada@example.org" in text
        assert f"127.0.0.1:{inbox[1]}" in text
        assert "Papers of Thursday 30 April 2026" in text
        assert "50 votes" in text
        assert "not mailed yet" in lines(pilot.app)[0]
        await press(pilot, "G")
        assert "Composed by papertui on 30 April 2026" in shown(pilot.app)
        await press(pilot, "2")
        assert "PDF: https://arxiv.org/pdf/2604.00005" in shown(pilot.app)
    assert inbox[0].mails == []


async def test_missing_settings_are_shown_as_example_lines(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        text = shown(pilot.app)
        assert "settings.toml" in "".join(text.split())  # a long path is wrapped anywhere
        assert "[mail]" in text
        assert 'from = "papertui <you@example.org>"' in text
        assert 'url = "smtp://you@mail.example.org:587"' in text
        await press(pilot, "s")
        assert ": from, to, url (see the example above)" in " ".join(shown(pilot.app).split())
        await press(pilot, "escape")
        assert is_on_main(pilot.app)


async def test_sending_and_sending_again_need_a_confirmation(stored: House, inbox: tuple[Inbox, int]) -> None:
    harness, port = inbox
    async with stored.app(settings=settings(port)).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s")
        assert "Mail the digest of Thursday 30 April 2026 to bob@example.org, ada@example.org?" in shown(pilot.app)
        await press(pilot, "escape")
        assert "Mail the digest of" not in shown(pilot.app)
        await press(pilot, "enter")
        assert harness.mails == []
        await press(pilot, "s", "enter")
        assert [mail.to for mail in harness.mails] == [("bob@example.org", "ada@example.org")]
        assert "was mailed to bob@example.org, ada@example.org." in shown(pilot.app)
        assert "already mailed" in lines(pilot.app)[0]
        await press(pilot, "s")
        assert "has already been mailed. Mail it to" in shown(pilot.app)
        await press(pilot, "escape", "3")
        assert "The digest of Thursday 30 April 2026, 5 papers: mailed to bob@example.org" in shown(pilot.app)
        await press(pilot, "s", "y")
        assert len({mail.message_id for mail in harness.mails}) == 2


async def test_a_test_mail_is_not_recorded(stored: House, inbox: tuple[Inbox, int]) -> None:
    harness, port = inbox
    async with stored.app(settings=settings(port)).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "t")
        assert [mail.to for mail in harness.mails] == [("ada@example.org",)]
        assert str(harness.mails[0].message["Subject"]).startswith("Test: Papers of Thu 30 Apr")
        assert "The test was mailed to ada@example.org. It is not recorded." in shown(pilot.app)
        assert "not mailed yet" in lines(pilot.app)[0]
    assert ledger(stored).log(5) == ()


async def test_changed_options_are_shown_mailed_and_saved_with_comments_kept(
    stored: House, inbox: tuple[Inbox, int]
) -> None:
    harness, port = inbox
    file = stored.home / "settings.toml"
    file.write_text("# mine\n[digest]\nsend_empty = false # no\n", encoding="utf-8")
    async with stored.app(settings=settings(port, send_empty=False, top=5)).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "minus", "minus")
        assert "3 papers." in shown(pilot.app)
        assert "3 per section" in shown(pilot.app)
        assert not is_saved(pilot)
        await press(pilot, "tab", "j", "j", "j", "j", "j", "space")  # from the period to the fourth section
        assert chosen_sections(pilot) == ["For you", "Trending", "Rising"]
        await press(pilot, "escape", "s", "enter")
        body = harness.mails[0].message.get_body(("plain",))
        assert body is not None
        assert "3 papers." in body.get_content()
        await press(pilot, "w")
        assert is_saved(pilot)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n[digest]\nsend_empty = false # no\n")
    assert "top = 3\n" in text
    assert 'feeds = ["foryou", "trending", "rising"]' in text
    assert "period" not in text


async def test_sections_can_be_moved_and_removed_except_the_last(stored: House, inbox: tuple[Inbox, int]) -> None:
    follow = Follow("cl", "Words", parse_feed_name("arxiv:cs.CL"))
    chosen = settings(inbox[1])._replace(follows=(follow,))
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert chosen_sections(pilot) == ["For you", "Trending", "Words", "Rising", "Bookmarked, never opened"]
        await press(pilot, "tab", "j", "j", "j", "j", "less_than_sign")
        assert chosen_sections(pilot) == ["For you", "Words", "Trending", "Rising", "Bookmarked, never opened"]
        assert not is_saved(pilot)
        await press(pilot, "greater_than_sign")
        assert is_saved(pilot)
        await press(pilot, "space")
        assert chosen_sections(pilot) == ["For you", "Trending", "Rising", "Bookmarked, never opened"]
        assert sections(pilot)[-1] == "Words"
    only = settings(inbox[1], feeds=("trending",))
    async with stored.app(settings=only).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "tab", "j", "j", "space")
        assert chosen_sections(pilot) == ["Trending"]
        assert "A digest needs at least one section." in shown(pilot.app)


async def test_unfollowed_feeds_are_left_out(stored: House, inbox: tuple[Inbox, int]) -> None:
    file = stored.home / "settings.toml"
    file.write_text('[feeds.cl]\narxiv = "cs.CL"\n[digest]\nfeeds = ["trending", "cl"]\n', encoding="utf-8")
    follow = Follow("cl", "Words", parse_feed_name("arxiv:cs.CL"))
    chosen = settings(inbox[1], feeds=("trending", "cl"), pin=("cl",))._replace(follows=(follow,))
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "D", "escape")
        await press(pilot, "F", "tab", "d", "escape")
        assert "Words" not in lines(pilot.app)[0]
        await opened(pilot)
        assert chosen_sections(pilot) == ["Trending"]
        assert is_saved(pilot)
        assert "Words" not in shown(pilot.app)
        assert "Papers of Thursday 30 April 2026" in shown(pilot.app)


async def test_a_weekly_digest_covers_the_last_full_week(stored: House, inbox: tuple[Inbox, int]) -> None:
    async with stored.app(settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "p")
        assert "one week" in shown(pilot.app)
        assert "Papers of week 17" in shown(pilot.app)
        await press(pilot, "4", "tab", "l")
        assert "on Mondays" in shown(pilot.app)


async def test_a_failed_mail_is_shown_here_in_the_log_and_at_the_next_start(stored: House) -> None:
    chosen = settings(free_port())
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s", "enter")
        assert "no connection" in shown(pilot.app) or "127.0.0.1" in lines(pilot.app)[-2]
        assert "not mailed yet" in lines(pilot.app)[0]
        await press(pilot, "3")
        assert "The digest was not mailed on 30 Apr" in shown(pilot.app)
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert "The digest was not mailed on 30 Apr" in shown(pilot.app)
        assert "D shows the log of mails." in shown(pilot.app)
        await press(pilot, "escape")
        assert "The digest was not mailed" not in shown(pilot.app)


async def test_refused_recipients_are_shown_with_the_reason(stored: House, inbox: tuple[Inbox, int]) -> None:
    inbox[0].refused = ("bob@example.org",)
    async with stored.app(settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s", "enter")
        assert [mail.to for mail in inbox[0].mails] == [("ada@example.org",)]
        assert "was mailed to ada@example.org. " in shown(pilot.app)
        assert "bob@example.org" in lines(pilot.app)[-2] + lines(pilot.app)[-3]
        await press(pilot, "3")
        assert "bob@example.org: refused by the server." in shown(pilot.app)
        assert "no such mailbox" in shown(pilot.app)


async def test_sending_again_asks_after_another_process_sent_it(stored: House, inbox: tuple[Inbox, int]) -> None:
    chosen_settings = settings(inbox[1])
    async with stored.app(settings=chosen_settings).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await stored.services(chosen_settings).digest.send()
        await press(pilot, "s", "enter")
        assert len(inbox[0].mails) == 1
        assert "has already been mailed. Mail it to" in shown(pilot.app)
        await press(pilot, "enter")
        assert len(inbox[0].mails) == 2


async def test_the_mouse_opens_pages_changes_values_and_presses_keys(stored: House, inbox: tuple[Inbox, int]) -> None:
    async with stored.app(settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        for text in ("Mails", "Preview", "one day", "Rising", "On $n$ Bodies"):
            place = region_of(pilot.app, text)
            await pilot.click(offset=(place.x + 1, place.y))
            await press(pilot)
            if text == "Mails":
                assert "No mails yet." in shown(pilot.app)
        assert "one week" in shown(pilot.app)
        assert chosen_sections(pilot) == ["For you", "Trending", "Bookmarked, never opened"]
        place = region_of(pilot.app, "Esc back")
        await pilot.click(offset=(place.x, place.y))
        await press(pilot)
        await press(pilot, "escape")
        assert is_on_main(pilot.app)


async def test_a_failed_digest_is_shown_after_the_error_of_a_feed(house: House) -> None:
    house.archive.keep_feed(
        Feed(FeedName("trending"), house.stand_in.papers, NOW - timedelta(hours=9), "huggingface")
    )  # fmt: skip
    house.stand_in.failing = True
    ledger(house).note_failure(Failure(NOW, "day", "day:2026-04-30", "The server was away.", NOW.date()))
    async with house.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert "The digest was not mailed on 30 Apr: The server was away. D shows" in shown(pilot.app)
        assert "no connection" in lines(pilot.app)[0]


async def test_sending_continues_when_the_screen_is_closed(stored: House, inbox: tuple[Inbox, int]) -> None:
    async with stored.app(settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s")
        inbox[0].holds = True
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert is_on_main(pilot.app)
        assert "is still being sent" in shown(pilot.app)
        assert inbox[0].mails == []
        inbox[0].opened.set()
        await rest(pilot)
        assert len(inbox[0].mails) == 1
        assert "was mailed to bob@example.org, ada@example.org." in shown(pilot.app)


async def test_offline_makes_no_request_and_sends_no_mail(stored: House, inbox: tuple[Inbox, int]) -> None:
    async with stored.app(offline=True, settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s")
        assert "runs with --offline" in shown(pilot.app)
        await press(pilot, "t", "enter")
    assert (stored.stand_in.asked, inbox[0].mails) == ([], [])


async def test_demo_has_no_digest(house: House) -> None:
    async with house.app(demo=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "D")
        assert is_on_main(pilot.app)
        assert "without --demo" in shown(pilot.app)


async def test_the_shown_schedule_is_installed_and_removed(
    stored: House, inbox: tuple[Inbox, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path / "machine", "crontab")
    for name, value in machine.variables.items():
        monkeypatch.setenv(name, value)
    stored.ways.append(Cron())
    async with stored.app(settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "4", "tab", "l", "l", "j", "l")
        assert "To install: at 08:30 on weekdays" in shown(pilot.app)
        assert "30 8 * * 1-5" in shown(pilot.app)
        await press(pilot, "escape", "i")
        assert cron_of(machine) == ""
        await press(pilot, "enter")
        assert "30 8 * * 1-5" in cron_of(machine)
        assert "The digest is mailed at 08:30 on weekdays, by a line of cron" in shown(pilot.app)
        await press(pilot, "1", "x", "enter")
        assert cron_of(machine) == ""
        assert "The schedule was removed" in shown(pilot.app)


async def test_a_machine_without_a_scheduler(stored: House, inbox: tuple[Inbox, int]) -> None:
    async with stored.app(settings=settings(inbox[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "4")
        assert "neither a systemd user manager, launchd nor cron" in shown(pilot.app)


async def test_an_unreachable_service_shows_an_error(house: House, inbox: tuple[Inbox, int]) -> None:
    house.stand_in.failing = True
    async with house.app(settings=settings(inbox[1])).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert "cannot be reached" in shown(pilot.app)
        await press(pilot, "s")
        assert "cannot be reached" in shown(pilot.app)
        house.stand_in.failing = False
        await press(pilot, "R")
        assert "Papers of Thursday 30 April 2026" in shown(pilot.app)


@pytest.mark.parametrize("size", [(40, 10), (60, 18), (80, 24), (120, 40), (200, 60)])
async def test_every_size_shows_text_and_options(
    stored: House, inbox: tuple[Inbox, int], size: tuple[int, int]
) -> None:
    async with stored.app(settings=settings(inbox[1])).run_test(size=size) as pilot:
        await opened(pilot)
        assert "Subject" in shown(pilot.app)
        assert "back" in lines(pilot.app)[-1]
        await press(pilot, "tab")
        assert "Sections" in shown(pilot.app)
        assert ("Subject" in shown(pilot.app)) == (size[0] >= 120)
        await press(pilot, "escape", "question_mark")
        assert "Keys" in shown(pilot.app)
        await press(pilot, "escape", "escape")
        assert is_on_main(pilot.app)


async def test_ascii_signs(stored: House, inbox: tuple[Inbox, int]) -> None:
    chosen = settings(inbox[1])._replace(signs="ascii")
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        # É is part of a name, the others are the scrollbar.
        assert not [c for c in shown(pilot.app) if not c.isascii() and c not in "É▁▂▃▄▅▆▇█"]


async def test_the_stored_digest_is_shown_before_the_network_answers(stored: House) -> None:
    newer = plain(9)._replace(title="Newer Than All", upvotes=900, abstract="New.")
    for name in (FeedName("daily", "2026-04-30"), FeedName("trending")):
        stored.archive.keep_feed(Feed(name, stored.stand_in.papers, NOW - timedelta(hours=5), "huggingface"))
    stored.stand_in.goes_on = asyncio.Event()
    stored.stand_in.papers = (newer, *stored.stand_in.papers)
    async with stored.app().run_test(size=(80, 18)) as pilot:
        await pilot.pause()
        await pilot.press("D")
        await until(pilot, lambda: "looking for newer papers" in lines(pilot.app)[0])
        await until(pilot, lambda: "Subject Papers of Thu 30 Apr" in shown(pilot.app))
        assert not stored.stand_in.goes_on.is_set()
        assert "Newer Than All" not in shown(pilot.app)
        # The reader goes to a paper in the middle; it stays in its row when another one comes before it.
        await until_at(pilot, "A Survey of Agents")
        row = region_of(pilot.app, "A Survey of Agents").y
        stored.stand_in.goes_on.set()
        await until(pilot, lambda: "looking" not in lines(pilot.app)[0])
        await rest(pilot)
        assert region_of(pilot.app, "A Survey of Agents").y == row
        await press(pilot, "g")
        await until_at(pilot, "Newer Than All")


async def test_stored_sections_without_papers_wait_for_the_network(stored: House) -> None:
    stored.stand_in.goes_on = asyncio.Event()
    kept = plain(8)._replace(title="Of a Stored Feed")
    stored.archive.keep_feed(Feed(FeedName("keyword", "agents"), (kept,), NOW - timedelta(hours=5), "huggingface"))
    chosen = Settings(refresh=False, digest=DigestSettings(feeds=("trending", "keyword:agents")))
    async with stored.app(settings=chosen).run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        await pilot.press("D")
        await until(pilot, lambda: "Of a Stored Feed" in shown(pilot.app))
        assert "is offline" not in shown(pilot.app)
        stored.stand_in.goes_on.set()
        await until(pilot, lambda: "Trending on Thu 30 Apr" in shown(pilot.app))


async def until_at(pilot: Pilot[None], title: str) -> None:
    """Scroll down until `title` is among the first lines of the page."""
    for _ in range(200):
        if any(title in line for line in lines(pilot.app)[1:6]):
            return
        await pilot.press("j")
        await pilot.pause()
    raise AssertionError(shown(pilot.app))
