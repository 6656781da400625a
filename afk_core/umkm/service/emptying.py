"""Takes what is personal out of registrations that ended without a certificate, at their person's wish."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.rules.umkm_lifecycle import RegistrationStatus
from afk_core.umkm import store
from afk_core.umkm.registration import DATA_KEYS

REMOVED: Final = "Data dihapus"
"""What stands in the register in place of a name."""

_GOES: Final = frozenset({RegistrationStatus.WITHDRAWN.value, RegistrationStatus.REFUSED.value})
_KEPT: Final = ("klaster", "sub_klaster")


async def empty_of_person(
    session: AsyncSession, now: datetime, conversation_id: int
) -> tuple[int, list[int]]:
    """Empty the withdrawn and refused registrations of a person: how many, and the ids of their files.

    Numbers, steps and their instants stay, because the figures follow from them. What is at work or has a
    certificate is not touched: both need the data.
    """
    ended = [each for each in await store.registrations_of(session, conversation_id) if each.status in _GOES]
    files: list[int] = []
    for found in ended:
        registration = await store.lock_registration(session, found.id)
        if registration is None:
            continue
        files += [row.file_id for row, _name in await store.documents(session, registration.id)]
        await store.forget_words(session, registration.id)
        kept = {key: registration.data.get(key, "") if key in _KEPT else "" for key in DATA_KEYS}
        registration.data = kept | {"nama": REMOVED}
        registration.conversation_id = registration.assessment_id = None
        umkm = await store.umkm(session, registration.umkm_id)
        umkm.profile, umkm.name, umkm.kabupaten, umkm.kategori = registration.data, REMOVED, "", ""
        umkm.conversation_id, umkm.updated_at = None, now
        await store.forget_fingerprints(session, umkm.id)
    return len(ended), files
