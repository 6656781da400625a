"""From the daftar isian to the certificate: which step may follow, and who takes it (Pasal 5-8)."""

from enum import Enum
from typing import Final

from afk_core.rules.klaster import Klaster
from afk_core.rules.roles import Act


class RegistrationStatus(Enum):
    """PER-25/BC/2024 Pasal 7 ayat (2)-(4): how far a registration as UMKM Binaan has come."""

    SUBMITTED = "submitted"
    IN_VERIFICATION = "in_verification"
    RETURNED = "returned"
    VERIFIED = "verified"
    DETERMINED = "determined"
    CERTIFIED = "certified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_LABELS: Final = {
    RegistrationStatus.SUBMITTED: "Diterima, menunggu verifikasi",
    RegistrationStatus.IN_VERIFICATION: "Sedang diverifikasi",
    RegistrationStatus.RETURNED: "Dikembalikan untuk diperbaiki",
    RegistrationStatus.VERIFIED: "Terverifikasi, menunggu penetapan",
    RegistrationStatus.DETERMINED: "Ditetapkan, menunggu sertifikat",
    RegistrationStatus.CERTIFIED: "Sertifikat terbit",
    RegistrationStatus.REFUSED: "Ditolak",
    RegistrationStatus.WITHDRAWN: "Dibatalkan pendaftar",
    RegistrationStatus.REVOKED: "Sertifikat dicabut",
}


class RegistrationStep(Enum):
    """PER-25/BC/2024 Pasal 5 ayat (4), 7, 8 ayat (4): what can happen to a registration."""

    CHECK = "check"
    """A field is looked at and found right or wrong."""
    CORRECT = "correct"
    """A field is mended by an agent, with the reason."""
    ASK = "ask"
    """Something that is missing is asked for."""
    RETURN = "return"
    """The person gets it back, with reasons."""
    VERIFY = "verify"
    SEND_BACK = "send_back"
    """The Sub Koordinator wants it verified anew."""
    DETERMINE = "determine"
    REFUSE = "refuse"
    GIVE_BACK = "give_back"
    """The Koordinator does not sign and gives it back to the Sub Koordinator."""
    ISSUE = "issue"
    CHANGE_KLASTER = "change_klaster"
    """Monitoring found another klaster (Pasal 8 ayat (4)): determined anew, for a changed certificate."""
    REVOKE = "revoke"
    CORRECT_ISSUED = "correct_issued"
    """A line that stands on the certificate is mended: for a changed certificate."""
    APPLY = "apply"
    """A correction that the person asked for is taken over."""
    DECLINE = "decline"
    """A correction that the person asked for is not made; nothing else changes."""
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    AMEND = "amend"
    """The person mends what they sent, before anybody has decided on it."""
    UPDATE_CONTACT = "update_contact"
    """Telephone and e-mail change at any time: nobody decides on them."""
    ASK_CORRECTION = "ask_correction"
    """The person asks for a correction of what was decided on."""


_S, _T = RegistrationStatus, RegistrationStep

_NEXT: Final = {
    (_S.SUBMITTED, _T.CHECK): _S.IN_VERIFICATION,
    (_S.SUBMITTED, _T.CORRECT): _S.IN_VERIFICATION,
    (_S.SUBMITTED, _T.ASK): _S.IN_VERIFICATION,
    (_S.SUBMITTED, _T.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_VERIFICATION, _T.CHECK): _S.IN_VERIFICATION,
    (_S.IN_VERIFICATION, _T.CORRECT): _S.IN_VERIFICATION,
    (_S.IN_VERIFICATION, _T.ASK): _S.IN_VERIFICATION,
    (_S.IN_VERIFICATION, _T.RETURN): _S.RETURNED,
    (_S.IN_VERIFICATION, _T.VERIFY): _S.VERIFIED,
    (_S.IN_VERIFICATION, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_VERIFICATION, _T.REFUSE): _S.REFUSED,
    (_S.SUBMITTED, _T.REFUSE): _S.REFUSED,
    (_S.RETURNED, _T.RESUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _T.ASK): _S.RETURNED,
    (_S.RETURNED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _T.REFUSE): _S.REFUSED,
    (_S.VERIFIED, _T.SEND_BACK): _S.IN_VERIFICATION,
    (_S.VERIFIED, _T.DETERMINE): _S.DETERMINED,
    (_S.VERIFIED, _T.REFUSE): _S.REFUSED,
    (_S.VERIFIED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.DETERMINED, _T.GIVE_BACK): _S.VERIFIED,
    (_S.DETERMINED, _T.ISSUE): _S.CERTIFIED,
    (_S.CERTIFIED, _T.CHANGE_KLASTER): _S.DETERMINED,
    (_S.CERTIFIED, _T.REVOKE): _S.REVOKED,
    (_S.CERTIFIED, _T.CORRECT_ISSUED): _S.DETERMINED,
    (_S.SUBMITTED, _T.AMEND): _S.SUBMITTED,
    (_S.IN_VERIFICATION, _T.AMEND): _S.IN_VERIFICATION,
    (_S.VERIFIED, _T.UPDATE_CONTACT): _S.VERIFIED,
    (_S.VERIFIED, _T.ASK_CORRECTION): _S.VERIFIED,
    (_S.VERIFIED, _T.APPLY): _S.IN_VERIFICATION,
    (_S.VERIFIED, _T.DECLINE): _S.VERIFIED,
    (_S.DETERMINED, _T.UPDATE_CONTACT): _S.DETERMINED,
    (_S.DETERMINED, _T.ASK_CORRECTION): _S.DETERMINED,
    (_S.DETERMINED, _T.DECLINE): _S.DETERMINED,
    (_S.CERTIFIED, _T.UPDATE_CONTACT): _S.CERTIFIED,
    (_S.CERTIFIED, _T.ASK_CORRECTION): _S.CERTIFIED,
    (_S.CERTIFIED, _T.APPLY): _S.DETERMINED,
    (_S.CERTIFIED, _T.DECLINE): _S.CERTIFIED,
}

