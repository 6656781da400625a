"""What the garbage collector need not look through: the program itself, and what a service is made of."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def made_for_good() -> Iterator[None]:
    """Spare the garbage collector what is made inside, and all that was made before.

    It would look through 200,000 objects that stay, again and again: while the program is loaded, and later,
    when nobody is answered for those 0.1 to 0.2 seconds.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
