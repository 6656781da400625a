"""Tables of the survey. No table holds what one person answered, but for a draft while it is filled in."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from afk_core.infra.crypto import EncryptedJson, EncryptedText
from afk_core.infra.database import Base, Id, UtcDateTime
from afk_core.officers.models import Officer
from afk_core.offices.models import Office


class SurveyDraft(Base):
    """A survey that a person has begun; the row goes when it is sent, and with its quarter."""

    __tablename__ = "survey_draft"

    conversation_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    period: Mapped[str] = mapped_column(String(8), index=True)
    values: Mapped[dict[str, str]] = mapped_column("answers", EncryptedJson)


class SurveyTaken(Base):
    """Somebody has answered in a quarter: a keyed fingerprint of who, and nothing else.

    It names no office, no answer and no time, and goes when the quarter has ended.
    """

    __tablename__ = "survey_taken"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), index=True)


class SurveySheet(Base):
    """How many people answered about an office in a quarter; its lock orders those who count."""

    __tablename__ = "survey_sheet"

    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    answers: Mapped[int] = mapped_column(Integer)


class SurveyCount(Base):
    """How often an element got a score from people of one office and quarter."""

    __tablename__ = "survey_count"

    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id), primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    element: Mapped[str] = mapped_column(String(2), primary_key=True)
    score: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer)


class SurveyRemark(Base):
    """A remark, apart from any score. `id` is random, and all of an office and quarter are written anew with
    each one that comes, so that neither order nor transaction tells which was the last."""

    __tablename__ = "survey_remark"
    __table_args__ = (Index("ix_survey_remark_office", "office_id", "period"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    period: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(EncryptedText)


class SurveyFollowUp(Base):
    """What an office does about an element of a quarter, by whom, until when, and what came of it."""

    __tablename__ = "survey_follow_up"
    __table_args__ = (Index("ix_survey_follow_up_office", "office_id", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    period: Mapped[str] = mapped_column(String(8))
    element: Mapped[str] = mapped_column(String(2))
    action: Mapped[str] = mapped_column(EncryptedText)
    who: Mapped[str] = mapped_column(EncryptedText)
    until: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(8))
    result: Mapped[str] = mapped_column(EncryptedText)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveySkm(Base):
    """The SKM of a quarter that was surveyed elsewhere, as it was entered; a correction is a further row.

    `value` is in thousandths.
    """

    __tablename__ = "survey_skm"
    __table_args__ = (Index("ix_survey_skm_office", "office_id", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    period: Mapped[str] = mapped_column(String(8))
    value: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(EncryptedText)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveySkpj(Base):
    """The SKPJ of a year as it was entered; a correction is a further row. `value` is in thousandths."""

    __tablename__ = "survey_skpj"
    __table_args__ = (Index("ix_survey_skpj_office", "office_id", "year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    office_id: Mapped[int] = mapped_column(Id, ForeignKey(Office.id))
    year: Mapped[int] = mapped_column(Integer)
    value: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(EncryptedText)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey(Officer.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
