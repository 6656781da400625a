"""The editorial life of the articles: drafted, reviewed by a second person, published, with history."""
