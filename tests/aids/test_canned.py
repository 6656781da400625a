"""Canned replies: checked when saved, filled in when used, kept by who keeps the office's material."""

import pytest

from afk_core.infra.database import Database
from afk_core.infra.errors import DomainError
from afk_core.rules.offices import OfficeKind
from afk_core.rules.roles import Role
from tests.fakes import FixedClock
from tests.tickets.desk import Desk
from tickets.aids import canned
from tickets.aids.variables import checked, fill


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Halo {nama}, tiket {nomor_tiket} dijawab {batas_waktu}.", None),
        ("Halo {nama_lengkap}.", "canned.variable_unknown"),
        ("Halo {}.", "canned.variable_unknown"),
        ("Halo {nama.", "canned.brace_open"),
        ("Halo {{nama}}.", "canned.brace_open"),
    ],
)
def test_the_variables_of_a_text_are_checked(text: str, code: str | None) -> None:
    if code is None:
        assert checked(text) == text
        return
    with pytest.raises(DomainError) as refused:
        checked(text)
    assert refused.value.code == code


def test_values_go_in_as_they_are_and_a_missing_one_is_seen() -> None:
    assert (
        fill("Halo {nama} dari {usaha}.", {"nama": "{petugas} <b>", "usaha": ""})
        == "Halo {petugas} <b> dari ……."
    )


async def test_who_may_keep_them_and_two_who_change_at_once(database: Database, clock: FixedClock) -> None:
    desk = Desk(database, clock)
    await desk.open_doors()
    sub = await desk.hire("sub", Role.SUB_PEMBINAAN)
    stranger = await desk.hire(
        "jauh", Role.SUB_PEMBINAAN, await desk.found("100400", OfficeKind.KPPBC, "100000")
    )
    with pytest.raises(DomainError, match=r"canned\.not_permitted"):
        await desk.do(canned.create, desk.ani, desk.kppbc, "Salam", "Halo {nama}.")
    made = await desk.do(canned.create, sub, desk.kppbc, " Salam  pembuka ", "Halo {nama}.")
    await desk.do(canned.change, sub, made, "Salam pembuka", "Selamat pagi {nama}.", revision=1)
    with pytest.raises(DomainError, match=r"canned\.changed"):
        await desk.do(canned.change, sub, made, "Salam", "Halo.", revision=1)
    [seen] = await desk.read(canned.replies_of, desk.ani, desk.kppbc)
    assert (seen.title, seen.text, seen.revision) == ("Salam pembuka", "Selamat pagi {nama}.", 2)
    with pytest.raises(DomainError, match=r"canned\.not_found"):
        await desk.read(canned.reply_of, stranger, made)
    await desk.do(canned.retire, sub, made, retired=True)
    assert await desk.read(canned.replies_of, desk.ani, desk.kppbc) == []
    assert len(await desk.read(canned.replies_of, desk.ani, desk.kppbc, retired=True)) == 1
