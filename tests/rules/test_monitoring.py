"""Which UMKM are monitored in a quarter, what is recorded of them, and planned against assisted."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afk_core.rules.duties import IN_FORCE, Standing
from afk_core.rules.klaster import Klaster, SubKlaster
from afk_core.rules.monitoring import (
    Assisted,
    Completeness,
    Facility,
    Held,
    assisted_share,
    completeness,
    first_quarter,
    held_during,
    suggested_facilities,
)
from afk_core.rules.monitoring_items import (
    CHOICES,
    MAX_LINE,
    Item,
    ItemError,
    item_text,
    klaster_value,
    read_klaster,
    tidy_item,
    tidy_items,
)
from afk_core.rules.periods import Period

_Q4 = Period.read("2026-Q4")
_DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
_RUNNING = {
    Item.EXISTENCE: "berjalan",
    Item.SECTOR: "Perikanan",
    Item.PRODUCT: "Kepiting hidup",
    Item.EXPORT: "ekspor-mandiri",
    Item.TARGET: "Kontinuitas Ekspor",
    Item.KLASTER: "telah-ekspor/ekspor-mandiri",
    Item.FACILITY: "Bukan penerima fasilitas kepabeanan",
}


@pytest.mark.parametrize(
    ("first", "last", "owed"),
    [
        (date(2026, 12, 31), None, True),
        (date(2027, 1, 1), None, False),
        (date(2025, 3, 1), date(2026, 10, 1), True),
        (date(2025, 3, 1), date(2026, 9, 30), False),
        (date(2026, 11, 5), date(2026, 11, 5), True),
    ],
)
def test_pasal_8_ayat_1_owes_who_held_a_certificate_on_some_day_of_the_quarter(
    first: date, last: date | None, owed: bool
) -> None:
    assert bool(held_during(_Q4, [Held("siap-ekspor", "", first, last)])) is owed


def test_a_changed_certificate_stands_after_the_one_that_it_replaced() -> None:
    before = Held("siap-ekspor", "", date(2026, 2, 1), date(2026, 11, 20))
    after = Held("telah-ekspor", "ekspor-mandiri", date(2026, 11, 20))
    assert held_during(_Q4, [after, before]) == (before, after)
    assert held_during(_Q4.after(), [after, before]) == (after,)


@given(first=_DAYS, length=st.integers(0, 900) | st.none(), day=_DAYS)
def test_pasal_8_a_certificate_in_force_on_a_day_is_owed_in_the_quarter_of_that_day(
    first: date, length: int | None, day: date
) -> None:
    last = None if length is None else first + timedelta(days=length)
    held = Held("siap-ekspor", "", first, last)
    on_that_day = first <= day and (last is None or day <= last)
    owed = held_during(Period.of(_Q4.kind, day), [held])
    assert owed or not on_that_day
    assert not owed or first <= Period.of(_Q4.kind, day).last


def test_no_office_monitors_before_the_regulation_was_in_force() -> None:
    assert first_quarter(date(2020, 1, 1)) == Period.of(_Q4.kind, IN_FORCE)
    assert first_quarter(date(2026, 11, 1)) == _Q4


def test_completeness_counts_done_late_and_open() -> None:
    standings = [Standing.DONE, Standing.DONE_LATE, Standing.LATE, Standing.LATE]
    found = completeness(standings)
    assert found == Completeness(4, 2, 1, 2)
    assert (found.open, found.complete) == (2, False)
    assert completeness([]).complete


@pytest.mark.parametrize(
    ("figures", "share"),
    [
        ([Assisted(3, 3)], Fraction(1)),
        ([Assisted(8, 2), Assisted(4, 7)], Fraction(9, 12)),
        ([Assisted(8, 10)], Fraction(5, 4)),
        ([Assisted(0, 4)], None),
        ([Assisted(8, 2), Assisted(None, 7)], None),
        ([], None),
    ],
)
def test_l24_2a_cp_compares_the_assisted_with_the_planned(
    figures: list[Assisted], share: Fraction | None
) -> None:
    assert assisted_share(figures) == share


@pytest.mark.parametrize(
    ("klaster", "sub", "kategori", "wanted"),
    [
        (Klaster.POTENSI, None, "Kerajinan", ()),
        (Klaster.SIAP, None, "Kerajinan", (Facility.PLB,)),
        (Klaster.TELAH, SubKlaster.PIHAK_LAIN, "Fesyen dan tekstil", (Facility.KITE_IKM, Facility.FTA)),
        (
            Klaster.TELAH,
            SubKlaster.BERKELANJUTAN,
            "Furnitur",
            (Facility.KITE_IKM, Facility.KITE_EXEMPTION, Facility.KITE_REFUND, Facility.FTA),
        ),
        (Klaster.TELAH, SubKlaster.MANDIRI, "Jasa konsultasi", ()),
        (Klaster.POTENSI, None, "Perikanan", (Facility.SEEDS, Facility.CATCH)),
        (Klaster.POTENSI, None, "Pendidikan", ()),
    ],
)
def test_pasal_8_ayat_2_huruf_d_facilities_follow_klaster_and_kategori(
    klaster: Klaster, sub: SubKlaster | None, kategori: str, wanted: tuple[Facility, ...]
) -> None:
    assert suggested_facilities(klaster, sub, kategori) == wanted
    assert all(each.label and each.citation for each in wanted)


def test_what_is_recorded_is_tidied() -> None:
    kept = tidy_items(
        {**_RUNNING, Item.STAFF: " 1.200 ", Item.POSSIBLE: "fta kite-ikm fta", Item.NOTE: " a\nb "}
    )
    assert (kept[Item.STAFF], kept[Item.POSSIBLE], kept[Item.NOTE]) == ("1200", "kite-ikm fta", "a\nb")
    assert item_text(Item.POSSIBLE, kept[Item.POSSIBLE]) == "KITE IKM, Tarif preferensi menurut ketentuan FTA"
    assert item_text(Item.KLASTER, kept[Item.KLASTER]) == "Telah Ekspor (Ekspor Mandiri)"
    assert tidy_items({Item.EXISTENCE: "berhenti", Item.EXISTENCE_NOTE: "Pemilik pindah"})[Item.PRODUCT] == ""


@pytest.mark.parametrize(
    ("other", "item", "kind"),
    [
        ({Item.EXISTENCE: ""}, Item.EXISTENCE, "missing"),
        ({Item.EXISTENCE: "berhenti"}, Item.EXISTENCE_NOTE, "missing"),
        ({Item.TARGET: "  "}, Item.TARGET, "missing"),
        ({Item.KLASTER: "telah-ekspor"}, Item.KLASTER, "unknown"),
        ({Item.EXPORT: "sering"}, Item.EXPORT, "unknown"),
        ({Item.POSSIBLE: "kite-ikm bebas-pajak"}, Item.POSSIBLE, "unknown"),
        ({Item.STAFF: "banyak"}, Item.STAFF, "number"),
        ({Item.STAFF: "٣"}, Item.STAFF, "number"),
        ({Item.STAFF: "999999"}, Item.STAFF, "number"),
        ({Item.PRODUCT: "x" * (MAX_LINE + 1)}, Item.PRODUCT, "long"),
    ],
)
def test_what_cannot_be_recorded_says_which_item_and_why(
    other: dict[Item, str], item: Item, kind: str
) -> None:
    with pytest.raises(ItemError) as refused:
        tidy_items({**_RUNNING, **other})
    assert (refused.value.item, refused.value.kind) == (item, kind)


@given(st.sampled_from(Item), st.text(max_size=300))
def test_an_item_is_tidied_once_or_refused(item: Item, text: str) -> None:
    try:
        kept = tidy_item(item, text)
    except ItemError:
        return
    assert tidy_item(item, kept) == kept


def test_every_klaster_value_reads_back() -> None:
    for value in CHOICES[Item.KLASTER]:
        read = read_klaster(value)
        assert read is not None
        assert klaster_value(read[0].value, read[1].value if read[1] else "") == value
    assert read_klaster("telah-ekspor") is None
