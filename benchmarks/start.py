"""From the command until the service is ready, and the memory that it has then, with the default data.

    python -m benchmarks.start [--telegram]     about a minute

The first start of each round makes the database and fills it; the second finds it. The very first start of a
checkout also compiles the program's files, which is not counted here. With `--telegram` a bot of the tests'
Bot API server is served, too. Prints a table for docs/benchmarks.md.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.processes import cpu_seconds, free_port, resident_bytes
from tests.botapi.server import BotApiServer
from tests.program import Program


async def start_once(folder: Path, settings: dict[str, str]) -> tuple[float, float, float]:
    """Seconds until ready, processor seconds, and resident megabytes."""
    program = Program(folder, clock=None, PORT=str(free_port()), **settings)
    began = time.perf_counter()
    await program.start()
    taken = time.perf_counter() - began
    cpu, memory = cpu_seconds(program.pid), resident_bytes(program.pid) / 1e6
    await program.stop()
    return taken, cpu, memory


async def run(rounds: int, settings: dict[str, str]) -> None:
    """Measure and print."""
    found: dict[str, list[tuple[float, float, float]]] = {"new database": [], "known database": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="klinik-start-") as name:
            for kind in found:
                found[kind].append(await start_once(Path(name), settings))
    print("| start on SQLite | s until ready (fastest) | CPU s | MB resident |")
    print("| --- | ---: | ---: | ---: |")
    for kind, rows in found.items():
        seconds, cpu, memory = (statistics.median(column) for column in zip(*rows, strict=True))
        fastest = min(row[0] for row in rows)
        print(f"| {kind} | {seconds:.2f} ({fastest:.2f}) | {cpu:.2f} | {memory:.0f} |")


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--telegram", action="store_true")
    asked = parser.parse_args()
    if not asked.telegram:
        asyncio.run(run(asked.rounds, {}))
        return
    with BotApiServer() as server:
        bot = {"KLINIK_TELEGRAM_TOKEN": server.token, "KLINIK_TELEGRAM_API": server.url}
        asyncio.run(run(asked.rounds, bot))


if __name__ == "__main__":
    main()