_ACT: Final = {
    _T.CHECK: Act.EDIT_UMKM,
    _T.CORRECT: Act.EDIT_UMKM,
    _T.ASK: Act.EDIT_UMKM,
    _T.RETURN: Act.EDIT_UMKM,
    _T.VERIFY: Act.EDIT_UMKM,
    _T.SEND_BACK: Act.VERIFY_REGISTRATION,
    _T.DETERMINE: Act.VERIFY_REGISTRATION,
    _T.REFUSE: Act.VERIFY_REGISTRATION,
    _T.CHANGE_KLASTER: Act.VERIFY_REGISTRATION,
    _T.CORRECT_ISSUED: Act.VERIFY_REGISTRATION,
    _T.APPLY: Act.VERIFY_REGISTRATION,
    _T.DECLINE: Act.VERIFY_REGISTRATION,
    _T.GIVE_BACK: Act.ISSUE_CERTIFICATE,
    _T.ISSUE: Act.ISSUE_CERTIFICATE,
    _T.REVOKE: Act.ISSUE_CERTIFICATE,
}
"""The right that an officer needs; the steps that are not here are the person's own."""

ENDED: Final = frozenset({_S.CERTIFIED, _S.REFUSED, _S.WITHDRAWN, _S.REVOKED})
"""The states in which nobody works on the registration."""


class StepRefused(Exception):
    """The step cannot be taken in this state."""

    def __init__(self, status: RegistrationStatus, step: RegistrationStep) -> None:
        super().__init__(f"{step.value} in {status.value}")
        self.status = status
        self.step = step


def step_to_mend(status: RegistrationStatus, *, contact: bool) -> RegistrationStep | None:
    """PER-25/BC/2024 Pasal 7 ayat (2), 8 ayat (1): how a person mends a line of what they filed; None if not.

    Before the decision they mend it themselves, later they ask for it; telephone and e-mail (`contact`) are
    theirs at any time. A form that was returned is mended and sent again as a whole.
    """
    wanted = (_T.AMEND, _T.UPDATE_CONTACT, _T.ASK_CORRECTION) if contact else (_T.AMEND, _T.ASK_CORRECTION)
    return next((step for step in wanted if (status, step) in _NEXT), None)


def after_step(
    status: RegistrationStatus, step: RegistrationStep, *, certified: bool = False
) -> RegistrationStatus:
    """PER-25/BC/2024 Pasal 7 ayat (2) and (4), 8 ayat (4): the state after a step.

    `certified` says that a certificate is in force: it stays so when the Koordinator gives back a change of
    klaster. Raises `StepRefused`: no certificate without determination, no determination without
    verification.
    """
    try:
        found = _NEXT[status, step]
    except KeyError:
        raise StepRefused(status, step) from None
    return _S.CERTIFIED if step is _T.GIVE_BACK and certified else found


def act_for(step: RegistrationStep) -> Act | None:
    """PER-25/BC/2024 Pasal 5 ayat (4), 6, 7 ayat (4): the right a step needs; None for the person's own."""
    return _ACT.get(step)


def steps_open(status: RegistrationStatus) -> frozenset[RegistrationStep]:
    """PER-25/BC/2024 Pasal 7 ayat (2)-(4): the steps that may follow a state, whoever takes them."""
    return frozenset(step for at, step in _NEXT if at is status)


def nib_may_lack(klaster: Klaster) -> bool:
    """PER-25/BC/2024 Lampiran B angka 1 huruf b, Lampiran C angka 4: whether a klaster can do without NIB.

    Only Potensi Ekspor: the requirements of the others include the NIB. The certificate then shows a dash.
    """
    return klaster is Klaster.POTENSI
