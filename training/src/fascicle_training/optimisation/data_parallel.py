"""Threads that each take whole crops of a batch, with a replica of the network of their own.

Threads inside an operation meet at a barrier some hundred times per step; on a machine that is shared, each of those
barriers waits for whichever thread was just suspended. Whole crops per thread meet once per step.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn

Loss = Callable[..., Tensor]
"""Maps a network and the tensors of a batch of one crop to parts of the loss, (C,), whose sum is minimised."""


class CropParallel:
    """Gradients of a batch, crop by crop; gradients, losses and running statistics are averages over crops.

    With fewer threads than crops a thread takes one crop after the other.
    """

    def __init__(self, network: nn.Module, threads: int) -> None:
        self.network = network
        self.replicas = [copy.deepcopy(network) for _ in range(threads)]
        self.pool = ThreadPoolExecutor(threads)

    def backward(self, batch: Sequence[Tensor], loss: Loss) -> Tensor:
        """Fills the gradients of the loss; returns its parts, (C,). The tensors of a batch begin with its crops."""
        crops = batch[0].shape[0]
        jobs = [
            self.pool.submit(self._some, replica, [tensor[i :: len(self.replicas)] for tensor in batch], loss)
            for i, replica in enumerate(self.replicas[:crops])
        ]
        parts = torch.cat([job.result() for job in jobs]).mean(dim=0)
        with torch.no_grad():
            busy = self.replicas[:crops]
            copies = [list(replica.parameters()) for replica in busy]
            for parameter, *replicated in zip(self.network.parameters(), *copies, strict=True):
                parameter.grad = torch.stack([p.grad for p in replicated]).sum(dim=0) / crops
            statistics = [list(replica.buffers()) for replica in busy]
            for buffer, *replicated in zip(self.network.buffers(), *statistics, strict=True):
                if buffer.is_floating_point():
                    buffer.copy_(torch.stack(replicated).mean(dim=0))
        return parts

    def _some(self, replica: nn.Module, batch: Sequence[Tensor], loss: Loss) -> Tensor:
        torch.set_num_threads(1)
        replica.load_state_dict(self.network.state_dict())
        for mine, theirs in zip(replica.modules(), self.network.modules(), strict=True):
            mine.training = theirs.training
        replica.zero_grad(set_to_none=True)
        found = []
        for i in range(batch[0].shape[0]):
            parts = loss(replica, *(tensor[i : i + 1] for tensor in batch))
            parts.sum().backward()
            found.append(parts.detach())
        return torch.stack(found)
