"""Fit the weights of kb.ranking and the calibration that comes with the program. Run it as

    DATA=dir python -m tests.bench.fit_answers [--write]

where dir holds folders as kb.evaluate reads them; `python -m tests.unit.kb.starter_set dir/starter` makes one of them. It prints WEIGHTS for kb/ranking.py, to be committed there first, then what the
calibration gives for each set when fitted on the others only, and with --write writes kb/calibration.json.

Each set counts the same however many queries it has. Weights: softmax regression over a question's candidates, by gradient.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kb
from kb.confidence import Calibration, Observation, fit
from kb.evaluate import Run, confidences, measure, rank_of, run
from kb.options import Tier
from kb.ranking import WEIGHTS

RANKED = ("stackfaq", "clinc150", "hint3-curekart")
JUDGED = ("stackfaq-holes", "clinc150", "hint3-curekart", "starter")
SET_WEIGHT = 500.0
"""What a set weighs, in observations."""
KEPT = Path("state", "fit")
"""Index and vectors of the sets, so that a second run takes a minute."""
STEPS = 400
RATE = 0.3
RIDGE = 1e-3


def weights(runs: Sequence[Run]) -> NDArray[np.float64]:
    """The weights that make the right candidates' share of the softmax largest, by Adam (Kingma and Ba, 2015)."""
    packs = [pack for done in runs if (pack := _packed(done)) is not None]
    found = np.full(packs[0][0].shape[2], 3.0)
    slope, square = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, STEPS + 1):
        gradient = RIDGE * found
        for table, right, absent in packs:
            scores = table @ found + absent
            share = np.exp(scores - scores.max(axis=1, keepdims=True))
            share /= share.sum(axis=1, keepdims=True)
            gradient = gradient + np.einsum("ql,qlf->f", share - right, table) / len(table) / len(packs)
        slope, square = 0.9 * slope + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        found = found - RATE * (slope / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return found


def _packed(done: Run) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | None:
    kept = [(q, r) for q, r in zip(done.queries, done.rankings, strict=True) if rank_of(q, r) and r.parts is not None]
    if not kept:
        return None
    size = max(len(r.candidates) for _, r in kept)
    table = np.zeros((len(kept), size, kept[0][1].parts.shape[1]))
    right, absent = np.zeros((len(kept), size)), np.full((len(kept), size), -1e9)
    for row, (query, ranking) in enumerate(kept):
        count = len(ranking.candidates)
        table[row, :count] = ranking.parts
        absent[row, :count] = 0
        marks = np.array([c.article in query.right for c in ranking.candidates])
        right[row, :count] = marks / marks.sum()
    return table, right, absent


def observed(done: Run) -> list[Observation]:
    found = done.observations()
    return [replace(one, weight=SET_WEIGHT / len(found)) for one in found]


def show(name: str, done: Run, calibration: Calibration, note: str) -> None:
    figures = measure(done, confidences(done.observations(), calibration))
    keys = ("map", "p_at_1", "auroc_scope", "auroc_right", "right_at_90_rejected", "precision_at_50", "ece")
    said = "  ".join(f"{key} {figures[key]:.2f}" if figures[key] is not None else f"{key} –" for key in keys)
    sys.stdout.write(f"  {name:16} {said}  {note}\n")
    sys.stdout.flush()


def main() -> None:
    root = Path(os.environ["DATA"])
    models = {}
    for tier in (Tier.OFF, Tier.STATIC, Tier.TRANSFORMER):
        names = dict.fromkeys((*RANKED, *JUDGED))
        runs = {name: run(root / name, tier, KEPT / name / tier) for name in names}
        fitted = weights([runs[name] for name in RANKED])
        sys.stdout.write(f"{tier}: WEIGHTS {tuple(round(float(w), 1) for w in fitted)}, now {WEIGHTS[tier]}\n")
        for name in JUDGED:
            others = [one for other in JUDGED if other != name for one in observed(runs[other])]
            show(name, runs[name], fit(others), "(fitted on the others)")
        everything = [one for name in JUDGED for one in observed(runs[name])]
        calibration = fit(everything)
        models |= calibration.models
        for name in names:
            show(name, runs[name], calibration, "")
        for wanted in (0.8, 0.85, 0.9, 0.95):
            sys.stdout.write(f"  {wanted:.0%} right: answer from {calibration.cutoffs(tier, wanted, 0.4)[0]:.2f}\n")
    if "--write" in sys.argv:
        Calibration(models).save(Path(kb.__file__).parent / "calibration.json")


if __name__ == "__main__":
    main()
