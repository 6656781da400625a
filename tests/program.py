"""The real program as a process of its own, to be started and killed."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

CHECKOUT = str(Path(__file__).parents[1])
"""Put first on the program's path: the tests of a checkout run the program of that checkout."""
_START_SECONDS = 120.0
_END_SECONDS = 30.0


class Program:
    """`klinik serve` with its settings in the environment; started again on the same port.

    With `clock`, a file of `tests/moved.py`, its clock can be moved.
    """

    def __init__(self, folder: Path, *, clock: Path | None = None, **environment: str) -> None:
        self._folder = folder
        self._clock = clock
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": CHECKOUT,
            "KLINIK_DATA_DIR": str(folder),
            "KLINIK_MESSAGES_PER_MINUTE": "1000",
            "KLINIK_LOG_LEVEL": "WARNING",
            "KLINIK_UNDO_SECONDS": "0",
            **environment,
        }
        self._process: asyncio.subprocess.Process | None = None
        self.log = folder / f"serve-{environment.get('PORT', '')}.log"

    @property
    def base(self) -> str:
        """The address of the web chat."""
        return f"http://127.0.0.1:{self._environment['PORT']}"

    @property
    def pid(self) -> int:
        """The running process's id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until it is ready."""
        await self.launch()
        await self.wait_ready()

    async def launch(self) -> None:
        """Start without waiting."""
        klinik = [str(Path(sys.executable).with_name("klinik"))]
        moved = [sys.executable, "-m", "tests.moved", str(self._clock)]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(klinik if self._clock is None else moved),
                "serve",
                env=self._environment,
                stdout=log,
                stderr=log,
                # Its share of a busy machine is its own, as that of a service is.
                start_new_session=True,
            )

    async def wait_ready(self) -> None:
        """Wait until `/readyz` says yes."""
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        async with httpx.AsyncClient(base_url=self.base, timeout=2, verify=False) as http:
            while True:
                try:
                    if (await http.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                if self._process is not None and self._process.returncode is not None:
                    raise AssertionError(f"it ended by itself:\n{self.log.read_text()[-3000:]}")
                if asyncio.get_running_loop().time() > deadline:
                    raise AssertionError(f"not ready:\n{self.log.read_text()[-3000:]}")
                await asyncio.sleep(0.05)

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    @property
    def cpu_seconds(self) -> float:
        """What the processor did for it so far; 0 when it is not there."""
        if self._process is None:
            return 0.0
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def ended(self) -> int:
        """Wait until it ends by itself or by a signal; its exit code."""
        process = self._process
        return 0 if process is None else await process.wait()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal without waiting for what it does."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end; its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(number)
        try:
            return await asyncio.wait_for(process.wait(), _END_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"it did not end:\n{self.log.read_text()[-3000:]}") from None
