"""`klinik check` for articles: every fault with file and line, in words an officer understands."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from knowledge.article import Article, Fault
from knowledge.parse import parse_article, read_folder
from knowledge.texts import text

SENTENCES = "texts.toml"


def check_articles(folder: Path, today: date) -> list[Fault]:
    """Find every fault of every article in `folder`, sorted by file and line.

    `today` (a date of the office's calendar) decides which reviews are overdue. Raises nothing
    for bad content: that is what the list is for.
    """
    articles, faults = read_folder(folder)
    # A file with faults of its own is there all the same: what points to it is not at fault.
    known = {*articles, *files_of(folder)}
    for article in articles.values():
        faults += [*_dead_references(article, known), *_bad_dates(article, today)]
    if not articles and not faults:
        faults.append(Fault(folder.name, 1, "folder_empty"))
    return sorted(faults)


def files_of(folder: Path) -> set[str]:
    """The slugs that the files of a folder are meant to have."""
    return {path.stem for path in folder.glob("*.md")}


def check_text(
    text: str, file: str, others: Mapping[str, Article], today: date
) -> tuple[Article | None, list[Fault]]:
    """Find every fault of one article that is not a file yet, beside the articles `others`.

    `file` is the name that it would have. Returns the article, or None where its head is too broken.
    """
    article, faults = parse_article(text, file)
    if article is not None:
        known = {*others, article.slug}
        faults += [*_dead_references(article, known), *_bad_dates(article, today)]
    return article, sorted(faults)


def describe_fault(fault: Fault) -> str:
    """One line for a person: `plb.md baris 12: ...` in plain Indonesian."""
    if fault.file == SENTENCES:
        # The table with all sentences is the one that cannot be read: what is left are file and line.
        return f"{fault.file} baris {fault.line}: {fault.detail}"
    return text("faults.line", file=fault.file, line=fault.line, sentence=fault_sentence(fault))


def fault_sentence(fault: Fault) -> str:
    """What is wrong, in plain Indonesian, without the place."""
    return text(f"faults.{fault.code}", detail=fault.detail)


def _dead_references(article: Article, articles: Collection[str]) -> list[Fault]:
    faults = [
        _fault(article, "mirip", "reference_dead", slug) for slug in article.similar if slug not in articles
    ]
    if article.part_of is not None and article.part_of not in articles:
        faults.append(_fault(article, "bagian_dari", "slug_unknown", article.part_of))
    faults += [
        Fault(article.file, statement.line, "reference_dead", statement.neighbour)
        for statement in article.statements()
        if statement.neighbour is not None and statement.neighbour not in articles
    ]
    return faults


def _bad_dates(article: Article, today: date) -> list[Fault]:
    faults = []
    if article.review < today:
        faults.append(_fault(article, "tinjau_lagi", "review_overdue", article.review.isoformat()))
    if article.review <= article.checked:
        faults.append(_fault(article, "tinjau_lagi", "review_before_check", article.review.isoformat()))
    if article.checked > today:
        faults.append(_fault(article, "diperiksa", "checked_in_future", article.checked.isoformat()))
    return faults


def _fault(article: Article, key: str, code: str, detail: str) -> Fault:
    return Fault(article.file, article.lines.get(key, 1), code, detail)
