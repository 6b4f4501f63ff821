"""A limit for all uploads together: Streamlit limits each file, and keeps those of every session in memory."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from components.core.settings import Settings

_TOO_LARGE = 413


@dataclass(frozen=True)
class _Limited:
    """Stands in the place of the manager's `add_file`, which Streamlit's server calls for each upload, one by one."""

    manager: MemoryUploadedFileManager
    most: int

    def __call__(self, session_id: str, file: UploadedFileRec) -> None:
        kept = sum(stat.byte_length for stats in self.manager.get_stats().values() for stat in stats)
        if kept + len(file.data) > self.most:
            raise HTTPException(
                _TOO_LARGE, "All visitors' uploads together take too much memory. Remove some, or try later."
            )
        MemoryUploadedFileManager.add_file(self.manager, session_id, file)


def limit_uploads() -> None:
    """From now on no upload is accepted that would take all of them beyond PORTAL_UPLOAD_MEMORY."""
    if not runtime.exists():
        return
    manager = runtime.get_instance().uploaded_file_mgr
    if isinstance(manager, MemoryUploadedFileManager) and not isinstance(manager.add_file, _Limited):
        limited = _Limited(manager, Settings().upload_memory * 2**20)
        manager.add_file = limited  # type: ignore[method-assign]
