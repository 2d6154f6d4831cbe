"""One worker process seen from the window's side: start it, write lines, hand over what it says."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import IO, Any

KEPT_STDERR_LINES = 200


class WorkerProcess:
    """`on_message` and, once, `on_exit` are called from its reader thread."""

    def __init__(
        self,
        on_message: Callable[["WorkerProcess", dict[str, Any]], None],
        on_exit: Callable[["WorkerProcess"], None],
        *,
        tasks: str,
        warm: bool,
    ) -> None:
        self._on_message, self._on_exit = on_message, on_exit
        self._stderr: deque[str] = deque(maxlen=KEPT_STDERR_LINES)
        self._process = _start([tasks, *(["--warm"] if warm else [])])
        self.pid = self._process.pid
        self._stderr_reader = threading.Thread(target=self._keep_stderr, daemon=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._stderr_reader.start()
        self._reader.start()

    def send(self, message: dict[str, Any]) -> None:
        """Write one line. A worker that is gone is told about through `on_exit`, not here."""
        try:
            self._stdin.write(json.dumps(message).encode("utf-8") + b"\n")
            self._stdin.flush()
        except (OSError, ValueError):  # the pipe is broken, or closed already
            pass

    def kill(self) -> None:
        """End it at once; `on_exit` follows."""
        self._process.kill()

    def close(self) -> None:
        """End it and wait until process and threads are gone."""
        self.kill()
        self._reader.join()

    def last_words(self) -> str:
        """How it ended and the end of its stderr, for the log. Only after `on_exit`."""
        return "\n".join([f"worker {self.pid} ended with code {self._process.returncode}", *self._stderr])

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._on_message(self, json.loads(line))
        self._process.wait()
        self._stderr_reader.join()
        with contextlib.suppress(OSError):  # bytes that it never read
            self._stdin.close()
        self._on_exit(self)

    def _keep_stderr(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            self._stderr.extend(line.decode("utf-8", "replace").rstrip() for line in lines)


def _start(arguments: list[str]) -> "subprocess.Popen[bytes]":
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return subprocess.Popen(
        # -P: a numpy.py in the folder where somebody started the app must not be imported
        [sys.executable, "-P", "-m", "projector.jobs.worker", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONFAULTHANDLER": "1", "PYTHONUTF8": "1"},
        creationflags=flags,
    )
