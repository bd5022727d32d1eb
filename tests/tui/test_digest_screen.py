from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kit.digest_mail import ADA, BOB
from kit.post_office import Box, free_port, post_office
from kit.schedulers import Machine
from papertui.core.feed import Feed, FeedName, parse_feed_name
from papertui.core.follow import Follow
from papertui.core.mailing.record import Failure
from papertui.core.mailing.server import Server
from papertui.mail.schedule.cron import Cron
from papertui.settings import DigestSettings, MailSettings, Settings
from papertui.store.ledger import Ledger
from papertui.tui.digest.screen import DigestScreen
from tui.conftest import NOW, House
from tui.screen import browse, lines, region_of, rest, shown


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    with post_office() as served:
        yield served


def settings(port: int, **digest: object) -> Settings:
    mail = MailSettings(ADA, (BOB, ADA), Server("127.0.0.1", port))
    return Settings(refresh=False, mail=mail, digest=DigestSettings(**digest))  # type: ignore[arg-type]


def cron_of(machine: Machine) -> str:
    return machine.crontab or ""


def feeds(screen: DigestScreen) -> tuple[str, ...]:
    return screen.letterbox.chosen.feeds


def is_changed(screen: DigestScreen) -> bool:
    return screen.letterbox.is_changed


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        for _ in range(2):
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()


async def opened(pilot: Pilot[None], *keys: str) -> DigestScreen:
    await rest(pilot)
    await press(pilot, "D", *keys)
    screen = pilot.app.screen
    assert isinstance(screen, DigestScreen)
    return screen


def ledger(house: House) -> Ledger:
    return Ledger(house.home / "mailed.db")


async def test_the_preview_is_the_digest_below_the_head_of_its_mail(stored: House, box: tuple[Box, int]) -> None:
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        text = shown(pilot.app)
        assert "Subject Papers of Thu 30 Apr: On $n$ Bodies and 4 more" in text, text
        assert "From    ada@example.org" in text
        assert "To      bob@example.org, ada@example.org" in text
        assert f"127.0.0.1:{box[1]}" in text
        assert "Papers of Thursday 30 April 2026" in text
        assert "50 votes" in text
        assert "not mailed yet" in lines(pilot.app)[0]
        await press(pilot, "G")
        assert "Composed by papertui on 30 April 2026" in shown(pilot.app)
        await press(pilot, "2")
        assert "PDF: https://arxiv.org/pdf/2604.00005" in shown(pilot.app)
    assert box[0].mails == []


async def test_what_is_not_set_is_told_line_by_line(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        text = shown(pilot.app)
        assert "settings.toml" in "".join(text.split())  # wherever a long path is broken
        assert "[mail]" in text
        assert 'from = "papertui <you@example.org>"' in text
        assert 'url = "smtp://you@mail.example.org:587"' in text
        await press(pilot, "s")
        assert "is not set: from, to, url" in " ".join(shown(pilot.app).split())
        await press(pilot, "escape")
        assert browse(pilot.app) is pilot.app.screen


async def test_a_mail_goes_out_when_that_was_confirmed_and_once_more_when_that_was(
    stored: House, box: tuple[Box, int]
) -> None:
    office, port = box
    async with stored.app(settings=settings(port)).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s")
        assert "Mail the digest of Thursday 30 April 2026 to bob@example.org, ada@example.org?" in shown(pilot.app)
        await press(pilot, "escape")
        assert "Mail the digest of" not in shown(pilot.app)
        await press(pilot, "enter")
        assert office.mails == []
        await press(pilot, "s", "enter")
        assert [mail.to for mail in office.mails] == [("bob@example.org", "ada@example.org")]
        assert "was mailed to bob@example.org, ada@example.org." in shown(pilot.app)
        assert "mailed already" in lines(pilot.app)[0]
        await press(pilot, "s")
        assert "was mailed already. Enter mails it once more" in shown(pilot.app)
        await press(pilot, "escape", "3")
        assert "The digest of Thursday 30 April 2026, 5 papers: mailed to bob@example.org" in shown(pilot.app)
        await press(pilot, "s", "y")
        assert len({mail.message_id for mail in office.mails}) == 2


async def test_a_test_goes_to_oneself_and_leaves_the_ledger_as_it_is(stored: House, box: tuple[Box, int]) -> None:
    office, port = box
    async with stored.app(settings=settings(port)).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "t")
        assert [mail.to for mail in office.mails] == [("ada@example.org",)]
        assert str(office.mails[0].message["Subject"]).startswith("Test: Papers of Thu 30 Apr")
        assert "The test was mailed to ada@example.org; nothing is noted of it." in shown(pilot.app)
        assert "not mailed yet" in lines(pilot.app)[0]
    assert ledger(stored).log(5) == ()


