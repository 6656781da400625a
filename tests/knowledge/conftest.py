import pytest

from knowledge.answers import KnowledgeBase
from tests.conftest import shipped_base


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """The knowledge base over the articles that the service ships with."""
    return shipped_base()
