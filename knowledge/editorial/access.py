"""What the verbs of the editorial life share: rights, the locked row, steps, audit."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from afk_core.infra.errors import DomainError
from afk_core.officers.service import Viewer, record_audit
from afk_core.rules.roles import Act
from knowledge.editorial import store
from knowledge.editorial.lifecycle import DraftState, Person, Step, after, is_open
from knowledge.editorial.models import ArticleDraft, ArticleStep

WRITING = frozenset({Step.CREATED, Step.SAVED})


def person_of(viewer: Viewer) -> Person:
    """The rights of an officer; articles are shared by all offices, so a right in any office counts."""
    return Person(
        viewer.officer_id,
        drafts=bool(viewer.rights.get(Act.DRAFT_ARTICLE)),
        publishes=bool(viewer.rights.get(Act.PUBLISH_ARTICLE)),
    )


async def locked_draft(session: AsyncSession, draft_id: int) -> ArticleDraft:
    """The row of a piece of work, locked; raises DomainError `article.draft_not_found`."""
    draft = await store.draft_by_id(session, draft_id, lock=True)
    if draft is None:
        raise DomainError("article.draft_not_found")
    return draft


async def authors_of(session: AsyncSession, draft_id: int) -> frozenset[int]:
    """The ids of all who wrote on a piece of work."""
    return authors_in([step for step, _name in await store.steps_of(session, draft_id)])


def authors_in(steps: Collection[ArticleStep]) -> frozenset[int]:
    """The ids of all whose steps changed the text."""
    return frozenset(step.officer_id for step in steps if Step(step.kind) in WRITING)


async def move(session: AsyncSession, viewer: Viewer, draft: ArticleDraft, step: Step) -> None:
    """Bring a locked piece of work to the state after `step`; raises as `lifecycle.after`."""
    authors = await authors_of(session, draft.id)
    state = after(DraftState(draft.state), step, authors, person_of(viewer))
    draft.state = state.value
    if not is_open(state):
        draft.open_slug = None


async def record(
    session: AsyncSession,
    now: datetime,
    viewer: Viewer,
    draft: ArticleDraft,
    step: Step,
    *,
    remarks: str = "",
) -> None:
    """Add the step to the history and to the audit trail."""
    draft.updated_at = now
    await store.add_step(
        session,
        ArticleStep(
            draft_id=draft.id,
            kind=step.value,
            revision=draft.revision,
            officer_id=viewer.officer_id,
            at=now,
            remarks=remarks or None,
            text=draft.text if step in WRITING else None,
        ),
    )
    await record_audit(
        session,
        now,
        action=f"article.{step.value}",
        subject=f"article:{draft.slug}",
        officer_id=viewer.officer_id,
        office_id=viewer.office_id,
        detail={"draft": draft.id, "revision": draft.revision},
    )
