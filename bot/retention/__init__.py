"""How long what people wrote is kept, and how it goes."""
