"""Between the form of an article and its sheet, and what is shown beside it."""

from collections.abc import Mapping
from datetime import date

from bot.console.articles_contexts import Checked, SaidAspect
from bot.console.form import Form
from knowledge.article import Article, Aspect
from knowledge.compose import compose_aspect, compose_english
from knowledge.editorial.inspection import Inspection, inspect
from knowledge.editorial.sheet import Sheet
from knowledge.texts import text


def sheet_of(form: Form) -> Sheet:
    """The fields as typed."""
    return Sheet(
        slug=form.line("slug"),
        title=form.line("judul"),
        title_english=form.line("judul_inggris"),
        group=form.line("kelompok"),
        names=form.text("nama_lain"),
        names_english=form.text("nama_inggris"),
        keywords=form.text("kata_kunci"),
        similar=form.text("mirip"),
        summary_english=form.text("ringkasan_inggris"),
        sources_english=form.text("sumber_inggris"),
        checked=form.line("diperiksa"),
        review=form.line("tinjau_lagi"),
        sources=form.text("sumber"),
        part_of=form.line("bagian_dari"),
        sections={aspect: form.text(aspect.value) for aspect in Aspect},
    )


def check_sheet(sheet: Sheet, articles: Mapping[str, Article], today: date) -> tuple[Inspection, Checked]:
    """Check a sheet beside the other articles, and compose what the bot would say."""
    others = {slug: article for slug, article in articles.items() if slug != sheet.slug}
    found = inspect(sheet, others, today)
    return found, Checked(
        found.remarks,
        found.blocking,
        said_by_bot(found.article) if found.article else (),
        _english(found.article),
    )


def said_by_bot(article: Article) -> tuple[SaidAspect, ...]:
    """Every section of an article as the bot says it, in their order."""
    said = []
    for aspect in Aspect:
        composed = compose_aspect(article, aspect)
        said.append(SaidAspect(aspect.value, aspect_label(aspect), composed.text if composed else None))
    return tuple(said)


def aspect_label(aspect: Aspect) -> str:
    """The name of a section, with a capital."""
    words = text(f"aspects.{aspect.value}")
    return words[:1].upper() + words[1:]


def _english(article: Article | None) -> str | None:
    composed = compose_english(article) if article else None
    return composed.text if composed else None