async def test_choices_are_seen_at_once_mailed_and_kept_with_the_readers_comments(
    stored: House, box: tuple[Box, int]
) -> None:
    office, port = box
    file = stored.home / "settings.toml"
    file.write_text("# mine\n[digest]\nsend_empty = false # no\n", encoding="utf-8")
    async with stored.app(settings=settings(port, send_empty=False, top=5)).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, "minus", "minus")
        assert "3 papers." in shown(pilot.app)
        assert "3 a section" in shown(pilot.app)
        assert is_changed(screen)
        await press(pilot, "tab", "j", "j", "j", "j", "space")  # from the period to the third section
        assert feeds(screen) == ("trending", "rising")
        await press(pilot, "escape", "s", "enter")
        body = office.mails[0].message.get_body(("plain",))
        assert body is not None
        assert "3 papers." in body.get_content()
        await press(pilot, "w")
        assert not is_changed(screen)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n[digest]\nsend_empty = false # no\n")
    assert "top = 3\n" in text
    assert 'feeds = ["trending", "rising"]' in text
    assert "period" not in text


async def test_sections_are_taken_out_and_moved_but_never_all(stored: House, box: tuple[Box, int]) -> None:
    follow = Follow("cl", "Words", parse_feed_name("arxiv:cs.CL"))
    chosen = settings(box[1])._replace(follows=(follow,))
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        assert [part.title for part in screen.letterbox.parts()] == [
            "Trending", "Words", "Rising", "Bookmarked, never opened",
        ]  # fmt: skip
        await press(pilot, "tab", "j", "j", "j", "less_than_sign")
        assert feeds(screen) == ("cl", "trending", "rising", "library")
        await press(pilot, "greater_than_sign")
        assert feeds(screen) == ()  # as usual
        await press(pilot, "space")
        assert feeds(screen) == ("trending", "rising", "library")
        assert screen.letterbox.parts()[-1] == screen.letterbox.parts()[-1]._replace(key="cl", wanted=False)
    only = settings(box[1], feeds=("trending",))
    async with stored.app(settings=only).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, "tab", "j", "j", "space")
        assert feeds(screen) == ("trending",)
        assert "A digest has at least one section." in shown(pilot.app)


async def test_what_is_followed_no_more_is_left_out(stored: House, box: tuple[Box, int]) -> None:
    file = stored.home / "settings.toml"
    file.write_text('[feeds.cl]\narxiv = "cs.CL"\n[digest]\nfeeds = ["trending", "cl"]\n', encoding="utf-8")
    follow = Follow("cl", "Words", parse_feed_name("arxiv:cs.CL"))
    chosen = settings(box[1], feeds=("trending", "cl"), pin=("cl",))._replace(follows=(follow,))
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "D", "escape")
        browse(pilot.app).desk.following.unfollow("cl")
        screen = await opened(pilot)
        assert feeds(screen) == ("trending",)
        assert not is_changed(screen)
        assert "Words" not in shown(pilot.app)
        assert "Papers of Thursday 30 April 2026" in shown(pilot.app)


async def test_a_week_is_the_one_that_is_over(stored: House, box: tuple[Box, int]) -> None:
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "p")
        assert "one week" in shown(pilot.app)
        assert "Papers of week 17" in shown(pilot.app)
        await press(pilot, "4", "tab", "l")
        assert "on Mondays" in shown(pilot.app)


async def test_a_mail_that_cannot_be_sent_is_told_here_in_the_log_and_at_the_next_start(stored: House) -> None:
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
        assert "D shows what was mailed." in shown(pilot.app)
        await press(pilot, "escape")
        assert "The digest was not mailed" not in shown(pilot.app)


async def test_who_did_not_get_it_is_told_and_why(stored: House, box: tuple[Box, int]) -> None:
    box[0].refused = ("bob@example.org",)
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s", "enter")
        assert [mail.to for mail in box[0].mails] == [("ada@example.org",)]
        assert "was mailed to ada@example.org. " in shown(pilot.app)
        assert "bob@example.org" in lines(pilot.app)[-2] + lines(pilot.app)[-3]
        await press(pilot, "3")
        assert "bob@example.org: not taken." in shown(pilot.app)
        assert "no such mailbox" in shown(pilot.app)


async def test_another_papertui_was_quicker(stored: House, box: tuple[Box, int]) -> None:
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await screen.letterbox.send()
        await press(pilot, "s", "enter")
        assert len(box[0].mails) == 1
        assert "was mailed already. Enter mails it once more" in shown(pilot.app)
        await press(pilot, "enter")
        assert len(box[0].mails) == 2


