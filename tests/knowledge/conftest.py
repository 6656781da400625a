from pathlib import Path

import pytest

import knowledge
from knowledge.answers import KnowledgeBase

ARTICLES = Path(knowledge.__file__).parent / "articles"


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """The knowledge base over the articles that the service ships with."""
    return KnowledgeBase.load(ARTICLES)
