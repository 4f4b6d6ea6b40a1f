"""Fit the coefficients of kb.ranking.confidence. Run it as `DATA=dir python -m tests.bench.fit_confidence`, where dir holds
folders as kb.evaluate reads them; then commit what it prints into kb/ranking.py.

Each set counts the same however many queries it has, answerable and other queries half each. For an honest figure every set
is also judged by coefficients fitted on the others only.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kb import evaluate, ranking

SETS = ("stackfaq-holes", "clinc150", "hint3-curekart")
RIDGE = 0.003

Row = tuple[tuple[float, ...], bool, float]
"""Features, whether the first article is right, weight."""


def rows(queries: Sequence[evaluate.Query], rankings: Sequence[ranking.Ranking]) -> list[Row]:
    pairs = [(q, r) for q, r in zip(queries, rankings, strict=True) if r.features]
    right = [r.candidates[0].article in q.right for q, r in pairs]
    share = {True: 0.5 / max(1, sum(right)), False: 0.5 / max(1, len(right) - sum(right))}
    return [(r.features, good, share[good]) for (_, r), good in zip(pairs, right, strict=True)]


def solve(matrix: list[list[float]], vector: list[float]) -> list[float]:
    """Gaussian elimination with pivoting."""
    size = len(vector)
    table = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(table[row][column]))
        table[column], table[pivot] = table[pivot], table[column]
        for row in range(column + 1, size):
            factor = table[row][column] / table[column][column]
            for place in range(column, size + 1):
                table[row][place] -= factor * table[column][place]
    result = [0.0] * size
    for row in reversed(range(size)):
        rest = sum(table[row][place] * result[place] for place in range(row + 1, size))
        result[row] = (table[row][size] - rest) / table[row][row]
    return result


def fit(data: Sequence[Row]) -> list[float]:
    """Weighted, ridged logistic regression by Newton's method: the intercept, then one coefficient a feature."""
    size = len(data[0][0]) + 1
    total = sum(weight for _, _, weight in data)
    beta = [0.0] * size
    for _ in range(25):
        slope = [-RIDGE * total * b if place else 0.0 for place, b in enumerate(beta)]
        curve = [[RIDGE * total if i == j and i else 0.0 for j in range(size)] for i in range(size)]
        for features, good, weight in data:
            x = (1.0, *features)
            p = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(b * v for b, v in zip(beta, x, strict=True))))))
            error, spread = weight * (good - p), weight * p * (1 - p)
            for i in range(size):
                slope[i] += error * x[i]
                for j in range(i + 1):
                    curve[i][j] += spread * x[i] * x[j]
        for i in range(size):
            for j in range(i):
                curve[j][i] = curve[i][j]
        step = solve(curve, slope)
        beta = [b + s for b, s in zip(beta, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return beta


def judge(queries: Sequence[evaluate.Query], rankings: Sequence[ranking.Ranking], beta: Sequence[float]) -> str:
    ranking.INTERCEPT, ranking.COEFFICIENTS = beta[0], tuple(beta[1:])
    anew = [
        ranking.Ranking(r.candidates, ranking.confidence(r.features) if r.features else 0.0, r.features, r.terms)
        for r in rankings
    ]
    figures = evaluate.measure(queries, anew, [0.0] * len(anew))
    keys = ("auroc_in_scope", "auroc_right", "right_at_90_rejected", "threshold_at_90_rejected")
    return "  ".join(f"{key} {figures[key]:.2f}" for key in keys)


def main() -> None:
    root = Path(os.environ["DATA"])
    held = {}
    for name in SETS:
        articles, queries = evaluate.load(root / name)
        rankings, _ = evaluate.rank_all(articles, queries)
        held[name] = queries, rankings, rows(queries, rankings)
    for name, (queries, rankings, _) in held.items():
        others = [row for other in SETS if other != name for row in held[other][2]]
        sys.stdout.write(f"{name:16} {judge(queries, rankings, fit(others))}  (fitted on the others)\n")
    beta = fit([row for _, _, data in held.values() for row in data])
    for name, (queries, rankings, _) in held.items():
        sys.stdout.write(f"{name:16} {judge(queries, rankings, beta)}\n")
    sys.stdout.write(f"FEATURES = {ranking.FEATURES}\n")
    sys.stdout.write(f"COEFFICIENTS = ({', '.join(f'{b:.3f}' for b in beta[1:])})\nINTERCEPT = {beta[0]:.3f}\n")


if __name__ == "__main__":
    main()
