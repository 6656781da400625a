"""The nightly check: every verdict computed again from the events with the one comparator."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from tickets import limit_store
from tickets.deadlines import Ending, ending_of, endings_of_limits, verdict_at
from tickets.limit_store import VerdictFacts
from tickets.limits import Checked, Difference
from tickets.models import LimitRow
from tickets.ticket import Verdict

BATCH = 200


async def check_verdicts(
    session: AsyncSession, *, due_from: datetime, due_to: datetime, after: int = 0
) -> Checked:
    """Compute the verdicts of the next requests that had a limit due in [due_from, due_to), and compare.

    Nothing is changed: a difference is for people to look at. `due_to` lies a little before now, so that
    what is just being judged is no difference. `Checked.next_after` is where to go on, None at the end.
    """
    facts = await limit_store.verdict_facts(
        session, due_from=due_from, due_to=due_to, after_request=after, limit=BATCH
    )
    differences = [
        difference for each in facts for difference in _differences(each, due_from=due_from, due_to=due_to)
    ]
    limits = sum(1 for each in facts for row in each.rows if due_from <= row.due < due_to)
    last = facts[-1].rows[0].request_id if len(facts) == BATCH else None
    return Checked(limits, tuple(differences), last)


def _differences(facts: VerdictFacts, *, due_from: datetime, due_to: datetime) -> Iterator[Difference]:
    ending = ending_of(facts.answers, facts.opened_n, facts.ended)
    ends = endings_of_limits(ending, [_step(row, facts) for row in facts.rows])
    for row, end in zip(facts.rows, ends, strict=True):
        computed = verdict_at(due_to, row.due, end)
        stored = None if row.verdict is None else Verdict(row.verdict)
        if due_from <= row.due < due_to and stored is not computed:
            yield Difference(row.id, facts.ticket_id, facts.office_id, stored, computed)


def _step(row: LimitRow, facts: VerdictFacts) -> Ending | None:
    if row.superseded_at is None:
        return None
    return Ending(row.closed_by or facts.opened_n, row.superseded_at, answered=False)
