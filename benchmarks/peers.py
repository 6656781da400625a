"""Plain methods over the same texts, each giving topics with a score for a question.

RapidFuzz is a dependency and FTS5 comes with Python. bm25s and scikit-learn are optional:
`pip install bm25s scikit-learn`.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from knowledge.article import Article, Library
from knowledge.lexicon import split_words
from knowledge.neighbours import Neighbour

Ranked = list[tuple[str, float]]
Rank = Callable[[str], Ranked]
Builder = Callable[[Mapping[str, str], Mapping[str, Sequence[str]]], Rank]
MOST = 5


def texts_of(
    library: Library, neighbours: Iterable[Neighbour]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """(whole text, names) by topic: what an article or a neighbour topic says, for every method alike."""
    texts: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    for article in library.articles.values():
        topic = article.part_of or article.slug
        said = _names(article)
        names.setdefault(topic, []).extend(said)
        parts = [*said, *article.keywords, article.summary_english, *(s.text for s in article.statements())]
        texts[topic] = " ".join([texts.get(topic, ""), *parts])
    for neighbour in neighbours:
        key = f"neighbour:{neighbour.key}"
        names[key] = [neighbour.title, *neighbour.names]
        texts[key] = " ".join([*names[key], *neighbour.keywords])
    return texts, names


def rapidfuzz_names(texts: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> Rank:
    """The name that is most like the question."""
    flat = [(name.lower(), topic) for topic, listed in names.items() for name in listed]
    known = [name for name, _ in flat]

    def rank(question: str) -> Ranked:
        found = process.extract(question.lower(), known, scorer=fuzz.token_set_ratio, limit=4 * MOST)
        return _best_of_each((flat[place][1], score) for _, score, place in found)

    return rank


def bm25(texts: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> Rank:
    """BM25 over whole texts with bm25s."""
    import bm25s

    topics = list(texts)
    index = bm25s.BM25()
    index.index([split_words(text) for text in texts.values()], show_progress=False)

    def rank(question: str) -> Ranked:
        words = [word for word in split_words(question) if word in index.vocab_dict]
        if not words:
            return []
        found, scores = index.retrieve([words], k=min(MOST, len(topics)), show_progress=False)
        return [(topics[place], float(score)) for place, score in zip(found[0], scores[0], strict=True)]

    return rank


def tfidf(texts: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> Rank:
    """TF-IDF of character n-grams (3 to 5, inside words) with scikit-learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    topics = list(texts)
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts.values()).T.tocsr()

    def rank(question: str) -> Ranked:
        scores = (vectorizer.transform([question]) @ matrix).toarray()[0]
        return [(topics[place], float(scores[place])) for place in (-scores).argsort()[:MOST]]

    return rank


def fts5(texts: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> Rank:
    """SQLite FTS5 with its bm25(), names weighted ten times."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE topic USING fts5(slug UNINDEXED, names, body)")
    rows = [(topic, " ".join(names[topic]), text) for topic, text in texts.items()]
    database.executemany("INSERT INTO topic VALUES (?, ?, ?)", rows)
    query = "SELECT slug, -bm25(topic, 0, 10, 1) FROM topic WHERE topic MATCH ? ORDER BY 2 DESC LIMIT ?"

    def rank(question: str) -> Ranked:
        words = " OR ".join(f'"{word}"' for word in split_words(question))
        return list(database.execute(query, (words, MOST))) if words else []

    return rank


PEERS: dict[str, Builder] = {
    "RapidFuzz on names": rapidfuzz_names,
    "BM25 (bm25s)": bm25,
    "TF-IDF, character n-grams (scikit-learn)": tfidf,
    "SQLite FTS5": fts5,
}


def _names(article: Article) -> list[str]:
    return [article.title, *article.names, article.title_english, *article.names_english]


def _best_of_each(found: Iterable[tuple[str, float]]) -> Ranked:
    best: dict[str, float] = {}
    for topic, score in found:
        best.setdefault(topic, score)
    return list(best.items())[:MOST]
