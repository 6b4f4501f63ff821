"""A limit for all uploads together: Streamlit limits each file, and keeps those of every session in memory."""

from starlette.exceptions import HTTPException
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from components.core.settings import current_settings

_TOO_LARGE = 413


def limit_uploads() -> None:
    """From now on no upload is accepted that would take all of them beyond PORTAL_UPLOAD_MEMORY."""
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return
    most = current_settings().upload_memory * 2**20

    def add_file(session_id: str, file: UploadedFileRec) -> None:
        # Streamlit's server calls it for each upload, one by one.
        kept = sum(stat.byte_length for stats in manager.get_stats().values() for stat in stats)
        if kept + len(file.data) > most:
            raise HTTPException(
                _TOO_LARGE, "All visitors' uploads together take too much memory. Remove some, or try later."
            )
        MemoryUploadedFileManager.add_file(manager, session_id, file)

    manager.add_file = add_file  # type: ignore[method-assign]
