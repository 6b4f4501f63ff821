"""Errors as AWS sends them, in the one shape that boto3 reads from both protocols."""

import json

from starlette.responses import Response

VALIDATION_EXCEPTION = "ValidationException"
"""What the control plane calls a wrong request; the runtime calls it ValidationError."""


class AwsFault(Exception):  # noqa: N818 - Smithy's word for an error in a protocol
    """One error of an AWS protocol: `code` is its shape's name, `fields` are the shape's further members."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields

    def response(self) -> Response:
        """The error over HTTP: JSON 1.1 reads the code from `__type`, REST-JSON from the header."""
        body = {"__type": self.code, "Message": self.message, **self.fields}
        headers = {"x-amzn-ErrorType": self.code}
        return Response(json.dumps(body), self.status, headers, media_type="application/json")


class NotInServiceError(AwsFault):
    """An invocation of an endpoint that does not exist or does not serve.

    SageMaker's runtime knows an endpoint only from its first InService on: one that is still Creating, or has
    Failed, gets the same answer as one that never was.
    """

    def __init__(self, name: str, account: str) -> None:
        super().__init__("ValidationError", f"Endpoint {name} of account {account} not found.")
