"""The line that each invocation has in the log: what was sent where, how long it took, what came of it."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime.type_defs import ResponseMetadataTypeDef

from components.core.errors import EndpointError
from components.core.request_id import new_id, working_on
from components.targets.aws_errors import reason
from components.targets.target import Target
from components.whisper.contract import Request

logger = logging.getLogger(__name__)
# A command that sets up no log tells failures itself: Python is not to write them on its screen as well.
logger.addHandler(logging.NullHandler())


class Call:
    """One invocation. `id` is the portal's own, `aws_id` that of the answer, `seconds` how long that took to come."""

    def __init__(self) -> None:
        self.id = new_id()
        self.aws_id: str | None = None
        self.retries = 0
        self.seconds = 0.0
        self._started = time.perf_counter()

    def answered(self, metadata: "ResponseMetadataTypeDef") -> None:
        """Notes that there is an answer."""
        self.aws_id = metadata.get("RequestId")
        self.retries = metadata["RetryAttempts"]
        self.ended()

    def ended(self) -> None:
        """Notes that there will be no other."""
        self.seconds = time.perf_counter() - self._started


@contextmanager
def noted(target: Target, endpoint: str, request: Request) -> Iterator[Call]:
    """Logs the invocation that is made in this context; its id is the current one, and its errors have an id."""
    call = Call()
    sent: dict[str, object] = {"endpoint": endpoint, "target": target.region, "bytes": len(request.body)}
    with working_on(call.id):
        try:
            yield call
        except EndpointError as error:
            call.ended()
            error.request_id = error.request_id or call.aws_id or call.id
            failed = reason(error, error.__cause__) | {"outcome": "failed", "request_id": error.request_id}
            logger.warning("%s failed", endpoint, extra=sent | _came(call) | failed)
            raise
        answered: dict[str, object] = {
            "outcome": "answered",
            "retries": call.retries,
            "request_id": call.aws_id or call.id,
        }
        logger.info("%s answered", endpoint, extra=sent | _came(call) | answered)


def _came(call: Call) -> dict[str, object]:
    return {"seconds": round(call.seconds, 3), "inference_id": call.id}
