"""What may be loaded before the window is painted for the first time?"""

import subprocess
import sys

UNTIL_PAINTED = """
import sys
from PySide6.QtWidgets import QApplication
from ui.app import App
app = QApplication(["itbcalc"])
owner = App(app)
loaded = []
owner.load = lambda: (loaded.extend(sys.modules), app.quit())
owner.window.show()
app.exec()
late = ("pint", "numpy", "tomllib", "zoneinfo", "itbcalc.quantities", "itbcalc.library", "ui.engine", "ui.dialogs")
early = [name for name in late if name in loaded]
sys.exit(f"loaded before the first paint: {early}" if early or not loaded else 0)
"""


def test_the_window_is_painted_before_anything_is_loaded_to_compute_with(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", UNTIL_PAINTED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
