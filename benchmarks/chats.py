"""Thousands of open web chats on one process: what one costs, and when an officer's reply arrives on them.

    python -m benchmarks.chats                  5,000 chats on SQLite; about three minutes
    python -m benchmarks.chats --chats 1000

The memory of the serving process before and after the chats are opened, beside that of a bare Starlette
response that only pings, each by itself. Every chat holds one stream and nothing else, as a page does that
was left open. Then officers' replies are given to chats by chance, each in a transaction as the console's,
from the process itself, and the milliseconds until the browser has it are taken. Prints a table for
docs/benchmarks.md.
"""

import argparse
import asyncio
import gc
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Stream, connect
from benchmarks.processes import cpu_seconds, free_port, peer, resident_bytes, until_listening
from tests.program import CHECKOUT

Asked = tuple[str, str]
"""Path and headers of the request for a stream."""
Heard = asyncio.Queue[bytes]
"""The events of one stream."""

_AT_ONCE = 50
_SETTLE_SECONDS = 3.0
_IDLE_SECONDS = 10.0
_DESCRIPTORS_BESIDES = 200


@dataclass(frozen=True)
class Found:
    """What was measured of one side."""

    name: str
    before: int
    bytes_each: float
    cpu_percent: float


def raise_descriptors(wanted: int) -> None:
    """Allow this process, and those that it starts, so many open connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
    except (ValueError, OSError):
        sys.exit(f"{wanted} open files are needed, {hard} are allowed: ulimit -n {wanted}")


async def open_streams(
    port: int, requests: list[tuple[str, str]], heard: list[asyncio.Queue[bytes]]
) -> list[Stream]:
    """Open all of them, some at a time."""
    streams: list[Stream] = []

    async def one(number: int) -> Stream:
        path, headers = requests[number]
        stream = Stream(path, headers, heard[number].put_nowait)
        await asyncio.get_running_loop().create_connection(lambda: stream, "127.0.0.1", port)
        if await stream.opened != 200:
            raise RuntimeError("no stream")
        return stream

    for start in range(0, len(requests), _AT_ONCE):
        some = range(start, min(start + _AT_ONCE, len(requests)))
        streams += await asyncio.gather(*(one(number) for number in some))
    return streams


async def weigh(
    name: str, pid: int, port: int, requests: list[Asked]
) -> tuple[Found, list[Stream], list[Heard]]:
    """Open the streams; what they cost."""
    heard: list[Heard] = [asyncio.Queue() for _ in requests]
    # What the first requests load for good is no cost of a chat.
    for stream in await open_streams(port, requests[:20], heard):
        stream.close()
    await asyncio.sleep(_SETTLE_SECONDS)
    before = resident_bytes(pid)
    streams = await open_streams(port, requests, heard)
    await asyncio.sleep(_SETTLE_SECONDS)
    each = (resident_bytes(pid) - before) / len(requests)
    cpu = cpu_seconds(pid)
    await asyncio.sleep(_IDLE_SECONDS)
    busy = (cpu_seconds(pid) - cpu) / _IDLE_SECONDS * 100
    return Found(name, before, each, busy), streams, heard


async def keys(port: int, count: int) -> list[str]:
    """Keys of so many browsers."""
    posting = await connect(port)
    found = []
    for number in range(count):
        origin = f"X-Forwarded-For: {_network(number)}\r\n"
        status, body = await posting.request("/api/chat/sessions", origin, b"")
        if status != 201:
            raise RuntimeError(f"no key: {status}")
        found.append(json.loads(body)["key"])
    posting.close()
    return found


def _network(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@asynccontextmanager
async def ours(folder: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """The service, as `klinik serve` runs it, with a hand inside that gives officers' replies."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.replying",
        cwd=CHECKOUT,
        env={
            "PYTHONPATH": CHECKOUT,
            "KLINIK_DATA_DIR": str(folder),
            "KLINIK_MESSAGES_PER_MINUTE": "1000",
            "KLINIK_LOG_LEVEL": "WARNING",
            "PORT": str(port),
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await until_listening(port)
        yield process
    finally:
        process.terminate()
        await process.wait()


async def replies(
    process: asyncio.subprocess.Process, names: list[str], heard: list[asyncio.Queue[bytes]], count: int
) -> list[float]:
    """Milliseconds from the order to reply until the browser has the reply, for chats by chance."""
    assert process.stdin is not None
    for queue in heard:
        while not queue.empty():
            queue.get_nowait()
    taken = []
    for _ in range(count):
        number = random.randrange(len(names))
        began = time.perf_counter()
        process.stdin.write(f"{names[number]}\n".encode())
        while b'"author":"officer"' not in await asyncio.wait_for(heard[number].get(), 10):
            pass
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def run(chats: int, count: int) -> None:
    """Measure and print."""
    port = free_port()
    async with peer("stream", str(port)) as pid:
        await until_listening(port)
        bare, streams, _heard = await weigh("bare Starlette", pid, port, [("/stream", "")] * chats)
        for stream in streams:
            stream.close()
    del streams, _heard
    gc.collect()
    with tempfile.TemporaryDirectory(prefix="klinik-chats-") as name:
        port = free_port()
        async with ours(Path(name), port) as process:
            names = await keys(port, chats)
            requests = [
                (
                    "/api/chat/stream?after=0",
                    f"Authorization: Bearer {key}\r\nX-Forwarded-For: {_network(number)}\r\n",
                )
                for number, key in enumerate(names)
            ]
            found, streams, heard = await weigh("ours", process.pid, port, requests)
            taken = await replies(process, names, heard, count)
            for stream in streams:
                stream.close()
    cut = statistics.quantiles(taken, n=100)
    print(f"| {chats:,} open chats | MB before | kB a chat | ours : bare | CPU % while idle |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for one in (found, bare):
        ratio = f"{found.bytes_each / bare.bytes_each:.2f}" if one is found else ""
        print(
            f"| {one.name} | {one.before / 1e6:.0f} | {one.bytes_each / 1e3:.1f} | {ratio} "
            f"| {one.cpu_percent:.1f} |"
        )
    print(
        f"\nAn officer's reply on one of them, {count} times: median {cut[49]:.0f} ms, p99 {cut[98]:.0f} ms."
    )


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--chats", type=int, default=5_000)
    parser.add_argument("--replies", type=int, default=500)
    given = parser.parse_args()
    raise_descriptors(given.chats + _DESCRIPTORS_BESIDES)
    asyncio.run(run(given.chats, given.replies))


if __name__ == "__main__":
    main()
