"""Loops over samples as machine code: one pass makes many sums, where numpy would read the windows for each.

A kernel is written as a plain function and compiled when it is first called, or ahead of that by `prepare`:
numba takes seconds, and the window's process, which only names features, never imports it. What it made numba
keeps beside the sources, as Python its .pyc files, or in the user's cache where it may not write there.

Kernels go through windows one by one and let go of the interpreter, so that a Cancel is heard meanwhile.

A sum's order is the compiler's, so that it can use the processor's vectors; it is the same for every window.
Only where no index can be below 0 does it dare to: hence a part of a row is cut out, then looped over from 0.
Nor does it for the greatest of some floats; but the bits of floats that are not negative, as integers, are in
the same order, and of integers it finds the greatest many at a time.
"""

import threading
from collections.abc import Callable
from typing import Any

Function = Callable[..., None]

_compiler = threading.Lock()
_kernels: "list[Kernel]" = []


class Kernel:
    """A function of numpy arrays and numbers whose types are declared; it writes into the arrays."""

    def __init__(self, signature: str, function: Function, finite: bool, parallel: bool = False) -> None:
        self._signature, self._function = signature, function
        self._finite, self._parallel = finite, parallel
        self._machine: Function | None = None

    def __call__(self, *arguments: Any) -> None:
        (self._machine or self.compile())(*arguments)

    def compile(self) -> Function:
        with _compiler:
            if self._machine is None:
                try:
                    self._machine = self._compiled(cache=True)
                except Exception:  # it can be kept nowhere, or what was kept is damaged
                    self._machine = self._compiled(cache=False)
            return self._machine

    def _compiled(self, cache: bool) -> Function:
        import numba

        fastmath = True if self._finite else {"reassoc", "nsz", "contract"}
        njit = numba.njit(
            self._signature,
            nogil=True,
            error_model="numpy",
            fastmath=fastmath,
            parallel=self._parallel,
            cache=cache,
        )
        return njit(self._function)


def kernel(signature: str, *, finite: bool = True, parallel: bool = False) -> Callable[[Function], Kernel]:
    """Declares a kernel with the types of its arguments in numba's notation ("f4[:,:,::1], i8").

    finite      whether all that it computes with is finite; else its comparisons would mean nothing
    parallel    whether its `prange` loops run on all cores; then no two threads may call such kernels at once
    """

    def declare(function: Function) -> Kernel:
        made = Kernel(f"void({signature})", function, finite, parallel)
        _kernels.append(made)
        return made

    return declare


def prepare() -> None:
    """Compile all kernels ahead of the first extraction."""
    for one in _kernels:
        one.compile()
