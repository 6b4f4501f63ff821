"""The import rules of pyproject.toml hold, cover every module, and would notice each kind of breach.

The linter knows packages alone, and does not tell an import inside a function from one at the top. What it
misses is checked here: app.py, and that `sagemaker`, slow to import, waits until a function needs it.
"""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.paths import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

ALLOWED = {
    "pages/deploy.py": "import streamlit\nimport components.endpoint_client, components.widgets.shared",
    "components/widgets/shared.py": (
        "import altair, streamlit, streamlit_webrtc\n"
        "import components.deployment.jumpstart, components.targets.embedded_process, components.audio.samples"
    ),
    "components/cli/speech.py": "import components.health.health_checks, components.live.speech",
    "components/health/health_checks.py": "import components.evaluation.latency_plan",
    "components/live/speech.py": "import components.endpoint_client.client",
    "components/evaluation/latency_plan.py": "import components.endpoint_client, components.deployment.jumpstart",
    "components/deployment/jumpstart.py": "def deploy():\n    import sagemaker.jumpstart.model",
    "components/endpoint_client/client.py": (
        "import components.whisper.contract, components.targets.target, components.transcript.result"
    ),
    "components/targets/embedded_process.py": "import components.core.settings",
    "components/local_endpoint/server.py": (
        "import components.audio.decoding, components.whisper.models, components.whisper.contract\n"
        "import components.whisper.parameters, components.core.settings"
    ),
    **dict.fromkeys(
        [
            *("components/audio/decoding.py", "components/audio/samples.py"),
            *("components/whisper/models.py", "components/whisper/contract.py"),
            *("components/whisper/parameters.py", "components/core/settings.py"),
            *("components/targets/target.py", "components/transcript/result.py"),
        ],
        "",
    ),
}

FORBIDDEN = [
    ("components.audio.decoding", "streamlit"),
    ("components.live.speech", "streamlit_webrtc"),
    ("components.evaluation.latency_plan", "altair"),
    ("components.deployment.endpoints", "sagemaker"),
    ("components.widgets.deploying", "sagemaker"),
    ("pages.compare", "sagemaker"),
    ("components.widgets.player", "pages.deploy"),
    ("components.whisper.contract", "components.audio.samples"),
    ("components.endpoint_client.retry", "components.live.speech"),
    ("components.deployment.pricing", "components.widgets.shared"),
    ("components.local_endpoint.engine", "components.targets.target"),
    ("components.local_endpoint.weights", "components.targets.embedded_process"),
    ("components.widgets.status", "components.local_endpoint.server"),
    ("pages.playground", "components.local_endpoint.server"),
    ("components.targets.target", "components.transcript.result"),
    ("components.deployment.plan", "components.endpoint_client.client"),
    ("components.cli.speech", "components.widgets.shared"),
    ("components.core.errors", "components.whisper.parameters"),
]


def write_tree(root: Path, files: dict[str, str]) -> None:
    shutil.copy(ROOT / "pyproject.toml", root)
    for name, source in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(source)


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"], cwd=root, capture_output=True, text=True, check=False
    )


def test_the_linter_sees_every_module() -> None:
    files = [file for folder in ("components", "pages") for file in (ROOT / folder).rglob("*.py")]
    names = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files
    }
    assert names - grimp.build_graph("components", "pages", cache_dir=None).modules == set()


def test_the_linter_allows_what_the_design_allows(tmp_path: Path) -> None:
    write_tree(tmp_path, ALLOWED)
    result = lint(tmp_path)
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a tree in which every forbidden import is made."""
    root = tmp_path_factory.mktemp("breaches")
    breaches = {f"{importer.replace('.', '/')}.py": f"import {imported}" for importer, imported in FORBIDDEN}
    write_tree(root, ALLOWED | breaches | {"components/newcomer/__init__.py": ""})
    result = lint(root)
    assert result.returncode == 1, result.stdout
    return result.stdout


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN)
def test_the_linter_finds_a_forbidden_import(complaints: str, importer: str, imported: str) -> None:
    assert f"{importer} -> {imported} (l.1)" in complaints


def test_the_linter_asks_for_a_new_modules_place(complaints: str) -> None:
    assert "not listed as layers:\n\n- components.newcomer" in complaints


def breaches_beyond_the_linter(root: Path) -> list[str]:
    """Imports of app.py that no page may make either, and imports of `sagemaker` outside functions."""
    app = root / "app.py"
    found = [
        f"app.py imports {name}"
        for node in ast.walk(ast.parse(app.read_text()))
        for name in imported_names(node)
        if within(name, "sagemaker") or within(name, "components.local_endpoint")
    ]
    for folder in ("components", "pages"):
        for file in sorted((root / folder).rglob("*.py")):
            early = [
                name
                for name in names_at_import_time(ast.parse(file.read_text()))
                if within(name, "sagemaker")
            ]
            found += [f"{file.relative_to(root)} imports {name} before a function needs it" for name in early]
    return found


def imported_names(node: ast.AST) -> list[str]:
    """Full names that one statement may import: of `from a import b` both `a` and `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def within(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def names_at_import_time(node: ast.AST) -> Iterator[str]:
    """What importing the module imports at once; a block for type checkers never runs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield from imported_names(child)
        yield from names_at_import_time(child)


def test_nothing_breaks_the_rules_that_the_linter_cannot_check() -> None:
    assert breaches_beyond_the_linter(ROOT) == []


def test_an_import_inside_a_function_or_for_type_checkers_is_allowed(tmp_path: Path) -> None:
    late = (
        "if TYPE_CHECKING:\n    import sagemaker\nclass Start:\n    def now(self):\n        import sagemaker"
    )
    write_tree(tmp_path, {"app.py": "import streamlit", "components/deployment/jumpstart.py": late})
    assert breaches_beyond_the_linter(tmp_path) == []


@pytest.mark.parametrize(
    "source",
    [
        "import sagemaker",
        "from sagemaker.jumpstart import model",
        "try:\n    import sagemaker.session\nexcept ImportError:\n    pass",
        "class Deployment:\n    import sagemaker",
    ],
)
def test_an_early_import_of_sagemaker_is_found(tmp_path: Path, source: str) -> None:
    write_tree(tmp_path, {"app.py": "", "components/deployment/jumpstart.py": source})
    assert breaches_beyond_the_linter(tmp_path) != []


@pytest.mark.parametrize(
    "source", ["def show():\n    import sagemaker", "from components import local_endpoint"]
)
def test_a_forbidden_import_of_the_front_page_is_found(tmp_path: Path, source: str) -> None:
    write_tree(tmp_path, {"app.py": source})
    assert breaches_beyond_the_linter(tmp_path) != []
