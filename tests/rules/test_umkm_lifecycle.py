"""From the daftar isian to the certificate (PER-25/BC/2024 Pasal 5-8, Lampiran F)."""

import itertools

import pytest

from afk_core.rules.certificate import (
    CertificateNumber,
    CertificateStanding,
    certificate_prefix,
    standing,
)
from afk_core.rules.klaster import Klaster
from afk_core.rules.offices import OfficeKind, OfficeRef
from afk_core.rules.roles import Actor, Role, may
from afk_core.rules.umkm_lifecycle import (
    ENDED,
    RegistrationStatus,
    RegistrationStep,
    StepRefused,
    act_for,
    after_step,
    nib_may_lack,
    step_to_mend,
    steps_open,
)

S, T = RegistrationStatus, RegistrationStep
KANWIL = OfficeRef(1, OfficeKind.KANWIL)
KPPBC = OfficeRef(2, OfficeKind.KPPBC, parent_id=1)
AGENTS = {"koordinator", "sub_klasterisasi", "sub_pembinaan", "anggota", "perbantuan"}


@pytest.mark.parametrize(
    ("pasal", "path"),
    [
        ("7 (2), (4)", [(T.CHECK, S.IN_VERIFICATION), (T.VERIFY, S.VERIFIED), (T.DETERMINE, S.DETERMINED)]),
        ("7 (2)", [(T.RETURN, S.RETURNED), (T.RESUBMIT, S.SUBMITTED), (T.CHECK, S.IN_VERIFICATION)]),
        ("5 (4) f", [(T.CHECK, S.IN_VERIFICATION), (T.VERIFY, S.VERIFIED), (T.SEND_BACK, S.IN_VERIFICATION)]),
        ("5 (4) f", [(T.REFUSE, S.REFUSED)]),
        ("15 (2)", [(T.WITHDRAW, S.WITHDRAWN)]),
    ],
)
def test_the_ways_from_a_sent_form(pasal: str, path: list[tuple[T, S]]) -> None:
    status = S.SUBMITTED
    for step, expected in path:
        status = after_step(status, step)
        assert status is expected, pasal


def test_a_certificate_only_after_determination() -> None:
    """Pasal 7 ayat (2) and (4): determined on the result of verification, by issuing a certificate."""
    may_issue = {status for status in S if T.ISSUE in steps_open(status)}
    may_determine = {status for status in S if T.DETERMINE in steps_open(status)}
    assert (may_issue, may_determine) == ({S.DETERMINED}, {S.VERIFIED})
    for status in set(S) - may_issue:
        with pytest.raises(StepRefused):
            after_step(status, T.ISSUE)


def test_another_klaster_is_determined_before_the_changed_certificate() -> None:
    """Pasal 8 ayat (4): the certificate in force stays so if the Koordinator does not sign the change."""
    assert after_step(S.CERTIFIED, T.CHANGE_KLASTER) is S.DETERMINED
    assert after_step(S.DETERMINED, T.GIVE_BACK, certified=True) is S.CERTIFIED
    assert after_step(S.DETERMINED, T.GIVE_BACK) is S.VERIFIED
    assert after_step(S.DETERMINED, T.ISSUE, certified=True) is S.CERTIFIED


@pytest.mark.parametrize(
    ("pasal", "status", "line", "contact"),
    [
        ("7 (2)", S.SUBMITTED, T.AMEND, T.AMEND),
        ("7 (2)", S.IN_VERIFICATION, T.AMEND, T.AMEND),
        ("7 (2)", S.RETURNED, None, None),
        ("7 (2)", S.VERIFIED, T.ASK_CORRECTION, T.UPDATE_CONTACT),
        ("7 (4)", S.DETERMINED, T.ASK_CORRECTION, T.UPDATE_CONTACT),
        ("8 (1)", S.CERTIFIED, T.ASK_CORRECTION, T.UPDATE_CONTACT),
        ("7 (2)", S.REFUSED, None, None),
        ("7 (2)", S.WITHDRAWN, None, None),
        ("7 (4)", S.REVOKED, None, None),
    ],
)
def test_how_a_person_mends_what_they_filed(pasal: str, status: S, line: T | None, contact: T | None) -> None:
    assert (step_to_mend(status, contact=False), step_to_mend(status, contact=True)) == (line, contact), pasal


