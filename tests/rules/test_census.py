"""UMKM Binaan by klaster, what moved between them, and certificates of a period (Pasal 7, 8, 13)."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.census import Census, Issued, census
from afk_core.rules.klaster import Klaster

FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)
POTENSI, SIAP, TELAH = Klaster


def test_a_semester_of_certificates() -> None:
    found = census(
        [
            Issued(1, POTENSI, date(2026, 3, 1)),
            Issued(2, SIAP, FIRST, replaces=1),
            Issued(3, SIAP, LAST),
            Issued(4, TELAH, date(2026, 8, 1), revoked_on=date(2026, 9, 1)),
            Issued(5, TELAH, date(2026, 1, 1), revoked_on=date(2027, 1, 1)),
            Issued(6, TELAH, date(2027, 1, 1), replaces=3),
            Issued(7, SIAP, date(2026, 9, 9), replaces=2),
        ],
        FIRST,
        LAST,
    )
    assert (found.standing, found.total) == ({SIAP: 2, TELAH: 1}, 3)
    assert (found.issued, found.changed, found.revoked) == (2, 2, 1)
    assert found.moves == {(POTENSI, SIAP): 1}
    assert (found + Census({SIAP: 1}, moves={(SIAP, TELAH): 2})).moves[SIAP, TELAH] == 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Klaster),
            st.dates(date(2026, 1, 1), date(2027, 6, 30)),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_nobody_is_counted_twice_or_lost(chain: list[tuple[Klaster, date, bool]]) -> None:
    """Of one business, whose certificates replace one another in order, at most one counts."""
    days = sorted(day for _klaster, day, _same in chain)
    line = [
        Issued(n, klaster, day, replaces=n - 1 if n > 1 else None)
        for n, ((klaster, _day, _same), day) in enumerate(zip(chain, days, strict=True), start=1)
    ]
    found = census(line, FIRST, LAST)
    assert found.total == (1 if line and line[0].issued_on <= LAST else 0)
    assert found.issued + found.changed == sum(FIRST <= day <= LAST for day in days)
    assert sum(found.moves.values()) <= found.changed
