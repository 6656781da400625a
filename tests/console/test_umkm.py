"""Registrations of UMKM at the console: checked, decided, certified, each by whose work it is."""

import re

import httpx
import pytest
from sqlalchemy import select

from afk_core.officers.audit import audit_records
from afk_core.officers.service import NewOfficer, create_officer
from afk_core.rules.registration import Field
from afk_core.rules.roles import Role
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import NewRegistration, RegistrationChange
from bot.conversation.messages import ChannelName
from bot.conversation.store import locked_conversation, messages_after
from bot.notices.models import Notice
from tests.console.conftest import Browser
from tests.console.office import Work, csrf_of, sentence, value_of, words_of
from tests.umkm.office import FORM

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RIGHT = {f"hasil-{field.value}": "benar" for field in Field}


async def _file(work: Work, *, office_id: int | None = None, **other: str) -> tuple[RegistrationChange, int]:
    """A daftar isian from a new chat, and the id of that chat."""
    work.conversations += 1
    now = work.clock.now()
    async with work.context.db.write() as session:
        chat = await locked_conversation(session, now, ChannelName.WEBCHAT, f"usaha-{work.conversations}")
        new = NewRegistration(
            office_id or work.balikpapan, chat.id, "webchat", FORM | other, consented_at=now
        )
        return await umkm.submit(session, now, new), chat.id


async def _said(work: Work, chat: int) -> str:
    async with work.context.db.read() as session:
        return "\n".join(message.text for message in await messages_after(session, chat, 0))


async def _take(client: httpx.AsyncClient, number: int, act: str, **fields: str) -> httpx.Response:
    """Post an act from the page as it stands now."""
    page = await client.get(f"/petugas/umkm/{number}")
    hidden = {"csrf": csrf_of(page), "dilihat": fields.pop("dilihat", None) or value_of(page, "dilihat")}
    return await client.post(f"/petugas/umkm/{number}/{act}", data=hidden | fields)


