"""What is kept of a person, as they may have it: gathered, on paper, and for other programs."""