async def test_the_mouse_opens_pages_turns_values_and_presses_keys(stored: House, box: tuple[Box, int]) -> None:
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        for text in ("Mails", "Preview", "one day", "Rising", "On $n$ Bodies"):
            place = region_of(pilot.app, text)
            await pilot.click(offset=(place.x + 1, place.y))
            await press(pilot)
            if text == "Mails":
                assert "Nothing was mailed yet." in shown(pilot.app)
        assert "one week" in shown(pilot.app)
        assert feeds(screen) == ("trending", "library")
        place = region_of(pilot.app, "Esc back")
        await pilot.click(offset=(place.x, place.y))
        await press(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is browse(pilot.app)


async def test_a_failed_run_is_told_after_a_feed_that_failed_as_well(house: House) -> None:
    house.archive.keep_feed(
        Feed(FeedName("trending"), house.far_end.papers, NOW - timedelta(hours=9), "huggingface")
    )  # fmt: skip
    house.far_end.failing = True
    ledger(house).note_failure(Failure(NOW, "day", "day:2026-04-30", "The server was away.", NOW.date()))
    async with house.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert "The digest was not mailed on 30 Apr: The server was away. D shows" in shown(pilot.app)
        assert "no connection" in lines(pilot.app)[0]


async def test_a_mail_on_its_way_goes_on_when_the_screen_is_closed(stored: House, box: tuple[Box, int]) -> None:
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s")
        box[0].holds = True
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert pilot.app.screen is browse(pilot.app)
        assert "goes on being sent" in shown(pilot.app)
        assert box[0].mails == []
        box[0].opened.set()
        await rest(pilot)
        assert len(box[0].mails) == 1
        assert "was mailed to bob@example.org, ada@example.org." in shown(pilot.app)


async def test_offline_nothing_is_asked_or_mailed(stored: House, box: tuple[Box, int]) -> None:
    async with stored.app(offline=True, settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "s")
        assert "started with --offline" in shown(pilot.app)
        await press(pilot, "t", "enter")
    assert (stored.far_end.asked, box[0].mails) == ([], [])


async def test_the_demonstration_has_no_digest(house: House) -> None:
    async with house.app(demo=True).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "D")
        assert pilot.app.screen is browse(pilot.app)
        assert "without --demo" in shown(pilot.app)


async def test_it_is_mailed_by_itself_as_was_shown_and_no_more(
    stored: House, box: tuple[Box, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path / "machine", "crontab")
    for name, value in machine.variables.items():
        monkeypatch.setenv(name, value)
    stored.ways.append(Cron())
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "4", "tab", "l", "l", "j", "l")
        assert "What would be installed: at 08:30 on weekdays" in shown(pilot.app)
        assert "30 8 * * 1-5" in shown(pilot.app)
        await press(pilot, "escape", "i")
        assert cron_of(machine) == ""
        await press(pilot, "enter")
        assert "30 8 * * 1-5" in cron_of(machine)
        assert "It is mailed at 08:30 on weekdays, by a line of cron" in shown(pilot.app)
        await press(pilot, "1", "x", "enter")
        assert cron_of(machine) == ""
        assert "no longer mailed by itself" in shown(pilot.app)


async def test_a_machine_that_runs_nothing_says_so(stored: House, box: tuple[Box, int]) -> None:
    async with stored.app(settings=settings(box[1])).run_test(size=(120, 40)) as pilot:
        await opened(pilot, "4")
        assert "neither a systemd user manager, launchd nor cron" in shown(pilot.app)


async def test_a_feed_that_cannot_be_asked_leaves_a_sentence(house: House, box: tuple[Box, int]) -> None:
    house.far_end.failing = True
    async with house.app(settings=settings(box[1])).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert "cannot be reached" in shown(pilot.app)
        await press(pilot, "s")
        assert "cannot be reached" in shown(pilot.app)
        house.far_end.failing = False
        await press(pilot, "R")
        assert "Papers of Thursday 30 April 2026" in shown(pilot.app)


@pytest.mark.parametrize("size", [(40, 10), (60, 18), (80, 24), (120, 40), (200, 60)])
async def test_every_size_shows_text_and_choices(stored: House, box: tuple[Box, int], size: tuple[int, int]) -> None:
    async with stored.app(settings=settings(box[1])).run_test(size=size) as pilot:
        await opened(pilot)
        assert "Subject" in shown(pilot.app)
        assert "back" in lines(pilot.app)[-1]
        await press(pilot, "tab")
        assert "Sections" in shown(pilot.app)
        assert ("Subject" in shown(pilot.app)) == (size[0] >= 120)
        await press(pilot, "escape", "question_mark")
        assert "Keys" in shown(pilot.app)
        await press(pilot, "escape", "escape")
        assert pilot.app.screen is browse(pilot.app)


async def test_signs_of_ascii(stored: House, box: tuple[Box, int]) -> None:
    chosen = settings(box[1])._replace(signs="ascii")
    async with stored.app(settings=chosen).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        # The first stands in a name, the others are the scrollbar.
        assert not [c for c in shown(pilot.app) if not c.isascii() and c not in "É▁▂▃▄▅▆▇█"]
