"""Play runs and print what was counted, as rows for docs/reliability.md."""

import argparse
import asyncio
import statistics
import sys
import time

from benchmarks.faults.acts import FAULTS, known
from benchmarks.faults.play import MIXED, SHORT, Plan, Result, play
from benchmarks.faults.servers import may_mount
from benchmarks.faults.stage import Setting

_HEAD = (
    "| database | fault | acts | messages | lost | twice | out of order "
    "| Telegram doubled: cut, killed, unmarked | limits wrong "
    "| alerts: recorded, missed, doubled | recovery, s: median, longest | s |"
)
_REST = ("set_aside", "bad_exits", "signed_out", "two_pollers")
_LINE = "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"


def main() -> None:
    """Read the wishes, play, print; exit code 1 when a goal is missed."""
    given = _arguments()
    if given.list:
        for fault in FAULTS.values():
            print(f"{fault.name:14} {(fault.act.__doc__ or 'nothing breaks').splitlines()[0]}")
        return
    names = [given.fault]
    if given.fault == "each":
        names = [fault.name for fault in known(given.database) if fault.disk_megabytes is None or may_mount()]
    print(f"{_HEAD}\n{_LINE}", flush=True)
    good = True
    for name in names:
        result = asyncio.run(_play(given, name))
        good &= result.good
        print(_row(result), flush=True)
        for line in (*result.count.examples, *result.forgotten):
            print(f"  {line}", file=sys.stderr)
    sys.exit(0 if good else 1)


async def _play(given: argparse.Namespace, name: str) -> Result:
    disk = (FAULTS[name].disk_megabytes or {}).get(given.database) if name in FAULTS else None
    setting = Setting(
        system=given.database,
        replicas=1 if given.database == "sqlite" else given.replicas,
        webhook=given.webhook,
        disk_megabytes=disk,
    )
    plan = Plan(name, given.messages, given.chats, given.rate, given.minutes * 60, given.seed)
    began = time.monotonic()
    return await play(
        setting,
        plan,
        tell=lambda line: print(f"  {time.monotonic() - began:5.0f} s  {name}: {line}", file=sys.stderr),
    )


def _row(result: Result) -> str:
    counted, setting = result.count, result.setting
    times = [seconds for _name, seconds in result.recoveries]
    where = "SQLite" if setting.system == "sqlite" else f"PostgreSQL, {setting.replicas} replicas"
    where += ", webhook" if setting.webhook else ""
    acts = ", ".join(f"{number} x {what}" for what, number in sorted(result.notes.items())) or "-"
    cells = [
        where,
        result.plan.fault,
        acts,
        f"{counted.messages:,}",
        counted.lost,
        counted.twice,
        counted.disorder,
        f"{counted.doubled_cut}, {counted.doubled_killed}, {counted.doubled_unmarked}",
        counted.limits_wrong,
        f"{counted.alerts}, {counted.alerts_missed}, {counted.alerts_doubled}",
        f"{statistics.median(times):.1f}, {max(times):.1f}",
        f"{result.took:.0f}",
    ]
    rest = {name: counted.wrong[name] for name in _REST if name in counted.wrong}
    more = f" {rest}" if rest else ""
    return "| " + " | ".join(str(cell) for cell in cells) + " |" + more


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--fault", choices=("each", MIXED, SHORT, *FAULTS), default=MIXED)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--replicas", type=int, default=2, help="on PostgreSQL")
    parser.add_argument("--rate", type=float, default=25.0, help="acts of all people in a second")
    parser.add_argument("--minutes", type=float, default=20.0, help="the longest that the crowd may take")
    parser.add_argument("--webhook", action="store_true", help="updates are posted instead of fetched")
    parser.add_argument("--seed", type=int, default=39)
    parser.add_argument("--list", action="store_true", help="name the faults")
    return parser.parse_args()


if __name__ == "__main__":
    main()
