"""Verbs of the register of UMKM; they take the session first and never commit."""

from afk_core.umkm.service.certificates import (
    Press,
    certificate_file,
    certificates_of,
    issue,
    own_certificate_file,
    public_certificate,
    revoke,
)
from afk_core.umkm.service.checking import (
    Decision,
    Finding,
    ask_person,
    check_fields,
    correct_field,
    return_to_person,
    verify,
)
from afk_core.umkm.service.deciding import change_klaster, determine, give_back, refuse, send_back
from afk_core.umkm.service.drafts import (
    drop_draft,
    drop_expired_drafts,
    has_expired_draft,
    read_draft,
    save_draft,
)
from afk_core.umkm.service.filing import add_document, reply, resubmit, submit, withdraw
from afk_core.umkm.service.reading import (
    conversation_of,
    counts,
    detail,
    own_registration,
    own_registrations,
    registration_data,
    registrations,
    reveal,
)

__all__ = [
    "Decision",
    "Finding",
    "Press",
    "add_document",
    "ask_person",
    "certificate_file",
    "certificates_of",
    "change_klaster",
    "check_fields",
    "conversation_of",
    "correct_field",
    "counts",
    "detail",
    "determine",
    "drop_draft",
    "drop_expired_drafts",
    "give_back",
    "has_expired_draft",
    "issue",
    "own_certificate_file",
    "own_registration",
    "own_registrations",
    "public_certificate",
    "read_draft",
    "refuse",
    "registration_data",
    "registrations",
    "reply",
    "resubmit",
    "return_to_person",
    "reveal",
    "revoke",
    "save_draft",
    "send_back",
    "submit",
    "verify",
    "withdraw",
]
