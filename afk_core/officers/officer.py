"""Plain data about officers: what goes into the service and what comes out."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from afk_core.rules.roles import Act, Role


class NewOfficer(Struct, frozen=True):
    """What is entered for an account; empty texts for phone and e-mail count as none."""

    office_id: int
    username: str
    name: str
    position: str
    role: Role
    phone: str | None = None
    email: str | None = None


class OfficerView(Struct, frozen=True):
    """An account as administrators see it; instants are aware, in UTC."""

    id: int
    office_id: int
    username: str
    name: str
    position: str
    role: Role
    phone: str | None
    email: str | None
    active: bool
    has_password: bool
    created_at: datetime
    last_sign_in_at: datetime | None


class Term(Struct, frozen=True):
    """Since when an account has its present role in its present office; `blocked_at` is None while it is
    open."""

    since: datetime
    blocked_at: datetime | None = None


class SessionTokens(Struct, frozen=True):
    """The secrets of a new session: `token` for the cookie, `csrf` for the forms."""

    token: str
    csrf: str


class Viewer(Struct, frozen=True):
    """A signed-in officer and what they may do now; `rights` has the office ids for each act."""

    officer_id: int
    name: str
    position: str
    role: Role
    office_id: int
    csrf_token: str
    rights: Mapping[Act, frozenset[int]]

    @property
    def visible_office_ids(self) -> frozenset[int]:
        """The offices whose tickets this officer may read; none for an administrator."""
        return self.rights.get(Act.SEE_TICKETS, frozenset())

    def can(self, act: Act, office_id: int | None = None) -> bool:
        """Whether the officer may do `act` in the office, by default their own."""
        return (self.office_id if office_id is None else office_id) in self.rights.get(act, frozenset())


class AuditEntry(Struct, frozen=True):
    """One line of the audit trail; `officer_name` is empty for what the service did by itself."""

    id: int
    at: datetime
    officer_id: int | None
    officer_name: str | None
    office_id: int | None
    action: str
    subject: str
    detail: Mapping[str, object]
