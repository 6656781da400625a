"""From a question to a finding: an answer with sources, a question back, or an officer."""

from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.article import Article, Aspect, Library
from knowledge.asked import Asked
from knowledge.choices import EXPORT_ONLY, offer, which_facility, without_topic
from knowledge.choices import MOST_CHOICES as MOST_CHOICES
from knowledge.comparing import compared, difference
from knowledge.confidence import Features, Thresholds, close_hits, features_of, probability
from knowledge.cues import Heard
from knowledge.examples import Examples, Votes, load_examples
from knowledge.finding import Finding as Finding
from knowledge.finding import Outcome as Outcome
from knowledge.finding import handover, unreadable
from knowledge.focus import Focus
from knowledge.index import (
    document_of_article,
    document_of_neighbour,
    texts_of_article,
    texts_of_neighbour,
)
from knowledge.neighbours import load_neighbours
from knowledge.normalize import SENTENCE, WORD, Question, terms_by_text
from knowledge.outside import vocabulary_of
from knowledge.parse import load_articles
from knowledge.saying import Speaker, tells_of
from knowledge.search import Hit, Ranking, Searcher
from knowledge.signals import (
    Context,
    Sign,
    aspects_asked,
    aspects_beside,
    business_told,
    context_of,
    hear,
    is_own_case,
    only_aspects,
    smalltalk_kind,
)
from knowledge.texts import text

Judge = Callable[[Features], float]

BESIDE = 0.6  # share of a neighbour's evidence from which a topic of ours that is named wins
BESIDE_CERTAIN = 0.4  # the same where the name is said about nothing else ("KITE")
LEAST_EVIDENCE = 0.5  # below it the ranking is noise and gives no choices
REMEMBERED = 0.3  # share of earlier questions from which their topics are offered where words found none
REMEMBERED_OVER = 1.5  # how many times more they must speak for it than for something outside
LEAST_REMEMBERED = 0.1
BESIDE_VOTES = 0.8  # share of them from which their topic is offered although a neighbour was found
DISPUTED = 0.4  # share of earlier questions that is enough to doubt a topic for which few of them speak
FAINT = 0.2  # share of them below which a topic that is not named is not answered
SOUNDS_OURS = 0.5  # share of speaking for outside below which one of our topics may be meant
SOUNDS_OUTSIDE = 0.7  # the same where earlier questions speak a little for one of them
LEAST_HEARD = 0.02  # what "a little" is
HARDLY_HEARD = 0.001  # share from which a topic is worth naming at all
UNTAUGHT = 0.6  # how far the doubt counts where no earlier question was about the topic
UNSURE_OF_STORY = ("unknown", "perhaps")  # reasons for which the last sentence of several is read alone
SURE_ALONE = (
    0.8  # probability from which it is answered: without its story a sentence says less than it seems
)


