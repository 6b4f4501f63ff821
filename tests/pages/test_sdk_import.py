import subprocess
import sys

from tests.paths import ROOT

PROGRAM = """
import sys
from streamlit.testing.v1 import AppTest
for page in ("app.py", "pages/playground.py", "pages/deploy.py", "pages/about.py"):
    app = AppTest.from_file("app.py", default_timeout=120).switch_page(page).run()
    assert not app.exception and not app.error, (app.exception, app.error)
assert "components.widgets.deploy.form" in sys.modules
print("sagemaker" in sys.modules)
"""


def test_no_page_imports_the_sagemaker_sdk_when_it_opens(no_aws: None) -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == ["False"]
