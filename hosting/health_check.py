"""Exits with 0 if the portal of this container answers, else with 1: Python, because the image has no curl.

Asked directly, whatever proxy the container's environment names for other addresses.
"""

import http.client
import os
import sys

PATH = "/_stcore/health"
SECONDS = 4


def main() -> int:
    """Asks Streamlit's health path, below the path of `server.baseUrlPath` where there is one."""
    base = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    port = int(os.environ.get("STREAMLIT_SERVER_PORT", "8501"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", f"{base and f'/{base}'}{PATH}")
        return int(connection.getresponse().status != http.HTTPStatus.OK)
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
