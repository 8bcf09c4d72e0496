"""Small wrong changes of a Python source, one at a time: the mutants that a good test kills.

Numbers move by one or double, operators and comparisons are exchanged, conditions are turned round, values are not
returned, calls and errors are dropped. Texts, annotations and docstrings stay as they are, and so does what stands
inside an error message: a reader sees a wrong message, a test need not.
"""

import ast
import copy
from collections import Counter
from dataclasses import dataclass, replace

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
FUNCTIONS = {
    "min": "max", "minimum": "maximum", "argmin": "argmax", "floor": "ceil", "any": "all",
    "sin": "cos", "sinh": "cosh", "zeros": "ones", "zeros_like": "ones_like",
}  # fmt: skip
FUNCTIONS |= {new: old for old, new in FUNCTIONS.items()}
LEFT_ALONE = (ast.JoinedStr, ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Mutant:
    """One change: the bytes from start to stop become `text`.

    `lines` are those of which one must run to see it; `inside` says whether it stands in the body of a function.
    `function`, the source line `statement` and `change` name it and do not move with the lines above: the function
    by its qualified name, empty for a change outside of all; the change by what was and what is, the second of the
    same in the same place with #2.
    """

    line: int
    start: int
    stop: int
    text: str
    code: str
    lines: tuple
    inside: bool
    function: str
    statement: str
    place: int = 1

    @property
    def change(self):
        """What was and what is, shortened to the part that differs."""
        number = f" #{self.place}" if self.place > 1 else ""
        return f"{shown(self.code)} → {shown(self.text)}{number}"

    def applied_to(self, source):
        """The source with the change."""
        raw = source.encode()
        return (raw[: self.start] + self.text.encode() + raw[self.stop :]).decode()


def shown(code, longest=90):
    """Code on one line, cut if it is long."""
    flat = " ".join(code.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def alternatives(node):
    """The nodes, or statements as text, that could stand wrongly in the place of this one."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATORS:
        yield with_field(node, op=OPERATORS[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for new in COMPARISONS[type(operator)]:
                yield with_field(node, ops=[*node.ops[:place], new(), *node.ops[place + 1 :]])
    elif isinstance(node, ast.BoolOp):
        yield with_field(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Constant):
        for value in other_values(node.value):
            yield ast.Constant(value)
    elif isinstance(node, ast.Name) and node.id in FUNCTIONS:
        yield ast.Name(FUNCTIONS[node.id])
    elif isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
        yield with_field(node, attr=FUNCTIONS[node.attr])
    elif isinstance(node, ast.IfExp) and not isinstance(node.test, ast.Compare):
        yield with_field(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield ast.Pass()
    elif isinstance(node, ast.Break | ast.Continue):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()


def other_values(value):
    """Wrong values for a constant."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1)
    if isinstance(value, float):
        return (2 * value if value else 1.0,)
    return ()


def with_field(node, **fields):
    """A shallow copy of the node with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def visited(node, statement=None, inside=False, function=""):
    """Every node that may be changed, its statement, whether both stand in the body of a function, and its name."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns", "exc"):
            continue
        within = inside or (isinstance(node, ast.FunctionDef) and name == "body")
        for child in field if isinstance(field, list) else [field]:
            if not isinstance(child, ast.AST) or isinstance(child, LEFT_ALONE):
                continue
            own = child if isinstance(child, ast.stmt) else statement
            if isinstance(child, ast.expr | ast.stmt):
                yield child, own, within, function
            yield from visited(child, own, within, function)


def lines_of(node, statement):
    """The lines on which running the node may be recorded."""
    if isinstance(node, ast.stmt):
        return (node.lineno,)
    return tuple(sorted({statement.lineno, *range(node.lineno, node.end_lineno + 1)}))


def mutants(source):
    """All mutants of a source, in its order; a tuple of `Mutant`."""
    starts, rows = [0], source.encode().splitlines(keepends=True)
    for row in rows:
        starts.append(starts[-1] + len(row))
    raw, found = source.encode(), []
    for node, statement, inside, function in visited(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        stop = starts[node.end_lineno - 1] + node.end_col_offset
        for new in alternatives(node):
            text = ast.unparse(new)
            text = f"({text})" if isinstance(new, ast.expr) else text
            found.append(Mutant(node.lineno, start, stop, text, raw[start:stop].decode(),
                                lines_of(node, statement), inside, function,
                                rows[node.lineno - 1].decode().strip()))  # fmt: skip
    return tuple(numbered(sorted(found, key=lambda m: (m.start, m.stop, m.text))))


def numbered(found):
    """The same mutants; those with the same function, line and change count up."""
    seen = Counter()
    for mutant in found:
        key = (mutant.function, mutant.statement, mutant.change)
        seen[key] += 1
        yield replace(mutant, place=seen[key])
