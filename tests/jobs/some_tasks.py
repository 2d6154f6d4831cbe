"""Tasks that behave well and badly, for a real worker process."""

import os
import sys
import threading
import time
import warnings
from pathlib import Path

from projector.domain.errors import InputError


def double(number, progress):
    progress(1, 2, "doubling")
    return {"number": 2 * number, "pid": os.getpid()}


def chatty(progress):
    print("a library prints")
    os.write(1, b"and one writes to the descriptor\n")
    sys.stderr.write("on stderr too\n")
    warnings.warn("and warns", stacklevel=1)
    return {"said": True}


def patient(path, progress):
    """Looks up often, and leaves a file when it does."""
    for step in range(10_000):
        progress(step, 10_000, "waiting")
        Path(path).touch()
        time.sleep(0.005)
    return {}


def deaf(path, progress):
    """Never looks up."""
    Path(path).touch()
    time.sleep(60)
    return {}


def refuse(progress):
    raise InputError("row 3 is too short", where="a.csv:3", remedy="mend the row")


def stumble(progress):
    return {"quotient": 1 / 0}


def unspeakable(progress):
    return {"thread": threading.Thread()}


def die(progress):
    sys.stderr.write("these are my last words\n")
    sys.stderr.flush()
    os._exit(7)


def full_disk(progress):
    raise OSError(28, "No space left on device", "/data/table.npy")


TASKS = {
    task.__name__: task
    for task in (double, chatty, patient, deaf, refuse, stumble, unspeakable, die, full_disk)
}


def warm_up():
    Path(os.environ["PROJECTOR_TEST_WARM"]).write_text(threading.current_thread().name)
