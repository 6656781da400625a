"""Whole turns on Telegram beside a bare aiogram bot that repeats what it hears, on the tests' Bot API server.

    python -m benchmarks.telegram               SQLite and PostgreSQL; about a minute and a half

In each round every side gets the same number of messages at once, three of each chat, and is timed until it
has sent as many replies. Ours runs as always, with KLINIK_TELEGRAM_PER_SECOND at its highest, because the
default of 30 a second is Telegram's limit and not ours; the limit for one chat stays as it is. Prints a table
for docs/benchmarks.md.
"""

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import cpu_seconds, free_port, peer, syncing_postgres
from benchmarks.turns import answered_questions
from tests.botapi.server import TOKEN, BotApiServer
from tests.postgres import PostgresServer
from tests.program import Program

_A_CHAT = 3
"""So many messages come from each chat in a round."""
_PATIENCE_SECONDS = 120.0
_ROUND_PAUSE_SECONDS = 1.0


@dataclass
class Side:
    """One bot and the server that it talks to."""

    name: str
    pid: int
    server: BotApiServer
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def sent(self) -> int:
        """How many messages the bot has sent."""
        return sum(call.method.lower() == "sendmessage" for call in self.server.state.calls)


async def one_round(
    side: Side, questions: list[str], messages: int, chats: Callable[[], int]
) -> tuple[float, float]:
    """Turns a second, and milliseconds of the bot's processor time for each."""
    # Each chat is a new one in each round, so that the limit for one chat holds nobody.
    numbers = [chats() for _ in range(max(1, messages // _A_CHAT))]
    before, cpu, began = side.sent(), cpu_seconds(side.pid), time.perf_counter()
    for n in range(messages):
        side.server.user_says(numbers[n % len(numbers)], random.choice(questions))
    while side.sent() < before + messages:
        if time.perf_counter() - began > _PATIENCE_SECONDS:
            raise TimeoutError(f"{side.name}: {side.sent() - before} of {messages} replies")
        await asyncio.sleep(0.02)
    taken = time.perf_counter() - began
    return messages / taken, (cpu_seconds(side.pid) - cpu) / messages * 1000


async def run(rounds: int, messages: int) -> None:
    """Measure and print."""
    questions = answered_questions()
    chats = itertools.count(1000)
    with syncing_postgres() as postgres:
        async with AsyncExitStack() as stack:
            sides = [await _ours(stack, system, postgres) for system in ("SQLite", "PostgreSQL")]
            server = stack.enter_context(BotApiServer())
            pid = await stack.enter_async_context(peer("echo", TOKEN, server.url))
            sides.append(Side("aiogram echo", pid, server))
            for number in range(-1, rounds):
                for side in sides:
                    rate, cpu = await one_round(side, questions, messages, lambda: next(chats))
                    # The first round warms up.
                    if number >= 0:
                        side.rates.append(rate)
                        side.cpu.append(cpu)
                    await asyncio.sleep(_ROUND_PAUSE_SECONDS)
    echo = sides[-1]
    print("| | turns a second | ours : echo | CPU ms each |")
    print("| --- | ---: | ---: | ---: |")
    for side in sides:
        ratio = statistics.median(a / b for a, b in zip(side.rates, echo.rates, strict=True))
        against = "" if side is echo else f"{ratio:.2f}"
        print(
            f"| {side.name} | {statistics.median(side.rates):,.0f} | {against} "
            f"| {statistics.median(side.cpu):.2f} |"
        )


async def _ours(stack: AsyncExitStack, system: str, postgres: PostgresServer) -> Side:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="klinik-telegram-")))
    server = stack.enter_context(BotApiServer())
    address = ""
    if system == "PostgreSQL":
        await postgres.execute("DROP DATABASE IF EXISTS klinik_telegram")
        await postgres.execute("CREATE DATABASE klinik_telegram")
        address = postgres.url("klinik_telegram")
    program = Program(
        folder,
        PORT=str(free_port()),
        KLINIK_DATABASE_URL=address,
        KLINIK_TELEGRAM_TOKEN=TOKEN,
        KLINIK_TELEGRAM_API=server.url,
        KLINIK_TELEGRAM_PER_SECOND="1000",
    )
    await program.start()
    stack.push_async_callback(program.stop)
    return Side(f"ours, {system}", program.pid, server)


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--messages", type=int, default=900)
    given = parser.parse_args()
    asyncio.run(run(given.rounds, given.messages))


if __name__ == "__main__":
    main()
