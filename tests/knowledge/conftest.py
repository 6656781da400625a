from pathlib import Path

import pytest

import knowledge
from knowledge.answers import KnowledgeBase
from tests.conftest import shipped_base

ARTICLES = Path(knowledge.__file__).parent / "articles"


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """The knowledge base over the articles that the service ships with."""
    return shipped_base()
