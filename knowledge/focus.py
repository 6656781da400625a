"""Which statement of an article fits a question best."""

from collections.abc import Iterable

from knowledge.article import Article, Aspect, Statement
from knowledge.index import Index
from knowledge.lexicon import load_lexicon
from knowledge.normalize import Question, terms_of

FITS = 0.6  # sum of the rarities of the common words from which a statement is about the question
UNSEEN = 0.5  # rarity of a word that is in no name and no keyword


class Focus:
    """Compares questions with single statements, beyond the words that only name the topic."""

    def __init__(self, index: Index, articles: Iterable[Article]) -> None:
        """Focus on `articles`, whose documents are in `index`."""
        self._index = index
        known = {document.key: document.statements for document in index.documents if not document.neighbour}
        generic = load_lexicon().generic
        self._names: dict[str, frozenset[str]] = {}
        self._terms: dict[str, tuple[tuple[Statement, frozenset[str]], ...]] = {}
        for article in articles:
            names = (term for name in (article.title, *article.names) for term in terms_of(name))
            self._names[article.slug] = frozenset(names) | generic
            self._terms[article.slug] = tuple(
                (statement, terms)
                for statement, terms in zip(article.statements(), known[article.slug], strict=True)
                if statement.aspect is not Aspect.DIFFERENCE
            )

    def best(self, article: Article, question: Question) -> Statement | None:
        """The statement that shares most with the question beyond the topic's name, if any fits."""
        asked = frozenset(question.terms) - self._names[article.slug]
        best: tuple[float, Statement] | None = None
        for statement, terms in self._terms[article.slug]:
            worth = sum(self._index.rarity.get(term, UNSEEN) for term in asked & terms)
            if worth >= FITS and (best is None or worth > best[0]):
                best = (worth, statement)
        return best[1] if best is not None else None
