"""Batches of like length, the same for the same seed, so that a run can go on where it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.data import Source

MAX_TOKENS = 96
MASKED = 0.1

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs of the network, its labels (rows,), and each row's source prior (rows, 3)."""

    inputs: dict[str, Tensor]
    labels: Tensor
    log_prior: Tensor


class Batches:
    """All rows of all sources, tokenised once; `batch(step)` depends on seed and step alone."""

    def __init__(self, sources: Sequence[Source], tokenizer: Any, size: int, seed: int) -> None:
        self._ids: list[Numbers] = []
        self._kinds: list[Numbers] = []
        for example in (example for source in sources for example in source.examples):
            found = tokenizer(
                example.text, example.target, truncation="only_first", max_length=MAX_TOKENS
            )
            self._ids.append(np.array(found["input_ids"]))
            self._kinds.append(np.array(found["token_type_ids"]))
        self._lengths = np.array([len(row) for row in self._ids])
        self._labels = torch.tensor([e.label for source in sources for e in source.examples])
        self._priors = torch.from_numpy(
            np.repeat([s.log_prior for s in sources], [len(s.examples) for s in sources], axis=0)
        )
        self._mask = int(tokenizer.mask_token_id)
        self._size, self._seed = size, seed
        self.per_epoch = len(self._ids) // size

    def steps(self, first: int, last: int) -> Iterator[tuple[int, Batch]]:
        """The batches of steps [first, last)."""
        order: list[Numbers] = []
        epoch = -1
        for step in range(first, last):
            if step // self.per_epoch != epoch:
                epoch = step // self.per_epoch
                order = self._order(epoch)
            yield step, self._made(order[step % self.per_epoch], step)

    def _order(self, epoch: int) -> list[Numbers]:
        """Row numbers of each batch: shuffled, sorted by length within 50 batches, shuffled."""
        random = np.random.default_rng([self._seed, epoch])
        rows = random.permutation(len(self._ids))
        span = 50 * self._size
        pools = [rows[i : i + span] for i in range(0, len(rows), span)]
        sorted_rows = np.concatenate(
            [p[np.argsort(self._lengths[p], kind="stable")] for p in pools]
        )
        batches = [
            sorted_rows[i : i + self._size]
            for i in range(0, self.per_epoch * self._size, self._size)
        ]
        return [batches[i] for i in random.permutation(len(batches))]

    def _made(self, rows: Numbers, step: int) -> Batch:
        """Padded to the longest row; a tenth of the text's tokens masked as the regulariser."""
        ids = np.zeros((len(rows), self._lengths[rows].max()), dtype=np.int64)  # 0 is [PAD]
        kinds, mask = np.zeros_like(ids), np.zeros_like(ids)
        for place, row in enumerate(rows):
            width = self._lengths[row]
            ids[place, :width], kinds[place, :width] = self._ids[row], self._kinds[row]
            mask[place, :width] = 1
        chance = np.random.default_rng([self._seed, 1, step]).random(ids.shape)
        ordinary = (kinds == 0) & (ids > 999)  # below 999 lie [PAD], [CLS], [SEP], [MASK]
        ids[ordinary & (chance < MASKED)] = self._mask
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
        picked = torch.from_numpy(rows)
        return Batch(
            {name: torch.from_numpy(value) for name, value in inputs.items()},
            self._labels[picked],
            self._priors[picked],
        )
