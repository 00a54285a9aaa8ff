"""Three by three matrices: just enough for colours."""

from collections.abc import Sequence

Vector = tuple[float, float, float]
Rows = tuple[Vector, Vector, Vector]


def transposed(rows: Sequence[Sequence[float]]) -> Rows:
    first, second, third = zip(*rows, strict=True)
    return first, second, third


def applied(rows: Rows, vector: Sequence[float]) -> Vector:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in rows)
    return first, second, third


def product(left: Rows, right: Rows) -> Rows:
    return transposed([applied(left, column) for column in transposed(right)])


def scaled(rows: Rows, columns: Vector) -> Rows:
    """Multiply each column by its number."""
    return transposed(
        [[a * by for a in column] for column, by in zip(transposed(rows), columns, strict=True)]
    )


def inverse(rows: Rows) -> Rows:
    """Return the inverse. Raises ZeroDivisionError if there is none."""
    (a, b, c), (d, e, f), (g, h, i) = rows
    first = (e * i - f * h, c * h - b * i, b * f - c * e)
    second = (f * g - d * i, a * i - c * g, c * d - a * f)
    third = (d * h - e * g, b * g - a * h, a * e - b * d)
    whole = a * first[0] + b * second[0] + c * third[0]
    return transposed(transposed([[n / whole for n in row] for row in (first, second, third)]))
