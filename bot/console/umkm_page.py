"""One registration: reading it, its papers, and every step that an officer takes with it."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.infra.errors import DomainError
from afk_core.rules.klaster import Klaster
from afk_core.rules.registration import Field
from afk_core.rules.roles import Act
from afk_core.umkm import service as umkm
from afk_core.umkm.registration import KEYS_OF, RegistrationChange
from bot.console.desk import Desk
from bot.console.form import Form, RowId
from bot.console.pages import see_other
from bot.console.session import Posted
from bot.console.umkm_contexts import read_choice
from bot.console.umkm_view import hold_conversation, registration_page
from bot.downloads import download
from bot.problems import status_of
from bot.umkm.papers import daftar_isian_pdf, press_of
from bot.umkm.telling import person_told

_Verb = Callable[[AsyncSession, Posted, int, int], Awaitable[RegistrationChange]]
"""A step: the session, the posted form, the id of the registration, the newest entry that was seen."""


def make_router(desk: Desk) -> APIRouter:
    """`/petugas/umkm/{id}`, its papers, and the acts below it (see `_verbs`)."""
    router = desk.router()
    allowed = desk.gate.require(Act.SEE_UMKM)
    verbs = _verbs(desk)

    @router.get("/umkm/{registration_id}")
    async def show(request: Request, registration_id: RowId) -> Response:
        viewer, wanted = await allowed(request), request.query_params.get("ubah-klaster", "")
        if read_choice(wanted) is None:
            return await registration_page(desk, request, viewer, registration_id)
        # The monitoring leads here with the klaster that was seen, which the form then shows.
        chosen = {"klaster": wanted}
        return await registration_page(
            desk, request, viewer, registration_id, acted="ubah-klaster", typed=chosen
        )

    @router.post("/umkm/{registration_id}/lihat")
    async def reveal(request: Request, registration_id: RowId) -> Response:
        viewer = (await desk.gate.posted_by(request, Act.SEE_UMKM)).viewer
        return await registration_page(desk, request, viewer, registration_id, reveal=True)

    @router.get("/umkm/{registration_id}/daftar-isian.pdf")
    async def form_paper(request: Request, registration_id: RowId) -> Response:
        viewer = await allowed(request)
        now = desk.context.clock.now()
        async with desk.context.db.write() as session:
            found = await umkm.registration_data(session, now, viewer, registration_id, "daftar_isian")
        pdf = await daftar_isian_pdf(
            found.data, number=found.number, office=found.office, dated=found.submitted_at
        )
        return _pdf(pdf, f"daftar-isian-{found.number}")

    @router.get("/umkm/{registration_id}/sertifikat/{certificate_id}.pdf")
    async def certificate(request: Request, registration_id: RowId, certificate_id: RowId) -> Response:
        viewer = await allowed(request)
        async with desk.context.db.write() as session:
            number, pdf = await umkm.certificate_file(
                session, desk.context.clock.now(), viewer, registration_id, certificate_id
            )
        return _pdf(pdf, f"sertifikat-{number.replace('/', '-')}")

    @router.get("/umkm/{registration_id}/berkas/{document_id}")
    async def document(request: Request, registration_id: RowId, document_id: RowId) -> Response:
        viewer = await allowed(request)
        async with desk.context.db.write() as session:
            now = desk.context.clock.now()
            file_id = await umkm.document_file(session, now, viewer, registration_id, document_id)
            file = await files.read(session, file_id)
        return download(file)

    @router.post("/umkm/{registration_id}/{act}")
    async def take(request: Request, registration_id: RowId, act: str) -> Response:
        posted = await desk.gate.posted_by(request, Act.SEE_UMKM)
        if act not in verbs:
            raise DomainError("request.not_found")
        return await _take(desk, request, posted, registration_id, act, verbs[act])

    return router


async def _take(
    desk: Desk, request: Request, posted: Posted, registration_id: int, act: str, verb: _Verb
) -> Response:
    """Take a step in one transaction with what the person is told; a refusal keeps what was typed."""
    seen = posted.form.number("dilihat") or 0
    try:
        async with desk.context.db.write() as session:
            await hold_conversation(session, posted.viewer, registration_id)
            change = await verb(session, posted, registration_id, seen)
            await person_told(desk.context, session, desk.context.clock.now(), change)
    except DomainError as error:
        if status_of(error) == 404:
            raise
        typed = {name: posted.form.text(name) for name in posted.form.fields}
        return await registration_page(
            desk, request, posted.viewer, registration_id, refusal=error, acted=act, typed=typed
        )
    return see_other(f"/petugas/umkm/{registration_id}?pesan=umkm-{act}")


def _verbs(desk: Desk) -> dict[str, _Verb]:
    clock, press = desk.context.clock, press_of(desk.context.settings)

    async def check(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
        findings = _findings(posted.form)
        return await umkm.check_fields(session, clock.now(), posted.viewer, number, findings, seen=seen)

    async def correct(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
        field = _field(posted.form)
        values = {key: posted.form.line(key) for key in KEYS_OF[field]}
        reason = posted.form.text("teks")
        return await umkm.correct_field(
            session, clock.now(), posted.viewer, number, field, values, reason, seen=seen
        )

    async def apply(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
        event = posted.form.number("permintaan") or 0
        return await umkm.apply_correction(session, clock.now(), posted.viewer, number, event, seen=seen)

    async def decline(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
        event, words = posted.form.number("permintaan") or 0, posted.form.text("teks")
        return await umkm.decline_correction(
            session, clock.now(), posted.viewer, number, event, words, seen=seen
        )

    async def verify(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
        return await umkm.verify(
            session,
            clock.now(),
            posted.viewer,
            number,
            _decision(posted.form),
            seen=seen,
            duplicates_seen=posted.form.flag("serupa"),
        )

    async def issue(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
        note = posted.form.text("teks")
        return await umkm.issue(session, clock.now(), posted.viewer, number, press, seen=seen, note=note)

    def worded(step: Callable[..., Awaitable[RegistrationChange]]) -> _Verb:
        async def take(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
            words = posted.form.text("teks")
            return await step(session, clock.now(), posted.viewer, number, words, seen=seen)

        return take

    def decided(step: Callable[..., Awaitable[RegistrationChange]]) -> _Verb:
        async def take(session: AsyncSession, posted: Posted, number: int, seen: int) -> RegistrationChange:
            decision = _decision(posted.form)
            return await step(session, clock.now(), posted.viewer, number, decision, seen=seen)

        return take

    return {
        "periksa": check,
        "betulkan": correct,
        "terapkan": apply,
        "tolak-perubahan": decline,
        "tanya": worded(umkm.ask_person),
        "kembalikan": worded(umkm.return_to_person),
        "verifikasi": verify,
        "periksa-ulang": worded(umkm.send_back),
        "tetapkan": decided(umkm.determine),
        "tolak": worded(umkm.refuse),
        "serahkan-balik": worded(umkm.give_back),
        "terbitkan": issue,
        "ubah-klaster": decided(umkm.change_klaster),
        "cabut": worded(umkm.revoke),
    }


def _findings(form: Form) -> list[umkm.Finding]:
    """What was marked of each line; a line without a mark is left as it is."""
    marks = {field: form.line(f"hasil-{field.value}") for field in Field}
    return [
        umkm.Finding(field, right=mark == "benar", note=form.line(f"catatan-{field.value}"))
        for field, mark in marks.items()
        if mark in ("benar", "salah")
    ]


def _field(form: Form) -> Field:
    try:
        return Field(form.line("isian"))
    except ValueError:
        raise DomainError("request.invalid", reason="isian") from None


def _decision(form: Form) -> umkm.Decision:
    chosen = read_choice(form.line("klaster"))
    if chosen is None:
        # Not one of the choices of the page: refused like a Telah Ekspor without its kind.
        return umkm.Decision(Klaster.TELAH)
    return umkm.Decision(*chosen, reason=form.text("teks"))


def _pdf(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")