@pytest.fixture
async def sub(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of the Sub Koordinator Pengumpulan Data dan Klasterisasi."""
    return await _hired(browser, work, "kartika", Role.SUB_KLASTERISASI)


@pytest.fixture
async def head(browser: Browser, work: Work) -> httpx.AsyncClient:
    """The browser of the Koordinator."""
    return await _hired(browser, work, "koko", Role.KOORDINATOR)


async def _hired(browser: Browser, work: Work, username: str, role: Role) -> httpx.AsyncClient:
    async with work.context.db.write() as session:
        new = NewOfficer(work.balikpapan, username, username.title(), "Kepala Seksi", role)
        work.officers[username] = (await create_officer(session, work.clock.now(), new)).id
    client = browser()
    await work.sign_in(client, username)
    return client


async def test_from_a_sent_form_to_a_replaced_and_a_revoked_certificate(
    work: Work, sari: httpx.AsyncClient, sub: httpx.AsyncClient, head: httpx.AsyncClient
) -> None:
    sent, chat = await _file(work)
    number = sent.registration_id
    assert "Keripik Tempe Bu Rina" in (await sari.get("/petugas/umkm")).text
    shown = await sari.post(
        f"/petugas/umkm/{number}/lihat", data={"csrf": csrf_of(await sari.get(f"/petugas/umkm/{number}"))}
    )
    assert "0012 3456 7890 1000" in shown.text
    for client, act, fields in (
        (sari, "periksa", RIGHT | {"hasil-nib": "salah", "catatan-nib": "Tidak ada di OSS."}),
        (sari, "tanya", {"teks": "Mohon kirim foto NIB."}),
        (sari, "periksa", {"hasil-nib": "benar"}),
        (sari, "verifikasi", {"klaster": "potensi-ekspor:", "teks": "Kapasitas belum cukup."}),
        (sub, "tetapkan", {"klaster": "potensi-ekspor:"}),
        (head, "terbitkan", {}),
        (sub, "ubah-klaster", {"klaster": "telah-ekspor:ekspor-mandiri", "teks": "PEB pertama terbit."}),
        (head, "terbitkan", {}),
        (head, "cabut", {"teks": "Usaha tutup."}),
    ):
        answer = await _take(client, number, act, **fields)
        assert answer.status_code == 303, (act, words_of(answer))
    heard = await _said(work, chat)
    for words in (
        "Mohon kirim foto NIB.",
        "Klaster menurut verifikasi: Potensi Ekspor. Catatan petugas: Kapasitas belum cukup.",
        "ditetapkan sebagai UMKM Binaan, klaster Potensi Ekspor",
        "Nomor: PE-0001/160300/2026",
        "https://klinik.example/sertifikat/",
        "Klaster usaha Anda diperbarui menjadi Telah Ekspor (Ekspor Mandiri)",
        "Nomor: TE-0001/160300/2026",
        "Sertifikat ini menggantikan nomor PE-0001/160300/2026.",
        "Sertifikat TE-0001/160300/2026 dicabut. Alasannya: Usaha tutup.",
    ):
        assert words in heard
        heard = heard[heard.index(words) :]
    page = await head.get(f"/petugas/umkm/{number}")
    assert "TE-0001/160300/2026 Dicabut" in words_of(page)
    pdf = await head.get(re.search(rf"/petugas/umkm/{number}/sertifikat/\d+\.pdf", page.text)[0])  # type: ignore[index]
    assert pdf.content.startswith(b"%PDF")
    async with work.context.db.read() as session:
        trail = {record.action for record in await audit_records(session, subject=f"registration:{number}")}
    assert {"umkm.revealed", "umkm.issued", "umkm.certificate_read", "umkm.revoked"} <= trail


async def test_what_is_refused_says_why_and_keeps_what_was_typed(
    work: Work, sari: httpx.AsyncClient, sub: httpx.AsyncClient
) -> None:
    sent, chat = await _file(work)
    number = sent.registration_id
    early = await _take(sari, number, "verifikasi", klaster="siap-ekspor:")
    assert early.status_code == 409
    assert sentence("umkm.step_forbidden", status="Diterima, menunggu verifikasi") in words_of(early)
    unverified = await _take(sub, number, "terbitkan", teks="Segera.")
    assert unverified.status_code == 403
    assert "Segera." not in await _said(work, chat)
    first = await _take(sari, number, "tanya", teks="Foto usaha?", dilihat=str(sent.event))
    late = await _take(sub, number, "tolak", teks="Usaha sudah tutup.", dilihat=str(sent.event))
    assert (first.status_code, late.status_code) == (303, 409)
    assert sentence("umkm.changed_meanwhile", who="Sari Lestari") in words_of(late)
    assert "Usaha sudah tutup." in late.text
    assert "Usaha sudah tutup." not in await _said(work, chat)
    silent = await _take(sari, number, "periksa", **{"hasil-nib": "salah"})
    assert sentence("umkm.finding_without_note", field="Nomor Induk Berusaha") in words_of(silent)


@pytest.mark.parametrize(
    ("username", "status"),
    [("dewi", 404), ("admin", 403), ("wilayah", 200), ("uki", 200)],
)
async def test_who_may_look_at_a_registration_and_who_may_not(
    work: Work, browser: Browser, username: str, status: int
) -> None:
    """Pasal 11, 15: another office gets no sign that it exists; who reads along sees nothing personal."""
    sent, _chat = await _file(work)
    client = browser()
    await work.sign_in(client, username)
    address = f"/petugas/umkm/{sent.registration_id}"
    page = await client.get(address)
    assert page.status_code == status
    assert (await client.get(f"{address}/daftar-isian.pdf")).status_code in (403, 404)
    if status == 200:
        assert "Tampilkan data" not in page.text
        answer = await client.post(f"{address}/lihat", data={"csrf": csrf_of(page)})
        assert answer.status_code == 403
    for secret in ("0012 3456", "Jalan Mawar", "Wati", "rina@"):
        assert secret not in page.text


async def test_duplicates_stand_on_both_pages_and_another_office_is_only_named(
    work: Work, sari: httpx.AsyncClient, browser: Browser
) -> None:
    first, _chat = await _file(work)
    second, _other = await _file(work, nama="Keripik Tempe Rina")
    for here, there in ((first, second), (second, first)):
        page = await sari.get(f"/petugas/umkm/{here.registration_id}")
        assert f"/petugas/umkm/{there.registration_id}" in page.text
        assert "NPWP atau NIK dan NIB sama" in words_of(page)
    dewi = browser()
    await work.sign_in(dewi, "dewi")
    elsewhere, _third = await _file(work, office_id=work.samarinda)
    seen = await dewi.get(f"/petugas/umkm/{elsewhere.registration_id}")
    assert "Tercatat di KPPBC Balikpapan" in words_of(seen)
    assert "Keripik Tempe Rina" not in seen.text
    assert first.number not in seen.text


async def test_whose_step_comes_next_is_told_once_by_the_bell(
    work: Work, sari: httpx.AsyncClient, sub: httpx.AsyncClient
) -> None:
    sent, _chat = await _file(work)
    number = sent.registration_id
    assert (await _take(sari, number, "periksa", **RIGHT)).status_code == 303
    assert (await _take(sari, number, "verifikasi", klaster="siap-ekspor:")).status_code == 303
    words = (
        f"Pendaftaran UMKM {sent.number} terverifikasi dan menunggu penetapan Anda. Buka menu Pendaftaran."
    )
    async with work.context.db.read() as session:
        told = await session.scalars(select(Notice).where(Notice.kind == "umkm"))
        assert [(each.officer_id, each.words) for each in told] == [(work.officers["kartika"], words)]
    assert (await sub.get("/petugas/pemberitahuan")).status_code == 200


async def test_a_change_that_was_asked_for_is_declined_once_with_a_reason_that_the_person_reads(
    work: Work, sari: httpx.AsyncClient, sub: httpx.AsyncClient, head: httpx.AsyncClient
) -> None:
    filed, chat = await _file(work)
    number = filed.registration_id
    await _take(sari, number, "periksa", **RIGHT)
    await _take(sari, number, "verifikasi", klaster="siap-ekspor:")
    async with work.context.db.write() as session:
        await umkm.amend(session, work.clock.now(), chat, number, {"produksi": "Emas batangan"})
    page = await sub.get(f"/petugas/umkm/{number}")
    asked, seen = value_of(page, "permintaan"), value_of(page, "dilihat")
    assert "Tolak permintaan ini" not in words_of(await sari.get(f"/petugas/umkm/{number}"))
    for client in (sari, head):
        refused = await _take(client, number, "tolak-perubahan", permintaan=asked, teks="Tidak", dilihat=seen)
        assert sentence("umkm.not_permitted") in words_of(refused)
    silent = await _take(sub, number, "tolak-perubahan", permintaan=asked, teks=" ")
    assert sentence("umkm.reason_missing") in words_of(silent)
    reason = "Produk itu tidak terlihat saat kunjungan."
    done = await _take(sub, number, "tolak-perubahan", permintaan=asked, teks=reason)
    assert done.status_code == 303, words_of(done)
    after = words_of(await sub.get(f"/petugas/umkm/{number}"))
    assert "Pendaftar meminta perubahan data" not in after
    assert "Kartika menolak perubahan yang diminta: Hasil Produksi" in after
    assert reason in after
    assert "Hasil Produksi Keripik tempe" in after
    said = await _said(work, chat)
    assert f"tidak dimasukkan: Hasil Produksi.\n\nAlasannya: {reason}" in said
    again = await _take(sub, number, "tolak-perubahan", permintaan=asked, teks="Lagi")
    assert sentence("umkm.nothing_found") in words_of(again)
    async with work.context.db.read() as session:
        own = await umkm.own_registration(session, chat, number)
        trail = [each.action for each in await audit_records(session, subject=f"registration:{number}")]
    assert own.status.value == "verified"
    assert trail.count("umkm.correction_declined") == 1
