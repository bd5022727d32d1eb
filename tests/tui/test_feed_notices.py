"""Notices about the open feed."""

import pytest

from papertui.sources.source import malformed_notice
from tui.conftest import House
from tui.screen import last_notice, press, rest

pytestmark = pytest.mark.slow


async def test_a_malformed_response_is_reported_until_a_whole_one_comes(house: House) -> None:
    sentence = malformed_notice("A Journal", 3)
    house.stand_in.notices = (sentence,)
    async with house.app().run_test(size=(160, 30)) as pilot:
        await rest(pilot)
        assert last_notice(pilot.app) == sentence, "fetched"
    async with house.app().run_test(size=(160, 30)) as pilot:
        await rest(pilot)
        assert last_notice(pilot.app) == sentence, "still stored"
        house.stand_in.notices = ()
        await press(pilot, "R")
    async with house.app().run_test(size=(160, 30)) as pilot:
        await rest(pilot)
        assert "malformed" not in last_notice(pilot.app)
