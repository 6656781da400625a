"""The end of background work: what is in hand may finish, and nothing keeps the process past its time."""

import asyncio
from contextlib import suppress

from afk_core.infra.tasks import Nursery


async def test_what_is_in_hand_finishes_before_the_nursery_is_closed() -> None:
    nursery, done = Nursery(), []

    async def work() -> None:
        await nursery.stopping.wait()
        await asyncio.sleep(0.05)
        done.append(True)

    nursery.run_once("work", work)
    await nursery.stop(5)
    assert done


async def test_what_is_left_behind_by_what_ends_finishes_too() -> None:
    nursery, done = Nursery(), []

    async def later() -> None:
        await asyncio.sleep(0.05)
        done.append(True)

    async def work() -> None:
        await nursery.stopping.wait()
        nursery.run_once("later", later)

    nursery.run_once("work", work)
    await nursery.stop(5)
    assert done


async def test_the_time_runs_from_the_first_asking_and_nothing_outlasts_it() -> None:
    nursery, cancelled = Nursery(), []

    async def deaf() -> None:
        for _ in range(100):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)

    async def endless() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    nursery.run_once("deaf", deaf)
    nursery.run_once("endless", endless)
    await asyncio.sleep(0)
    nursery.ask_to_stop()
    await asyncio.sleep(0.3)
    asked = asyncio.get_running_loop().time()
    await nursery.stop(0.1)
    assert asyncio.get_running_loop().time() - asked < 2
    assert cancelled
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        for _ in range(101):
            task.cancel()
            await asyncio.sleep(0)
