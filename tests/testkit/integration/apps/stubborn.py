"""Starts a child that ignores SIGTERM, writes both process ids into a file, and waits for its end."""

import os
import subprocess
import sys
import threading
from pathlib import Path

CHILD = """
import signal, threading
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
threading.Event().wait()
"""

child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE)
assert child.stdout is not None
child.stdout.readline()
pids = Path(os.environ["PIDS"])
pids.with_suffix(".new").write_text(f"{os.getpid()} {child.pid}")
pids.with_suffix(".new").rename(pids)
print("ready", flush=True)
threading.Event().wait()
