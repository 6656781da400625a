"""`klinik check` for what officers published: the same faults as in files, under the article's name."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from knowledge.article import Fault, Library
from knowledge.check import check_text
from knowledge.editorial.overlay import PublishedText
from knowledge.texts import text


def check_published(published: Iterable[PublishedText], library: Library, today: date) -> list[Fault]:
    """Find the faults of published texts; `library` is what holds with them, lines are the text's own."""
    faults = []
    for each in published:
        if each.text is not None:
            file = f"{each.slug}.md"
            _, found = check_text(each.text, file, library.articles, today)
            named = text("faults.published", file=file)
            faults += [replace(fault, file=named) for fault in found]
    return sorted(faults)
