"""The guard in front of all that costs money, changes or deletes."""

from components.core.errors import ReadOnlyError
from components.core.settings import current_settings


def forbid_read_only() -> None:
    """Lets nothing pass where PORTAL_READ_ONLY is set.

    Raises:
        ReadOnlyError: it is.
    """
    if current_settings().read_only:
        raise ReadOnlyError
