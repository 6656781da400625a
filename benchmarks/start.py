"""From the command until the service is ready, and the memory that it has then, with the default data.

    python -m benchmarks.start                  about a minute

The first start of each round makes the database and fills it; the second finds it. The very first start of a
checkout also compiles the program's files, which is not counted here. Prints a table for docs/benchmarks.md.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.processes import cpu_seconds, free_port, resident_bytes
from tests.program import Program


async def start_once(folder: Path) -> tuple[float, float, float]:
    """Seconds until ready, processor seconds, and resident megabytes."""
    program = Program(folder, PORT=str(free_port()))
    began = time.perf_counter()
    await program.start()
    taken = time.perf_counter() - began
    cpu, memory = cpu_seconds(program.pid), resident_bytes(program.pid) / 1e6
    await program.stop()
    return taken, cpu, memory


async def run(rounds: int) -> None:
    """Measure and print."""
    found: dict[str, list[tuple[float, float, float]]] = {"new database": [], "known database": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="klinik-start-") as name:
            for kind in found:
                found[kind].append(await start_once(Path(name)))
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
    asyncio.run(run(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
