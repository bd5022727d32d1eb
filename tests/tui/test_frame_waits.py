"""What the last frame waits for goes on when the wait ends early."""

import asyncio

from textual.app import App

from papertui.tui.controllers.frame_controller import _finished


async def test_a_key_over_the_last_frame_does_not_cancel_what_is_loading() -> None:
    async with App[None]().run_test() as pilot:
        loaded = asyncio.Event()
        worker = pilot.app.run_worker(loaded.wait())
        await pilot.pause()
        waiting = asyncio.create_task(_finished([worker]))
        await pilot.pause()
        waiting.cancel()
        await pilot.pause()
        loaded.set()
        assert await worker.wait() is True
