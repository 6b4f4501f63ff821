"""What the garbage collector need not look through: modules and clients, of which nothing becomes garbage."""

import gc


def settle() -> None:
    """Has the collector pass over all that is there now.

    Streamlit has it look through everything after each run of a page or a fragment, during which nobody else is served:
    for 0.3 s with all that the pages import.
    """
    gc.collect()
    gc.freeze()


def unsettle() -> None:
    """Has it look through everything again, since some of that is dropped."""
    gc.unfreeze()
