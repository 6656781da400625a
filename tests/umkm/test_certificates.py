"""Certificates: numbers without gaps or doubles, what is printed, what replaces and revokes them."""

import asyncio
from datetime import date, datetime

import pytest

from afk_core.infra.errors import DomainError
from afk_core.rules.certificate import CertificateStanding
from afk_core.rules.klaster import Klaster
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import EventKind, RegistrationChange
from afk_core.umkm.service.certificates import Printed
from tests.umkm.conftest import ON_SQLITE
from tests.umkm.office import PRESS, Registry, paper


def _npwp(n: int) -> str:
    return f"00{n:014d}"


async def test_many_certificates_at_once_have_numbers_without_gaps_or_doubles(registry: Registry) -> None:
    """Lampiran F Nomor (1): on PostgreSQL several write at the same time, and some of them fail."""
    waiting = [
        await registry.determined(n, klaster, npwp=_npwp(n), nib=f"9{n:012d}")
        for n, klaster in enumerate([Klaster.SIAP] * 8 + [Klaster.POTENSI] * 2, start=1)
    ]

    async def jammed(_printed: Printed, _dated: datetime) -> bytes:
        raise RuntimeError("the press is jammed")

    broken = umkm.Press(PRESS.address, jammed)

    async def issue(change: RegistrationChange, press: umkm.Press) -> str:
        async with registry.db.write() as session:
            done = await umkm.issue(
                session,
                registry.clock.now(),
                registry["koko"],
                change.registration_id,
                press,
                seen=change.event,
            )
        assert done.certificate is not None
        return done.certificate.number

    tries = [issue(each, press) for each in waiting for press in (broken, PRESS)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    numbers = sorted(each for each in outcomes if isinstance(each, str))
    expected = [f"PE-000{n}/160300/2026" for n in (1, 2)] + [f"SE-000{n}/160300/2026" for n in range(1, 9)]
    assert numbers == expected


async def test_two_officers_decide_at_once_and_one_is_told(registry: Registry) -> None:
    sent = await registry.check_all(await registry.file())

    async def verify() -> object:
        async with registry.db.write() as session:
            return await umkm.verify(
                session,
                registry.clock.now(),
                registry["sari"],
                sent.registration_id,
                umkm.Decision(Klaster.SIAP),
                seen=sent.event,
            )

    async def refuse() -> object:
        async with registry.db.write() as session:
            return await umkm.refuse(
                session,
                registry.clock.now(),
                registry["kartika"],
                sent.registration_id,
                "Usaha sudah tutup.",
                seen=sent.event,
            )

    outcomes = await asyncio.gather(verify(), refuse(), return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, DomainError)]
    assert [error.code for error in refused] == ["umkm.changed_meanwhile"]
    assert refused[0].details["who"] in ("Sari", "Kartika")


@ON_SQLITE
async def test_what_is_printed_follows_the_annex_and_gives_the_same_bytes(registry: Registry) -> None:
    """Lampiran F Nomor (1)-(11)."""
    done = await registry.issue(await registry.determined())
    certificate = done.certificate
    assert certificate is not None
    async with registry.db.write() as session:
        number, pdf = await umkm.certificate_file(
            session, registry.clock.now(), registry["koko"], done.registration_id, certificate.id
        )
    printed = {
        "nomor": "SE-0001/160300/2026",
        "nama": "Keripik Tempe Bu Rina",
        "nib": "9120 0012 3456 7",
        "npwp": "0012 3456 7890 1000",
        "kategori": "Makanan dan minuman",
        "produksi": "Keripik tempe",
        "alamat": "Jalan Mawar 5 RT 03, Kecamatan Balikpapan Selatan, Kota Balikpapan",
        "kantor": "KPPBC Balikpapan",
        "kantor_induk": "Kanwil Kaltim",
        "klaster": "Siap Ekspor",
        "sub_klaster": "",
        "tanggal": "2026-11-23",
        "pejabat": "Koko",
        "jabatan": "Koordinator Khusus",
        "pimpinan": "Rina Wati",
        "menggantikan": "",
        "kode": certificate.code,
        "alamat_periksa": f"https://klinik.example/sertifikat/{certificate.code}",
    }
    assert (number, pdf) == ("SE-0001/160300/2026", await paper(printed, registry.clock.now()))


@ON_SQLITE
async def test_without_nib_and_npwp_a_dash_stands_there_and_never_the_nik(registry: Registry) -> None:
    """Lampiran E angka 2 and 3, Lampiran F Nomor (3) and (4)."""
    waiting = await registry.determined(klaster=Klaster.POTENSI, npwp="", nik="6471051708900003", nib="")
    done = await registry.issue(waiting)
    assert done.certificate is not None
    async with registry.db.read() as session:
        _number, pdf = await umkm.own_certificate_file(session, 1, done.registration_id)
    assert b"('nib', '-')" in pdf
    assert b"('npwp', '-')" in pdf
    assert b"6471" not in pdf.replace(done.certificate.code.encode(), b"")


@ON_SQLITE
async def test_a_changed_certificate_names_the_one_it_replaces_and_a_revocation_its_reason(
    registry: Registry,
) -> None:
    """Pasal 8 ayat (4)."""
    first = await registry.issue(await registry.determined(klaster=Klaster.POTENSI))
    assert first.certificate is not None
    now, number = registry.clock.now(), first.registration_id
    decision = umkm.Decision(Klaster.SIAP, reason="Kapasitas sudah cukup pada monitoring triwulan IV.")
    async with registry.db.write() as session:
        change = await umkm.change_klaster(
            session, now, registry["kartika"], number, decision, seen=first.event
        )
        meanwhile = await umkm.public_certificate(session, first.certificate.code)
    second = await registry.issue(change)
    assert second.certificate is not None
    async with registry.db.write() as session:
        old = await umkm.public_certificate(session, first.certificate.code)
        new = await umkm.public_certificate(session, f" {second.certificate.code.upper()} ")
        done = await umkm.revoke(
            session, now, registry["koko"], number, "Usaha sudah tutup.", seen=second.event
        )
        revoked = await umkm.public_certificate(session, second.certificate.code)
    assert meanwhile is not None
    assert meanwhile.standing is CertificateStanding.VALID
    assert old is not None
    assert new is not None
    assert revoked is not None
    assert (old.standing, old.replaced_by) == (CertificateStanding.REPLACED, "SE-0001/160300/2026")
    assert (new.standing, new.replaces) == (CertificateStanding.VALID, "PE-0001/160300/2026")
    assert (revoked.standing, revoked.ended_on) == (CertificateStanding.REVOKED, date(2026, 11, 23))
    assert done.kind is EventKind.REVOKED
    assert "Rina Wati" not in str(revoked)


@ON_SQLITE
@pytest.mark.parametrize("code", ["", "0" * 20, "z" * 20, "../etc", "PE-0001/160300/2026", "f" * 500])
async def test_a_code_that_was_never_given_confirms_nothing(registry: Registry, code: str) -> None:
    await registry.issue(await registry.determined())
    async with registry.db.read() as session:
        assert await umkm.public_certificate(session, code) is None


@ON_SQLITE
async def test_a_koordinator_gives_back_and_nothing_is_issued(registry: Registry) -> None:
    waiting = await registry.determined()
    async with registry.db.write() as session:
        back = await umkm.give_back(
            session,
            registry.clock.now(),
            registry["koko"],
            waiting.registration_id,
            "Alamat belum sesuai.",
            seen=waiting.event,
        )
    with pytest.raises(DomainError) as refused:
        await registry.issue(back)
    assert refused.value.code == "umkm.step_forbidden"
