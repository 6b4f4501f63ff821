"""The guard in front of all that costs money, changes or deletes."""

from components.core.errors import ReadOnlyError
from components.core.settings import Settings


def forbid_read_only() -> None:
    """Lets nothing pass where PORTAL_READ_ONLY is set.

    Raises:
        ReadOnlyError: it is.
    """
    if Settings().read_only:
        raise ReadOnlyError
