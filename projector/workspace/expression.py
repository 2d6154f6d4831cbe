"""The filter box's language: a plain expression over columns, e.g. ``label == "fall" and speed_kmh > 30``.

Python's own parser reads it, but nothing is evaluated as Python: a short list of node types is
walked over numpy columns, everything else is refused with the place where it stands. A missing
value fails every comparison except ``!=``; ``missing(x)`` asks for it.
"""

import ast
import operator
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category, Column
from projector.domain.errors import ExpressionError

Mask = npt.NDArray[np.bool_]
Lookup = Callable[[str], Column]

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MIRROR = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_MAX_LENGTH = 2_000
_EXAMPLE = 'write for example  label == "fall" and speed_kmh > 30'


def evaluate(text: str, column: Lookup, names: tuple[str, ...], n: int) -> Mask:
    """Which of n rows the expression keeps, bool (n,). Empty text keeps all.

    column(name) gives a column of `names`. A name that isn't an identifier is written in backquotes.
    Raises ExpressionError with the column of the text where it stopped making sense.
    """
    if not text.strip():
        return np.ones(n, bool)
    if len(text) > _MAX_LENGTH:
        raise ExpressionError(f"the filter is longer than {_MAX_LENGTH} characters")
    source, quoted = _without_backquotes(text.strip())
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = getattr(error, "offset", None)
        raise ExpressionError(
            "this is not a complete expression", column=place - 1 if place else None, remedy=_EXAMPLE
        ) from None
    with np.errstate(all="ignore"):
        value = _Walker(column, names, quoted, n).visit(tree)
    return _as_mask(value, tree, n)


def _without_backquotes(text: str) -> tuple[str, dict[str, str]]:
    """`phone mount` becomes an identifier of the same length, so that error places stay true."""
    quoted: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        name = "_" + "q" * (len(match[0]) - 1 - len(str(len(quoted)))) + str(len(quoted))
        quoted[name] = match[1]
        return name

    return re.sub(r"`([^`]+)`", replace, text), quoted


def _as_mask(value: Any, node: ast.expr, n: int) -> Mask:
    if isinstance(value, bool):
        return np.full(n, value)
    if isinstance(value, np.ndarray) and value.dtype == bool:
        return value
    raise ExpressionError("this is a value, not a condition", column=node.col_offset, remedy=_EXAMPLE)


