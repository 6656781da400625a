"""Officers at work in a chat: their linked account, the office's group, and what they do with tickets."""
