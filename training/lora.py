"""Low-rank adapters on frozen linear layers (Hu et al. 2021, arXiv 2106.09685)."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from models.network import SCALE, Network, adapted_layers, base_network

RANK = 16


class Adapted(nn.Module):
    """A frozen layer plus a trained detour: y = W·x + b + 2·B·(A·x), with B zero at the start."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.a = nn.Parameter(torch.empty(RANK, layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, RANK))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """The layer's answer with the detour added."""
        return self.layer(x) + SCALE * ((x @ self.a.T) @ self.b.T)  # type: ignore[no-any-return]


def trainable_network(folder: Path) -> Network:
    """The base network with every dropout in the encoder off, all frozen but adapters and head."""
    network = base_network(folder, head_dropout=0.1)
    for part in network.encoder.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    network.encoder.requires_grad_(False)
    for name, layer in adapted_layers(network).items():
        parent, _, child = name.rpartition(".")
        setattr(network.encoder.get_submodule(parent), child, Adapted(layer))
    return network


def trained(network: Network) -> dict[str, Tensor]:
    """Adapter and head under the names `models.network.fold` reads."""
    return {
        name.removeprefix("encoder."): value.detach().clone()
        for name, value in network.named_parameters()
        if value.requires_grad
    }


def restore(network: Network, tensors: dict[str, Tensor]) -> None:
    """Put back what `trained` gave."""
    with torch.no_grad():
        for name, value in network.named_parameters():
            if value.requires_grad:
                value.copy_(tensors[name.removeprefix("encoder.")])
