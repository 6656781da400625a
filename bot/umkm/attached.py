"""Papers of an UMKM as files in a chat, and files of a chat as documents of a registration."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.files import service as files
from afk_core.files.accept import accept
from afk_core.umkm import service as umkm
from bot.context import Context
from bot.umkm.papers import daftar_isian_pdf


async def daftar_isian_file(
    context: Context, session: AsyncSession, now: datetime, conversation_id: int, registration_id: int
) -> int:
    """The filled daftar isian as a stored file, for its own person; raises DomainError `umkm.not_found`."""
    form = await umkm.own_form(session, conversation_id, registration_id)
    pdf = await daftar_isian_pdf(form.data, number=form.number, office=form.office, dated=form.submitted_at)
    return await _stored(context, session, now, pdf, f"daftar-isian-{form.number}.pdf")


async def certificate_file(
    context: Context, session: AsyncSession, now: datetime, conversation_id: int, registration_id: int
) -> int:
    """The certificate in force as a stored file, for its own person.

    Raises DomainError `umkm.not_found`, `umkm.no_certificate`.
    """
    number, pdf = await umkm.own_certificate_file(session, conversation_id, registration_id)
    return await _stored(context, session, now, pdf, f"sertifikat-{number.replace('/', '-')}.pdf")


async def _stored(context: Context, session: AsyncSession, now: datetime, pdf: bytes, name: str) -> int:
    """Kept for a week like everything that nothing holds: it can be made again at any time."""
    checked = accept(pdf, name, max_bytes=context.settings.file_bytes)
    return await files.store(session, now, checked)
