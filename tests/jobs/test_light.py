"""What the window's process reads of ours imports nothing that takes seconds."""

import subprocess
import sys

HEAVY = ("pandas", "pyarrow", "scipy", "sklearn", "umap", "numba", "pynndescent")


def test_the_window_reads_tasks_cache_and_methods_without_heavy_libraries():
    program = f"""
import sys
import projector.jobs.failures, projector.jobs.runner, projector.jobs.tasks
import projector.library.cache, projector.projection.registry
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_making_pca_needs_none_of_them_either():
    program = f"""
import sys
import numpy as np
from projector.projection.registry import project
project(np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32), tuple("abcd"), "pca", {{}})
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
