"""A month of work for reports to tell of: tickets, registrations, a certificate, an activity."""

from datetime import timedelta

from afk_core.officers.service import viewer_by_id
from afk_core.rules.klaster import Klaster
from afk_core.umkm.activity import service as activities
from afk_core.umkm.activity.activity import NewActivity
from afk_core.umkm.register import service as register
from afk_core.umkm.register.listing import RegisterQuery
from tests.console.office import Work
from tests.console.supervisors import answer, hire
from tests.umkm.office import Registry

_NAMES = {"sari": "sari", "kartika": "pendata", "koko": "kepala", "nur": "pembina"}


async def registry_of(work: Work) -> Registry:
    """The register of Balikpapan, its officers by the names of `Registry`."""
    registry = Registry(work.context.db, work.clock, work.balikpapan, work.samarinda)
    async with work.context.db.read() as session:
        for name, username in _NAMES.items():
            viewer = await viewer_by_id(session, work.officers[username])
            assert viewer is not None
            registry.officers[name] = viewer
    return registry


async def busy_month(work: Work) -> Registry:
    """November: two consultations, one late; an UMKM with its certificate; an asistensi by the Anggota.

    The clock then stands on the evening of the last day of the month.
    """
    await hire(work)
    registry = await registry_of(work)
    await answer(work, await work.ask("Satu"), minutes=10, score=4)
    await answer(work, await work.ask("Dua", topic="plb"), "pembina", minutes=70)
    await registry.issue(await registry.determined(None, Klaster.SIAP))
    now, sari = work.clock.now(), registry["sari"]
    async with work.context.db.write() as session:
        [umkm] = await register.first(session, sari, RegisterQuery(), 1)
        new = NewActivity(
            work.balikpapan, "2.a.1", now - timedelta(hours=1), "Aula", "Akses kepabeanan", [umkm.id]
        )
        number = await activities.plan(session, now, sari, new)
        await activities.record(session, now, sari, number, [umkm.id], obstacle="", result="Akun dibuat")
    work.clock.advance(days=7, hours=6)
    return registry
