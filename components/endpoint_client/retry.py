"""The one retry policy: which failures are worth another try, after which pauses, and which are hopeless.

boto3 has its own, shorter retries below these (`targets.target`): what arrives here has failed there already.
"""

import math
from dataclasses import dataclass

from components.core.errors import (
    AccessDeniedError,
    ClockSkewError,
    EndpointNotFoundError,
    EndpointNotReadyError,
    EndpointUnreachableError,
    ExpiredCredentialsError,
    ModelFailedError,
    NoCredentialsError,
    PortalError,
    RequestTimedOutError,
    ThrottledError,
)
from components.whisper.parameter_rules import InvalidParametersError

Kinds = tuple[type[PortalError], ...]

AWAY: Kinds = (EndpointNotFoundError, EndpointNotReadyError, EndpointUnreachableError)
"""The endpoint is not there now. SageMaker also says "not found" of one that is being created, and so is the endpoint
of this computer for some seconds after a crash."""
RETRIABLE: Kinds = (*AWAY, ModelFailedError, RequestTimedOutError, ThrottledError)
"""The same request may succeed later."""
HOPELESS: Kinds = (
    AccessDeniedError,
    ClockSkewError,
    ExpiredCredentialsError,
    InvalidParametersError,
    NoCredentialsError,
)
"""After one of these no request to the same endpoint can succeed: none is tried again, and none follows."""
GONE: Kinds = (EndpointNotFoundError,)
"""After the retries of a request, one of these means that the endpoint does not come back."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often a request is sent again.

    `pauses` are the seconds before each retry. After a failure of the kinds `waits_for` the last pause repeats without
    end. `failures_in_a_row` is after how many requests that failed in spite of their retries nothing more is sent.
    """

    pauses: tuple[float, ...]
    failures_in_a_row: float = math.inf
    retriable: Kinds = RETRIABLE
    waits_for: Kinds = ()

    def pause(self, error: type[PortalError], tries: int) -> float | None:
        """Seconds until the next try of a request that has failed `tries` times; None where there is none."""
        if not issubclass(error, self.retriable):
            return None
        if tries <= len(self.pauses):
            return self.pauses[tries - 1]
        return self.pauses[-1] if issubclass(error, self.waits_for) else None

    def opens_circuit(self, error: type[PortalError], failures_in_a_row: int) -> bool:
        """Whether nothing more is sent after this failure, the last of so many requests in a row that failed."""
        return issubclass(error, (*HOPELESS, *GONE)) or failures_in_a_row >= self.failures_in_a_row


LONG_RECORDING = RetryPolicy(pauses=(1.0, 4.0), failures_in_a_row=3)
LIVE_SESSION = RetryPolicy(pauses=(2.0, 4.0, 8.0), waits_for=(*AWAY, ThrottledError))
"""Who speaks goes on speaking: utterances wait for an endpoint that may come back, and the sender says how many may."""
MEASUREMENT = RetryPolicy(pauses=(2.0, 5.0, 15.0), failures_in_a_row=10, retriable=AWAY)
"""What an endpoint that is there refuses is a result of the measurement, and is not sent again."""
