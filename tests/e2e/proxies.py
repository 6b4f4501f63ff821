"""Real proxies, with https and a public name, as they stand before a portal that is hosted."""

import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import trustme

from tests.e2e.conftest import environment
from tests.paths import ROOT

NGINX, STUDIO = "portal.example.com", "abcdefgh.studio.us-east-1.sagemaker.aws"
STUDIO_PREFIX = "/jupyterlab/default"
_SECONDS = 60
_UNPRIVILEGED = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Where the portal is found, and what one needs to be let in."""

    address: str
    """Ends with a slash."""
    no_live_audio: str
    """What the page says of the live microphone where nothing but the proxy leads to the portal."""
    token: str = ""

    @property
    def origin(self) -> str:
        where = urlsplit(self.address)
        return f"{where.scheme}://{where.netloc}"

    @property
    def sign_in(self) -> str:
        return f"{STUDIO_PREFIX}/api/status?token={self.token}"


def answer(proxy: Proxy, method: str, path: str, headers: dict[str, str]) -> int:
    """The status that a program gets which has been let in by the proxy."""
    where = urlsplit(proxy.address)
    any_certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    any_certificate.check_hostname, any_certificate.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", where.port, context=any_certificate)
    own = {"Host": where.netloc}
    if proxy.token:
        connection.request("GET", proxy.sign_in, headers=own)
        with connection.getresponse() as signed_in:
            cookies = signed_in.headers.get_all("Set-Cookie") or []
        own["Cookie"] = "; ".join(cookie.split(";")[0] for cookie in cookies)
    connection.request(method, where.path + path, headers=own | headers)
    status = connection.getresponse().status
    connection.close()
    return status


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def studio(folder: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What hosting/studio.sh says, whose portal keeps its data in the folder."""
    return subprocess.run(
        [str(ROOT / "hosting" / "studio.sh"), *arguments],
        env=environment(folder) | {"PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running_nginx(folder: Path, stripped: int, kept: SplitResult) -> Iterator[str]:
    """nginx with the project's own example before two portals, at a port and at an address; yields its origin."""
    port = free_port()
    conf = (ROOT / "hosting" / "nginx.conf").read_text()
    for example, ours in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/nginx/", f"{folder}/"),
        ("127.0.0.1:8501/;", f"127.0.0.1:{stripped}/;"),
        ("/speech/whisper/", f"{kept.path}/"),
        ("127.0.0.1:8502;", f"127.0.0.1:{kept.port};"),
    ):
        assert example in conf
        conf = conf.replace(example, ours)
    (folder / "portal.conf").write_text(conf)
    (folder / "nginx.conf").write_text(_UNPRIVILEGED.format(folder=folder))
    _write_certificate(folder / "portal.crt", folder / "portal.key", NGINX)
    program = shutil.which("nginx", path=f"/usr/sbin:/usr/bin:{ROOT / '.venv/nginx/usr/sbin'}")
    assert program, "make test fetches nginx"
    command = [program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with _listening(command, folder / "nginx.log", port):
        yield f"https://{NGINX}:{port}"


@contextmanager
def running_jupyter(folder: Path) -> Iterator[tuple[str, str]]:
    """A Jupyter server with its proxy, as in a space of Studio; yields its origin and the token to sign in with."""
    port, token = free_port(), "a-token-of-these-tests"
    _write_certificate(folder / "studio.crt", folder / "studio.key", STUDIO)
    options = {
        "ip": "127.0.0.1",
        "port": port,
        "base_url": STUDIO_PREFIX,
        "certfile": folder / "studio.crt",
        "keyfile": folder / "studio.key",
        "allow_remote_access": True,
        "allow_root": True,
        "open_browser": False,
        "root_dir": folder,
    }
    settings = [f"--ServerApp.{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "jupyter_server", f"--IdentityProvider.token={token}", *settings]
    with _listening(command, folder / "jupyter.log", port):
        yield f"https://{STUDIO}:{port}", token


def _write_certificate(certificate: Path, key: Path, name: str) -> None:
    issued = trustme.CA().issue_cert(name)
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)


@contextmanager
def _listening(command: list[str], log: Path, port: int) -> Iterator[None]:
    with (
        log.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            end = time.monotonic() + _SECONDS
            while not _speaks_tls(port):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def _speaks_tls(port: int) -> bool:
    try:
        ssl.get_server_certificate(("127.0.0.1", port), timeout=5)
    except OSError:
        return False
    return True
