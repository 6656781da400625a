"""UMKM Binaan counted by klaster from their certificates (PER-25/BC/2024 Pasal 7, 8, 13)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from afk_core.rules.klaster import Klaster


@dataclass(frozen=True)
class Issued:
    """PER-25/BC/2024 Pasal 7 ayat (4): one certificate with its days on the office's clock.

    `replaces` is the id of the certificate whose place it took, `revoked_on` the day on which it ended.
    """

    id: int
    klaster: Klaster
    issued_on: date
    replaces: int | None = None
    revoked_on: date | None = None


@dataclass(frozen=True)
class Census:
    """PER-25/BC/2024 Pasal 13: `standing` by klaster at the end of a period, and what changed within it.

    `issued` counts first certificates, `changed` those that replaced another; `moves` are the changes from
    one klaster to another.
    """

    standing: Mapping[Klaster, int] = field(default_factory=dict)
    issued: int = 0
    changed: int = 0
    revoked: int = 0
    moves: Mapping[tuple[Klaster, Klaster], int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All UMKM Binaan at the end."""
        return sum(self.standing.values())

    def __add__(self, other: "Census") -> "Census":
        return Census(
            Counter(self.standing) + Counter(other.standing),
            self.issued + other.issued,
            self.changed + other.changed,
            self.revoked + other.revoked,
            Counter(self.moves) + Counter(other.moves),
        )


def census(certificates: Iterable[Issued], first: date, last: date) -> Census:
    """PER-25/BC/2024 Pasal 7 ayat (4), 8 ayat (4), 13: the UMKM Binaan of a period, both days included.

    A business counts under the klaster of the certificate that holds on the last day; one that was replaced
    or revoked by then does not hold.
    """
    until = [each for each in certificates if each.issued_on <= last]
    by_id = {each.id: each for each in until}
    replaced = {each.replaces for each in until}
    holding = (
        each
        for each in until
        if each.id not in replaced and (each.revoked_on is None or each.revoked_on > last)
    )
    new = [each for each in until if each.issued_on >= first]
    changes = [each for each in new if each.replaces is not None]
    moves = Counter(
        (before.klaster, each.klaster)
        for each in changes
        if (before := by_id.get(each.replaces or 0)) is not None and before.klaster is not each.klaster
    )
    return Census(
        standing=Counter(each.klaster for each in holding),
        issued=len(new) - len(changes),
        changed=len(changes),
        revoked=sum(1 for each in until if each.revoked_on is not None and first <= each.revoked_on <= last),
        moves=moves,
    )
