"""Altair uses pandas where somebody has imported it, even if that has only begun."""

import subprocess
import sys


def test_pandas_is_there_before_a_waveform_can_be_drawn() -> None:
    """With many sessions of a portal that has just started, another one's run may be importing it at that moment."""
    code = "import components.widgets.playground.clip_view, sys; sys.modules['pandas'].Timestamp"
    subprocess.run([sys.executable, "-c", code], check=True)
