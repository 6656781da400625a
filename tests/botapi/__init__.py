"""A Bot API server of the tests' own: the real wire format over a real socket, with faults on demand.

It also runs by itself (`python -m tests.botapi --port 8081`) with a small page to play the user, so that
the service can be shown without a token.
"""
