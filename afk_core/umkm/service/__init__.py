"""Verbs of the register of UMKM; they take the session first and never commit."""

from afk_core.umkm.service.amending import amend, apply_correction, decline_correction
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
from afk_core.umkm.service.emptying import empty_of_person
from afk_core.umkm.service.filing import add_document, reply, resubmit, submit, withdraw
from afk_core.umkm.service.own import own_form, own_records, own_registration, own_registrations
from afk_core.umkm.service.reading import (
    conversation_of,
    counts,
    detail,
    document_file,
    fields_of,
    registration_data,
    registrations,
    reveal,
)

__all__ = [
    "Decision",
    "Finding",
    "Press",
    "add_document",
    "amend",
    "apply_correction",
    "ask_person",
    "certificate_file",
    "certificates_of",
    "change_klaster",
    "check_fields",
    "conversation_of",
    "correct_field",
    "counts",
    "decline_correction",
    "detail",
    "determine",
    "document_file",
    "drop_draft",
    "drop_expired_drafts",
    "empty_of_person",
    "fields_of",
    "give_back",
    "has_expired_draft",
    "issue",
    "own_certificate_file",
    "own_form",
    "own_records",
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
