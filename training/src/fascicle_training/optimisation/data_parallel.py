"""One replica of the network and one thread per crop of the batch.

Threads inside an operation meet at a barrier some hundred times per step; on a machine that is shared, each of those
barriers waits for whichever thread was just suspended. Whole crops per thread meet once per step.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn

Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]
"""Maps network, input and target, each with a batch of one, to per-channel losses (C,)."""


class CropParallel:
    """Gradients of a batch with a thread per crop; gradients and running statistics are averages over crops."""

    def __init__(self, network: nn.Module, crops: int) -> None:
        self.network = network
        self.replicas = [copy.deepcopy(network) for _ in range(crops)]
        self.pool = ThreadPoolExecutor(crops)

    def backward(self, raw: Tensor, target: Tensor, loss: Loss, weights: Tensor) -> Tensor:
        """Fills the gradients of the weighted mean loss; returns the losses per channel, (C,)."""
        jobs = [
            self.pool.submit(self._one, replica, raw[i : i + 1], target[i : i + 1], loss, weights)
            for i, replica in enumerate(self.replicas)
        ]
        losses = torch.stack([job.result() for job in jobs]).mean(dim=0)
        with torch.no_grad():
            copies = [list(replica.parameters()) for replica in self.replicas]
            for parameter, *replicated in zip(self.network.parameters(), *copies, strict=True):
                parameter.grad = torch.stack([p.grad for p in replicated]).mean(dim=0)
            statistics = [list(replica.buffers()) for replica in self.replicas]
            for buffer, *replicated in zip(self.network.buffers(), *statistics, strict=True):
                if buffer.is_floating_point():
                    buffer.copy_(torch.stack(replicated).mean(dim=0))
        return losses

    def _one(self, replica: nn.Module, raw: Tensor, target: Tensor, loss: Loss, weights: Tensor) -> Tensor:
        torch.set_num_threads(1)
        replica.load_state_dict(self.network.state_dict())
        for mine, theirs in zip(replica.modules(), self.network.modules(), strict=True):
            mine.training = theirs.training
        replica.zero_grad(set_to_none=True)
        losses = loss(replica, raw, target)
        ((losses * weights).sum() / weights.sum()).backward()
        return losses.detach()
