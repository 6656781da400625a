"""The quarterly survey outside of the chat: the form below `/survei`, the published results, the papers."""
