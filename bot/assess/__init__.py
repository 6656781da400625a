"""The self-assessment as people see it: its words, its picture, its paper, its pages."""