class _Walker:
    """Walks the allowed part of Python's syntax tree over columns."""

    def __init__(self, column: Lookup, names: tuple[str, ...], quoted: dict[str, str], n: int) -> None:
        self._column, self._names, self._quoted, self._n = column, names, quoted, n

    def visit(self, node: ast.expr) -> Any:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise ExpressionError(
                "this is not understood in a filter", column=node.col_offset, remedy=_EXAMPLE
            )
        return method(node)

    def _name(self, node: ast.Name) -> Column:
        name = self._quoted.get(node.id, node.id)
        if name in self._names:
            return self._column(name)
        near = get_close_matches(name, self._names, n=3, cutoff=0.5)
        remedy = f"did you mean {' or '.join(near)}?" if near else f'text stands in quotes: "{name}"'
        raise ExpressionError(f"there is no column {name}", column=node.col_offset, remedy=remedy)

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, (bool, int, float, str)):
            return node.value
        raise ExpressionError(f"{node.value!r} is no number or text", column=node.col_offset)

    def _boolop(self, node: ast.BoolOp) -> Mask:
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        masks = [_as_mask(self.visit(part), part, self._n) for part in node.values]
        return np.asarray(join.reduce(masks), bool)

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return ~_as_mask(value, node.operand, self._n)
        if isinstance(node.op, ast.USub) and not isinstance(value, (str, Category)):
            return -value
        raise ExpressionError("only 'not' and '-' go before a value", column=node.col_offset)

    def _binop(self, node: ast.BinOp) -> Any:
        operation = _ARITHMETIC.get(type(node.op))
        left, right = self.visit(node.left), self.visit(node.right)
        if operation is None or isinstance(left, (str, Category)) or isinstance(right, (str, Category)):
            raise ExpressionError(
                "only numbers can be added, subtracted, multiplied and divided", column=node.col_offset
            )
        try:
            return operation(left, right)
        except ZeroDivisionError:
            raise ExpressionError("division by zero", column=node.right.col_offset) from None

    def _compare(self, node: ast.Compare) -> Mask:
        left_node, result = node.left, np.ones(self._n, bool)
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            result = result & self._pair(left_node, sign, right_node)
            left_node = right_node
        return result

    def _pair(self, left_node: ast.expr, sign: ast.cmpop, right_node: ast.expr) -> Mask:
        left = self.visit(left_node)
        if isinstance(sign, (ast.In, ast.NotIn)):
            found = self._is_in(left, right_node)
            return ~found if isinstance(sign, ast.NotIn) else found
        if type(sign) not in _COMPARE:
            raise ExpressionError("compare with == != < <= > >= or in", column=left_node.col_offset)
        right = self.visit(right_node)
        if isinstance(right, Category) and not isinstance(left, Category):
            mirrored = _MIRROR.get(type(sign), type(sign))()
            return _compare(right, mirrored, left, left_node, self._n)
        return _compare(left, sign, right, right_node, self._n)

    def _is_in(self, value: Any, node: ast.expr) -> Mask:
        if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            raise ExpressionError(
                'after "in" comes a list',
                column=node.col_offset,
                remedy='write for example  label in ["fall", "crash"]',
            )
        masks = [_compare(value, ast.Eq(), self.visit(item), item, self._n) for item in node.elts]
        return np.asarray(np.logical_or.reduce(masks), bool) if masks else np.zeros(self._n, bool)

    def _call(self, node: ast.Call) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = _FUNCTIONS.get(name)
        if function is None or node.keywords:
            raise ExpressionError(
                f"there is no function {name or 'like this'}",
                column=node.col_offset,
                remedy=f"there are {', '.join(_FUNCTIONS)}",
            )
        arguments = [self.visit(argument) for argument in node.args]
        try:
            return function(*arguments)
        except (TypeError, AttributeError):
            raise ExpressionError(
                f"{name} doesn't work on this", column=node.col_offset, remedy=_USAGE[name]
            ) from None


def _compare(left: Any, sign: ast.cmpop, right: Any, place: ast.expr, n: int) -> Mask:
    operation = _COMPARE[type(sign)]
    if isinstance(left, Category) and isinstance(right, Category):
        return _compare_categories(left, sign, right, place)
    if isinstance(left, Category):
        if not isinstance(right, str):
            raise ExpressionError(
                "this column holds text, not numbers",
                column=place.col_offset,
                remedy='text stands in quotes: "fall"',
            )
        by_code = np.array([operation(name, right) for name in left.names] + [isinstance(sign, ast.NotEq)])
        return np.asarray(by_code[left.codes], bool)
    if isinstance(left, str) is not isinstance(right, str) or isinstance(right, Category):
        raise ExpressionError("a number can't be compared with text", column=place.col_offset)
    return np.broadcast_to(np.asarray(operation(left, right), bool), (n,))


def _compare_categories(left: Category, sign: ast.cmpop, right: Category, place: ast.expr) -> Mask:
    if not isinstance(sign, (ast.Eq, ast.NotEq)):
        raise ExpressionError("two text columns compare with == or !=", column=place.col_offset)
    at = {name: code for code, name in enumerate(left.names)}
    translate = np.array([at.get(name, -2) for name in right.names] + [-3])
    equal = np.asarray(translate[right.codes] == left.codes, bool)
    return ~equal if isinstance(sign, ast.NotEq) else equal


def _missing(column: Column) -> Mask:
    return np.asarray(column.codes < 0 if isinstance(column, Category) else np.isnan(column), bool)


def _text_test(column: Category, test: Callable[[str], bool]) -> Mask:
    return np.array([test(name.casefold()) for name in column.names] + [False])[column.codes]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "missing": _missing,
    "abs": np.abs,
    "contains": lambda column, part: _text_test(column, lambda name: part.casefold() in name),
    "startswith": lambda column, part: _text_test(column, lambda name: name.startswith(part.casefold())),
}
_USAGE = {
    "missing": "write for example  missing(speed_kmh)",
    "abs": "write for example  abs(ax__mean) > 3",
    "contains": 'write for example  contains(ride, "0317")',
    "startswith": 'write for example  startswith(motorcycle, "MT")',
}
