"""Made-up articles, to see how search behaves when the knowledge base grows.

Their prose has the words of the real articles, as often as they stand there; their names and most of
their keywords are invented, as the names of new subjects would be. The seed makes every run the same.
"""

import random
from collections.abc import Sequence

from msgspec.structs import replace

from knowledge.article import Article, Library, Statement

CONSONANTS = "bcdghjklmnprstw"
VOWELS = "aeiou"
INVENTED_WORDS = 30_000
NAMES, KEYWORDS, OWN_SHARE = 4, 20, 0.15


def grow(library: Library, size: int, seed: int = 7) -> Library:
    """The library with made-up articles added until it has `size`; raises ValueError if it has more."""
    missing = size - len(library.articles)
    if missing < 0:
        raise ValueError(size)
    dice = random.Random(seed)
    models = list(library.articles.values())
    prose = [word for article in models for s in article.statements() for word in s.text.split()]
    invented = [_invent(dice) for _ in range(INVENTED_WORDS)]
    articles = dict(library.articles)
    for number in range(missing):
        article = _article(f"sintetis-{number}", dice.choice(models), prose, invented, dice)
        articles[article.slug] = article
    return Library(articles)


def _article(
    slug: str, model: Article, prose: Sequence[str], invented: Sequence[str], dice: random.Random
) -> Article:
    own = [dice.choice(invented) for _ in range(NAMES + KEYWORDS)]
    sections = {
        aspect: tuple(_statement(s, slug, prose, own, dice) for s in statements)
        for aspect, statements in model.sections.items()
    }
    return replace(
        model,
        slug=slug,
        title=" ".join(own[:2]),
        title_english=f"{own[1]} {own[2]} facility",
        names=tuple(f"{own[n]} {own[n + 1]}" for n in range(NAMES)),
        names_english=(),
        keywords=(*own[NAMES:], *dice.sample(model.keywords, min(3, len(model.keywords)))),
        similar=(),
        summary_english=" ".join(dice.choices(prose, k=30)),
        sections=sections,
        part_of=None,
        file=f"{slug}.md",
    )


def _statement(
    model: Statement, slug: str, prose: Sequence[str], own: Sequence[str], dice: random.Random
) -> Statement:
    words = [
        dice.choice(own) if dice.random() < OWN_SHARE else dice.choice(prose) for _ in model.text.split()
    ]
    place = model.id.split("/", 1)[1]
    return replace(model, id=f"{slug}/{place}", text=" ".join(words), neighbour=None, replaced=None)


def _invent(dice: random.Random) -> str:
    return "".join(dice.choice(CONSONANTS) + dice.choice(VOWELS) for _ in range(dice.randint(3, 5)))
