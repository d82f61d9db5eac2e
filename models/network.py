"""The sentiment network: a MiniLM encoder with a low-rank adapter folded in, and a linear head."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

ADAPTED = ("query", "key", "value", "dense")
SCALE = 2.0  # alpha / rank = 32 / 16


class Network(nn.Module):
    """Token states -> [mean, max] over the text -> three logits (negative, neutral, positive)."""

    def __init__(self, encoder: nn.Module, width: int, head_dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = nn.Dropout(head_dropout)
        self.head = nn.Linear(2 * width, 3)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Logits, shape (rows, 3); padding takes no part in mean or max."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).bool()
        mean = states.masked_fill(~mask, 0.0).sum(1) / mask.sum(1).clamp(min=1)
        peak = states.masked_fill(~mask, -1e4).amax(1)
        return self.head(self.drop(torch.cat([mean, peak], dim=-1)))  # type: ignore[no-any-return]


def base_network(folder: Path, *, attention: str = "sdpa", head_dropout: float = 0.0) -> Network:
    """The encoder of a checked folder under a fresh head, fp32, from local safetensors only."""
    encoder = AutoModel.from_pretrained(
        str(folder),
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        add_pooling_layer=False,
        attn_implementation=attention,
        dtype=torch.float32,
    )
    return Network(encoder, int(encoder.config.hidden_size), head_dropout)


def adapted_layers(network: Network) -> dict[str, nn.Linear]:
    """The encoder's linear layers that carry an adapter, by name."""
    return {
        name: layer
        for name, layer in network.encoder.named_modules()
        if isinstance(layer, nn.Linear) and name.rsplit(".", 1)[-1] in ADAPTED
    }


def fold(network: Network, tensors: Mapping[str, Tensor]) -> Network:
    """Add the adapter into the encoder's weights, W += 2·B·A, and set the head; the network."""
    with torch.no_grad():
        for name, layer in adapted_layers(network).items():
            a, b = tensors[f"{name}.a"].float(), tensors[f"{name}.b"].float()
            layer.weight += SCALE * (b @ a)
        network.head.weight.copy_(tensors["head.weight"].float())
        network.head.bias.copy_(tensors["head.bias"].float())
    return network.eval()
