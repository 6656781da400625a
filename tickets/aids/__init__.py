"""What helps officers to answer: attachments, canned replies, the undo, a second pair of eyes."""