def test_a_changed_line_of_a_certificate_leads_to_a_changed_certificate() -> None:
    """Pasal 8 ayat (4), read for the data as for the klaster."""
    assert {after_step(S.CERTIFIED, step) for step in (T.CORRECT_ISSUED, T.APPLY)} == {S.DETERMINED}
    assert after_step(S.VERIFIED, T.APPLY) is S.IN_VERIFICATION


def test_every_pair_of_state_and_step_is_allowed_or_refused() -> None:
    allowed = 0
    for status, step in itertools.product(S, T):
        if step in steps_open(status):
            after_step(status, step)
            allowed += 1
        else:
            with pytest.raises(StepRefused):
                after_step(status, step)
    assert allowed == sum(len(steps_open(status)) for status in S)
    assert not any(steps_open(status) for status in ENDED - {S.CERTIFIED})


@pytest.mark.parametrize(
    ("pasal", "steps", "roles"),
    [
        ("5 (4), 6", (T.CHECK, T.CORRECT, T.ASK, T.RETURN, T.VERIFY), AGENTS),
        (
            "5 (4) d-g",
            (T.SEND_BACK, T.DETERMINE, T.REFUSE, T.CHANGE_KLASTER, T.CORRECT_ISSUED, T.APPLY, T.DECLINE),
            {"sub_klasterisasi"},
        ),
        ("7 (4), 8 (4)", (T.ISSUE, T.GIVE_BACK, T.REVOKE), {"koordinator"}),
        ("-", (T.RESUBMIT, T.WITHDRAW, T.AMEND, T.UPDATE_CONTACT, T.ASK_CORRECTION), set()),
    ],
)
def test_who_takes_a_step(pasal: str, steps: tuple[T, ...], roles: set[str]) -> None:
    for step in steps:
        act = act_for(step)
        assert (act is None) == (not roles)
        if act is not None:
            found = {role.value for role in Role if may(Actor(role, KPPBC), act, KPPBC)}
            assert found == roles, (pasal, step)
            # Pasal 7 ayat (4): the Kanwil reads along, but takes no step for a KPPBC.
            assert not any(may(Actor(role, KANWIL), act, KPPBC) for role in Role)


def test_only_potensi_ekspor_without_nib() -> None:
    """Lampiran B angka 1 huruf b, Lampiran C angka 4 huruf b."""
    assert [nib_may_lack(klaster) for klaster in Klaster] == [True, False, False]


@pytest.mark.parametrize(
    ("klaster", "n", "written"),
    [
        (Klaster.POTENSI, 1, "PE-0001/100300/2026"),
        (Klaster.SIAP, 12, "SE-0012/100300/2026"),
        (Klaster.TELAH, 12345, "TE-12345/100300/2026"),
    ],
)
def test_the_number_of_a_certificate(klaster: Klaster, n: int, written: str) -> None:
    """Lampiran F Nomor (1)."""
    number = CertificateNumber(klaster, n, "100300", 2026)
    assert str(number) == written
    assert written.startswith(certificate_prefix(klaster))


@pytest.mark.parametrize(
    ("replaced", "revoked", "found"),
    [
        (False, False, CertificateStanding.VALID),
        (True, False, CertificateStanding.REPLACED),
        (False, True, CertificateStanding.REVOKED),
        (True, True, CertificateStanding.REVOKED),
    ],
)
def test_whether_a_certificate_holds(replaced: bool, revoked: bool, found: CertificateStanding) -> None:
    """Pasal 8 ayat (4)."""
    assert standing(replaced=replaced, revoked=revoked) is found
