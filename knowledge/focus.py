"""Which statement of an article fits a question best."""

from knowledge.article import Article, Aspect, Statement
from knowledge.index import Index
from knowledge.lexicon import load_lexicon
from knowledge.normalize import Question, terms_of

FITS = 0.6  # sum of the rarities of the common words from which a statement is about the question
UNSEEN = 0.5  # rarity of a word that is in no name and no keyword


class Focus:
    """Compares questions with single statements; the statements' terms are read when first needed."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._terms: dict[str, list[tuple[Statement, frozenset[str]]]] = {}

    def best(self, article: Article, question: Question) -> Statement | None:
        """The statement that shares most with the question beyond the topic's name, if any fits."""
        asked = self._beyond_the_name(article, question)
        best: tuple[float, Statement] | None = None
        for statement, terms in self._statements(article):
            worth = sum(self._index.rarity.get(term, UNSEEN) for term in asked & terms)
            if worth >= FITS and (best is None or worth > best[0]):
                best = (worth, statement)
        return best[1] if best is not None else None

    def _beyond_the_name(self, article: Article, question: Question) -> frozenset[str]:
        names = {term for name in (article.title, *article.names) for term in terms_of(name)}
        generic = load_lexicon().generic
        return frozenset(term for term in question.terms if term not in names and term not in generic)

    def _statements(self, article: Article) -> list[tuple[Statement, frozenset[str]]]:
        if article.slug not in self._terms:
            self._terms[article.slug] = [
                (statement, frozenset(terms_of(statement.text)))
                for statement in article.statements()
                if statement.aspect is not Aspect.DIFFERENCE
            ]
        return self._terms[article.slug]
