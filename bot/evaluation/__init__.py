"""The evaluation of a semester (Pasal 13): totals over offices, without anything about persons."""
