"""UMKM into the register from a file: first a look at every line, then all of them at once.

What was looked at goes into the page sealed and comes back with the consent: a look that nobody follows up
leaves nothing behind, and what is filed is what was shown.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import anyio
from fastapi import APIRouter, Request, Response

from afk_core.infra.crypto import cipher
from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act
from afk_core.umkm.masking import klaster_text
from afk_core.umkm.register import intake
from afk_core.umkm.register.intake import Fault, Judged, Line, Sound
from bot.console.desk import Desk
from bot.console.export import XLSX_TYPE, attached, report_words
from bot.console.pages import see_other
from bot.console.register_contexts import FaultyLine, ImportPage, SoundLine
from bot.console.register_lines import MAX_BYTES, example_file, read_lines
from bot.console.upload import posted_file
from bot.problems import problem_text, status_of

_KEPT_FOR: Final = timedelta(hours=12)


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/register-umkm/impor`, its file to fill in, and the second step `/simpan`."""
    router = desk.router()
    allowed = desk.gate.require(Act.EDIT_UMKM)
    db, clock = desk.context.db, desk.context.clock

    @router.get("/register-umkm/impor")
    async def show(request: Request) -> Response:
        return _page(desk, await allowed(request))

    @router.get("/register-umkm/impor/contoh.xlsx")
    async def example(request: Request) -> Response:
        await allowed(request)
        content = await anyio.to_thread.run_sync(example_file)
        return attached(content, XLSX_TYPE, "contoh-register-umkm.xlsx")

    @router.post("/register-umkm/impor")
    async def look(request: Request) -> Response:
        viewer = await allowed(request)
        try:
            upload = await posted_file(request, viewer, max_bytes=MAX_BYTES)
            if not upload.content:
                raise DomainError("import.empty")
            lines = await anyio.to_thread.run_sync(read_lines, upload.content, "berkas.xlsx")
            async with db.read() as session:
                judged = await intake.judge(session, clock.now(), viewer, lines)
        except DomainError as error:
            return _page(desk, viewer, refusal=error)
        return _page(desk, viewer, lines=lines, judged=judged)

    @router.post("/register-umkm/impor/simpan")
    async def keep(request: Request) -> Response:
        posted = await desk.gate.posted_by(request, Act.EDIT_UMKM)
        now = clock.now()
        try:
            lines = _opened(posted.form.line("isi"), posted.viewer, now)
            async with db.write() as session:
                await intake.take_in(session, now, posted.viewer, lines)
        except DomainError as error:
            return _page(desk, posted.viewer, refusal=error)
        return see_other("/petugas/register-umkm?urut=terbaru&pesan=umkm-masuk")

    return router


def _page(
    desk: Desk,
    viewer: Viewer,
    *,
    lines: Sequence[Line] = (),
    judged: Judged | None = None,
    refusal: DomainError | None = None,
) -> Response:
    problem = problem_text(refusal) if refusal else ""
    ready = judged is not None and not judged.faults
    page = ImportPage(
        frame=desk.frame(viewer, "Masukkan UMKM dari berkas", current="register", problem=problem),
        looked=judged is not None,
        count=len(lines),
        faulty=_faulty(desk, judged.faults) if judged else (),
        sound=tuple(map(_sound, judged.sound)) if judged and ready else (),
        sealed=_sealed(lines, viewer, desk.context.clock.now()) if ready else "",
        maximum=intake.MOST_LINES,
    )
    return desk.pages.response("register_impor.html", page, status=status_of(refusal) if refusal else 200)


def _faulty(desk: Desk, faults: Sequence[Fault]) -> tuple[FaultyLine, ...]:
    heads = report_words()["register_import"]["heads"]
    return tuple(
        FaultyLine(number, tuple((heads[each.key], _words(desk, each)) for each in group))
        for number, group in groupby(faults, key=lambda fault: fault.line)
    )


def _words(desk: Desk, fault: Fault) -> str:
    own = report_words()["register_import"]["faults"]
    if fault.code in own:
        return str(own[fault.code]).format(other=fault.other)
    return desk.context.texts(f"register.fault.{fault.code}")


def _sound(each: Sound) -> SoundLine:
    klaster = klaster_text(each.data["klaster"], each.data["sub_klaster"])
    return SoundLine(each.line, each.data["nama"], klaster, each.data["kabupaten"], each.data["kategori"])


def _sealed(lines: Sequence[Line], viewer: Viewer, now: datetime) -> str:
    content = [viewer.officer_id, now.timestamp(), [[each.number, dict(each.values)] for each in lines]]
    packed = zlib.compress(json.dumps(content, ensure_ascii=False).encode())
    return base64.urlsafe_b64encode(cipher().encrypt(packed)).decode()


def _opened(sealed: str, viewer: Viewer, now: datetime) -> list[Line]:
    """The lines that this officer looked at; raises DomainError `umkm.import_expired`."""
    try:
        packed = cipher().decrypt(base64.urlsafe_b64decode(sealed.encode("ascii")))
        officer_id, at, lines = json.loads(zlib.decompress(packed))
    except (ValueError, binascii.Error, zlib.error, DomainError):
        raise DomainError("umkm.import_expired") from None
    if officer_id != viewer.officer_id or now.timestamp() - at > _KEPT_FOR.total_seconds():
        raise DomainError("umkm.import_expired")
    return [Line(number, values) for number, values in lines]
