"""Powers in the layout's inner loop: most of its time went into the library's, one at a time.

numba is handed over by who has imported it; its compiler turns a loop over these into vector instructions.
"""

from collections.abc import Callable
from typing import Any

import numpy as np


def compiled_power(numba: Any) -> Callable[..., Any]:
    """x to the power of b, for x ≥ 0, to 2 in 10,000: short enough for several at once, unlike the library's.

    2^(b·log₂ x) from the bits of a float32: its exponent, and polynomials for its mantissa and for the
    fraction of the result's exponent.
    """
    types, intrinsic = numba.types, numba.extending.intrinsic

    @intrinsic  # type: ignore[untyped-decorator]
    def as_bits(typing: Any, number: Any) -> Any:
        return types.int32(types.float32), lambda context, builder, signature, arguments: builder.bitcast(
            arguments[0], context.get_value_type(types.int32)
        )

    @intrinsic  # type: ignore[untyped-decorator]
    def as_number(typing: Any, bits: Any) -> Any:
        return types.float32(types.int32), lambda context, builder, signature, arguments: builder.bitcast(
            arguments[0], context.get_value_type(types.float32)
        )

    log0, log1, log2, log3, log4 = _polynomial(np.log2, 4, 1.0, 2.0)
    exp0, exp1, exp2, exp3 = _polynomial(np.exp2, 3, 0.0, 1.0)

    @numba.njit("f4(f4, f4)", inline="always", fastmath=True)  # type: ignore[untyped-decorator]
    def power(x: Any, b: Any) -> Any:
        bits = as_bits(x)
        exponent = np.float32((bits >> np.int32(23)) - np.int32(127))
        m = as_number((bits & np.int32(0x7FFFFF)) | np.int32(0x3F800000))
        wanted = b * (exponent + (log0 + m * (log1 + m * (log2 + m * (log3 + m * log4)))))
        whole = np.floor(max(min(wanted, np.float32(126)), np.float32(-126)))
        t = wanted - whole
        return (exp0 + t * (exp1 + t * (exp2 + t * exp3))) * as_number(
            (np.int32(whole) + np.int32(127)) << np.int32(23)
        )

    return power  # type: ignore[no-any-return]


def _polynomial(f: Callable[..., Any], degree: int, low: float, high: float) -> tuple[np.float32, ...]:
    """Coefficients, constant first, of the polynomial that meets f in Chebyshev's points of an interval."""
    fitted = np.polynomial.Chebyshev.interpolate(f, degree, [low, high])
    return tuple(fitted.convert(kind=np.polynomial.Polynomial).coef.astype(np.float32))