class KnowledgeBase:
    """The articles made searchable; read-only once built, so threads may share it."""

    def __init__(
        self,
        library: Library,
        *,
        thresholds: Thresholds | None = None,
        judge: Judge = probability,
        examples: Examples | None = None,
    ) -> None:
        """Index the articles; `judge` turns the evidence for the best topic into a probability."""
        self.collection = library
        self._examples = examples or load_examples()
        self._judge = judge
        self.thresholds = thresholds or Thresholds()
        self._neighbours = {neighbour.key: neighbour for neighbour in load_neighbours()}
        articles, neighbours = library.articles.values(), self._neighbours.values()
        texts = [text for article in articles for text in texts_of_article(article)]
        terms = terms_by_text([*texts, *(text for each in neighbours for text in texts_of_neighbour(each))])
        documents = [document_of_article(article, terms) for article in articles]
        documents += [document_of_neighbour(neighbour, terms) for neighbour in neighbours]
        words = [word for article in articles for word in _vocabulary(article)]
        words += [word for n in neighbours for word in (*n.names, *n.keywords)]
        self._searcher = Searcher(documents, words)
        self._outside = self._examples.outside_of(vocabulary_of(self._searcher.index))
        self._speaker = Speaker(library.articles, Focus(self._searcher.index, articles, terms))

    @classmethod
    def load(cls, folder: Path, *, thresholds: Thresholds | None = None) -> "KnowledgeBase":
        """Read the articles of a folder; raises DomainError("articles.invalid")."""
        return cls(load_articles(folder), thresholds=thresholds)

    def topics(self, group: str | None = None) -> list[tuple[str, str]]:
        """(slug, title) of the topics, of one `kelompok` if given, without parts of other topics."""
        return [
            (article.slug, article.title)
            for article in self.collection.articles.values()
            if article.part_of is None and group in (None, article.group)
        ]

    def answer(self, slug: str, aspect: Aspect) -> Finding:
        """The finding behind a button; raises KeyError for an unknown slug."""
        return self._speaker.say(self.collection.articles[slug], [aspect], 1.0)

    def find_answer(self, question: str, *, topic: str | None = None) -> Finding:
        """Answer a question; `topic` is what the conversation was about so far. Never raises for bad text."""
        read = self._searcher.read(question)
        if not read.words:
            return unreadable(question)
        found = self._find(read, topic)
        if found.reason in UNSURE_OF_STORY and read.sentences[-1]:
            found = self._asked_at_the_end(read, topic) or found
        if read.english and found.outcome in (Outcome.HANDOVER, Outcome.CLARIFY):
            return found._replace(text=f"{found.text}\n{text(f'english.{found.outcome.value}')}")
        return found

    def _asked_at_the_end(self, read: Question, topic: str | None) -> Finding | None:
        """The answer to the last sentence alone, where a story hid what is asked."""
        last = next((part for part in reversed(SENTENCE.split(read.clean)) if WORD.search(part)), "")
        found = self._find(self._searcher.read(last), topic)
        return found if found.outcome is Outcome.ANSWER and found.score >= SURE_ALONE else None

    def _find(self, read: Question, topic: str | None) -> Finding:
        heard = hear(read)
        if Sign.INJECTION in heard:
            return handover("injection")
        if Sign.EVASION in heard:
            return handover("evasion")
        kind = smalltalk_kind(read, heard)
        if kind is not None:
            return Finding(Outcome.SMALLTALK, score=1.0, text=text(f"smalltalk.{kind}"), reason=kind)
        if Sign.WISH in heard:
            return handover("wish", topic=self._guess(read))
        if Sign.ABUSE in heard:
            return handover("abuse")
        if is_own_case(read, heard):
            return handover("own-case", topic=self._guess(read))
        return self._by_topic(read, heard, topic)

    def question_key(self, question: str) -> str:
        """The words of a question that the knowledge base knows, sorted: no name or number gets in."""
        read = self._searcher.read(question)
        known = {term for term in read.terms if term in self._searcher.index.rarity and term.isalpha()}
        return " ".join(sorted(known))

    def _by_topic(self, read: Question, heard: Heard, topic: str | None) -> Finding:
        context = context_of(read, heard)
        asked = Asked(
            read=read,
            heard=heard,
            aspects=aspects_asked(heard),
            context=context,
            votes=self._examples.votes(read),
            outside=self._outside(read, context),
        )
        ranking = self._searcher.rank(read, asked.shares)
        best = ranking.hits[0] if ranking.hits else None
        score = self._score(ranking, asked)
        carried = self.collection.articles.get(topic) if topic is not None else None
        if carried is not None and asked.short:
            more = aspects_beside(read, heard, asked.aspects, (), short=True)
            if more and self._follows(asked, carried, best, score):
                return self._speaker.say(carried, more, 1.0, read, heard)
        cited = self._cited(read, ranking)
        if cited is not None:
            return self._speaker.say_best(
                cited, read, heard, asked.aspects, max(score, self.thresholds.answer)
            )
        if best is None or (best.neighbour and not best.name and best.evidence < LEAST_EVIDENCE):
            return self._remembered(asked, ranking) or self._unknown(asked, ranking)
        if best.neighbour:
            ours = self._named_beside(ranking)
            if ours is None:
                return self._beside_neighbour(asked, ranking) or self._neighbour(
                    best, score, self._perhaps(asked, ranking)
                )
            ranking = ours
            best = ours.hits[0]
            score = self._score(ours, asked)
        if Sign.ELSEWHERE_ALWAYS in heard:
            return handover("out-of-scope", "unrelated")
        unrelated = Sign.UNRELATED in heard and context is Context.NONE
        elsewhere = Sign.ELSEWHERE in heard and context is not Context.STRONG
        if unrelated or (elsewhere and not ranking.certain):
            perhaps = self._perhaps(asked, ranking)
            return offer(perhaps, score, "perhaps") if perhaps else handover("out-of-scope", "unrelated")
        hits = [hit for hit in ranking.hits if not hit.neighbour]
        if Aspect.DIFFERENCE in asked.aspects:
            pair = compared(hits, self.collection.articles, carried)
            if pair is not None:
                return difference(*pair, score, english=read.english)
        faint = not best.name and asked.share(best) < FAINT
        little_said = not best.name and asked.short and business_told(heard)
        if (faint or little_said) and Sign.BUSINESS in heard:
            return which_facility(self.collection, heard)
        if score >= self.thresholds.answer and not faint and not _disputed(asked, best):
            rivals = close_hits(hits, self.thresholds.close)
            if len({rival.topic for rival in rivals}) > 1:
                return self._clarify(rivals, score)
            article = self._whole(hits)
            aspects = aspects_beside(read, heard, asked.aspects, article.names, short=asked.short)
            return self._speaker.say_best(article, read, heard, aspects, score)
        if score >= self.thresholds.clarify and best.evidence >= LEAST_EVIDENCE:
            return self._clarify(hits, score)
        return self._remembered(asked, ranking) or self._unknown(asked, ranking)

    def _follows(self, asked: Asked, carried: Article, best: Hit | None, score: float) -> bool:
        """Whether a short question is about the topic so far: none is named, or only a neighbour by words
        that ask for an aspect ("sanksinya?") or that the topic tells of ("belum punya NIB").
        """
        sure = best is not None and score >= self.thresholds.answer and best.evidence >= LEAST_EVIDENCE
        if best is None or not (best.name or sure):
            return True
        return best.neighbour and (
            only_aspects(asked.read, asked.heard) or self._speaker.tells(carried, asked.read)
        )

    def _cited(self, read: Question, ranking: Ranking) -> Article | None:
        """The topic that tells of a regulation which is cited, if no other one does or is named."""
        if not read.regulations:
            return None
        named = [self.collection.articles[hit.key] for hit in ranking.hits if not hit.neighbour and hit.name]
        return named[0] if len(named) == 1 and tells_of(named[0], read) else None

    def _whole(self, hits: Sequence[Hit]) -> Article:
        """The best topic; a part of a topic gives way where only the whole is named."""
        article = self.collection.articles[hits[0].key]
        if article.part_of is None or hits[0].name:
            return article
        named = any(hit.name and hit.key == article.part_of for hit in hits)
        return self.collection.articles[article.part_of] if named else article

    def _unknown(self, asked: Asked, ranking: Ranking) -> Finding:
        """What to say where no topic is sure: a question back if one may be meant, else an officer."""
        found = without_topic(self.collection, asked.read, asked.heard, asked.aspects)
        if found.outcome is not Outcome.HANDOVER and found.reason != EXPORT_ONLY:
            return found
        perhaps = self._perhaps(asked, ranking)
        return offer(perhaps, 0.0, "perhaps") if perhaps else found

    def _perhaps(self, asked: Asked, ranking: Ranking) -> tuple[str, ...]:
        """Topics worth asking about before an officer is, because the question sounds like one for us."""
        if asked.outside >= SOUNDS_OUTSIDE:
            return ()
        shares = {t: s for t, s in self._ours(asked.votes) if s >= HARDLY_HEARD}
        likely = list(shares)
        if asked.outside >= SOUNDS_OURS and (not likely or shares[likely[0]] < LEAST_HEARD):
            return ()
        found = _topics_found(ranking)
        return tuple(dict.fromkeys([*likely[:2], *found, *likely[2:]]))[:MOST_CHOICES]

    def _ours(self, votes: Votes) -> list[tuple[str, float]]:
        """Our topics of which an article tells, by the falling share that earlier questions give them."""
        found = [(topic, share) for topic, share in votes.topics.items() if topic in self.collection.articles]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def _remembered(self, asked: Asked, ranking: Ranking) -> Finding | None:
        """What like questions were about, where they speak for ours: one topic that nearly all are about is
        answered if customs is spoken of, several are offered."""
        shares = self._ours(asked.votes)
        if not shares or shares[0][1] < max(REMEMBERED, REMEMBERED_OVER * asked.votes.outside):
            return None
        topic, best = shares[0]
        if asked.context is Context.STRONG and best >= self.thresholds.answer:
            article = self.collection.articles[topic]
            return self._speaker.say(article, asked.aspects, best, asked.read, asked.heard)
        if asked.context is not Context.STRONG and topic not in _topics_found(ranking):
            return None
        return offer((slug for slug, share in shares if share >= LEAST_REMEMBERED), best, "remembered")

    def _beside_neighbour(self, asked: Asked, ranking: Ranking) -> Finding | None:
        """The topics of like questions, where they speak for ours much more than for the neighbour found."""
        share = asked.votes.highest
        if share < max(BESIDE_VOTES, 3 * asked.votes.outside):
            return None
        topic, found = max(asked.votes.topics, key=asked.votes.share), _topics_found(ranking)
        return offer([topic, *found], share, "remembered") if topic in found else None

    def _score(self, ranking: Ranking, asked: Asked) -> float:
        """The probability of the best topic; 0 where there is none."""
        if not ranking.hits:
            return 0.0
        best = ranking.hits[0]
        # A topic that officers add has no earlier questions yet.
        taught = best.neighbour or best.topic in asked.votes.numbers
        return self._judge(
            features_of(
                ranking,
                context=asked.context,
                examples=asked.share(best),
                rival=asked.rival(best),
                outside=asked.outside if taught else UNTAUGHT * asked.outside,
            )
        )

    def _named_beside(self, ranking: Ranking) -> Ranking | None:
        """The ranking of our topics alone, if the question names one nearly as clearly as a neighbour."""
        hits = tuple(hit for hit in ranking.hits if not hit.neighbour)
        if not hits or not hits[0].name:
            return None
        ours = ranking.without_neighbours()
        share = BESIDE_CERTAIN if ours.certain else BESIDE
        if hits[0].evidence < share * ranking.hits[0].evidence:
            return None
        beside = [hit for hit in ranking.hits if hit.neighbour and hit.evidence >= BESIDE * hits[0].evidence]
        return ours if len(beside) <= 1 and ours.official else None

    def _guess(self, read: Question) -> str | None:
        """The topic that a question is most likely about, if it is one of ours."""
        best = next(iter(self._searcher.rank(read).hits), None)
        return None if best is None or best.neighbour else best.topic

    def _clarify(self, hits: Sequence[Hit], score: float) -> Finding:
        return offer((hit.topic for hit in hits), score, "ambiguous")

    def _neighbour(self, hit: Hit, score: float, perhaps: tuple[str, ...]) -> Finding:
        """Where to ask about a neighbour topic; with choices where one of ours may be meant all the same."""
        neighbour = self._neighbours[hit.key]
        lines = [text("handover.neighbour", title=neighbour.title), neighbour.direction]
        if perhaps:
            lines.append(text("clarify.beside_neighbour"))
            return Finding(
                Outcome.CLARIFY, choices=perhaps, score=score, text="\n".join(lines), reason="neighbour-topic"
            )
        lines.append(text("handover.neighbour_contact"))
        return Finding(Outcome.HANDOVER, None, None, (), score, "\n".join(lines), reason="neighbour-topic")


def _topics_found(ranking: Ranking) -> list[str]:
    """Our topics in a ranking, best first."""
    return [hit.topic for hit in ranking.hits if not hit.neighbour]


def _disputed(asked: Asked, best: Hit) -> bool:
    """Whether earlier questions speak much more for another topic."""
    return asked.votes.highest >= max(2 * asked.share(best), DISPUTED)


def _vocabulary(article: Article) -> list[str]:
    statements = [statement.text for statement in article.statements()]
    return [article.title, *article.names, *article.names_english, *article.keywords, *statements]
