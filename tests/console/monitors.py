"""UMKM Binaan for the tests of the monitoring, and what an agent enters about them."""

import httpx

from afk_core.officers.service import Viewer, start_session, viewer_of
from afk_core.rules.klaster import Klaster
from bot.conversation.messages import ChannelName
from bot.conversation.store import locked_conversation
from tests.console.office import Work, csrf_of, value_of
from tests.console.supervisors import hire
from tests.umkm.office import Registry

HERE = "/petugas/pemantauan"
RUNNING = {
    "keberadaan": "berjalan",
    "sektor": "Makanan dan minuman",
    "produk": "Keripik tempe",
    "pegawai": "5",
    "omzet": "mikro",
    "ekspor": "belum-ekspor",
    "instansi": "KPPBC Balikpapan, Dinas Perdagangan",
    "target": "Ekspor Mandiri",
    "klaster": "siap-ekspor",
    "status_fasilitas": "Bukan penerima fasilitas kepabeanan",
    "kendala_utama": "Perizinan",
}


async def viewer(work: Work, username: str) -> Viewer:
    """An officer as the services know them."""
    async with work.context.db.write() as session:
        tokens = await start_session(session, work.clock.now(), work.officers[username])
        found = await viewer_of(session, work.clock.now(), tokens.token, 10)
    assert found is not None
    return found


async def registry_of(work: Work) -> Registry:
    """The office of `work` with its Koordinator and Sub Koordinator, who can issue certificates."""
    await hire(work)
    registry = Registry(work.context.db, work.clock, work.balikpapan, work.samarinda)
    for name, username in (("sari", "sari"), ("kartika", "pendata"), ("koko", "kepala")):
        registry.officers[name] = await viewer(work, username)
    return registry


async def binaan(
    work: Work,
    registry: Registry,
    name: str,
    number: int,
    *,
    klaster: Klaster = Klaster.SIAP,
    channel: ChannelName = ChannelName.WEBCHAT,
    chat: str | None = None,
) -> tuple[int, int]:
    """An UMKM Binaan with a chat of its own: its id, and that of the chat."""
    async with work.context.db.write() as session:
        address = chat or f"binaan-{number}"
        row = await locked_conversation(session, work.clock.now(), channel, address)
    done = await registry.determined(
        row.id, klaster, nama=name, npwp=f"01.234.567.8-901.{number:03d}", nib=f"91200012{number:05d}"
    )
    issued = await registry.issue(done)
    return issued.umkm_id, row.id


async def saved(
    client: httpx.AsyncClient, umkm: int, key: str = "2026-Q4", **other: str | list[str]
) -> httpx.Response:
    """Post the form of a business as it stands now, filled in."""
    where = f"{HERE}/{key}/umkm/{umkm}"
    page = await client.get(where)
    hidden = {"csrf": csrf_of(page), "dilihat": value_of(page, "dilihat")}
    return await client.post(where, data={**hidden, **RUNNING, **other})
