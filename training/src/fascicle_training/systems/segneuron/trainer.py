"""The training loop of both stages: polynomial schedule, averaged weights, checkpoints that resume, on CPU or CUDA."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ...optimisation.averaging import MovingAverage
from ...optimisation.checkpoint import load_checkpoint, save_checkpoint
from ...optimisation.data_parallel import CropParallel
from ...optimisation.polynomial import PolynomialDecay
from .config import SegNeuronRunConfig, StageConfig
from .finetuning import Finetuning
from .network import SegNeuronNetwork, load_trained, parameter_count, transfer_encoder
from .pretraining import Pretraining
from .sampling import SampledItems, TissueSampler
from .tissue import Tissue

CHECKPOINT = "checkpoint.pt"
Score = Callable[[nn.Module], list[dict[str, Any]]]
"""Scores the averaged network; one row per volume."""


@dataclass(frozen=True)
class Earlier:
    """What the weights that a run began with had cost in runs before it."""

    steps: int = 0
    seconds: float = 0.0


class StageRun:
    """One stage in `folder/<stage>`: `checkpoint.pt`, `snapshots/`, `log.jsonl`, `validation.jsonl`.

    Every batch is a function of seed and step. Weights, optimiser and average are in the checkpoint, so a run that was
    killed repeats what came after the last one and nothing else.
    """

    def __init__(
        self,
        stage: Pretraining | Finetuning,
        tissues: Sequence[Tissue],
        folder: Path,
        score: Score | None = None,
    ) -> None:
        self.stage = stage
        self.run_config: SegNeuronRunConfig = stage.config
        self.config: StageConfig = getattr(stage.config, stage.name)
        torch.set_num_threads(self.run_config.threads)
        torch.manual_seed(self.run_config.seed)
        self.device = torch.device(self.run_config.device)
        self.folder = folder / stage.name
        self.score = score
        self.sampler = TissueSampler(tissues, self.run_config.crop, self.run_config.group_weights)
        self.network = stage.network().to(self.device)
        self.parallel: CropParallel | None = None
        if self.device.type == "cpu":
            # Nearly twice as fast there as channels first.
            self.network.to(memory_format=torch.channels_last_3d)
            self.parallel = CropParallel(self.network, min(self.run_config.threads, self.config.batch))
        optimiser = self.config.optimiser
        self.optimiser = torch.optim.Adam(
            self.network.parameters(),
            lr=optimiser.rate,
            eps=optimiser.epsilon,
            weight_decay=optimiser.weight_decay,
            amsgrad=optimiser.amsgrad,
        )
        self.schedule = PolynomialDecay(optimiser.rate, optimiser.final_rate, optimiser.power)
        self.earlier = Earlier()
        self.average = MovingAverage(self.network, optimiser.average_decay)
        self.step = 0
        self.elapsed = 0.0
        self.stopping = False

    def start_from(self, pretraining: Path) -> None:
        """Takes the encoder of a pretraining checkpoint."""
        if not isinstance(self.network, SegNeuronNetwork):
            raise TypeError("only fine-tuning starts from a pretrained encoder")
        transfer_encoder(load_checkpoint(pretraining)["average"], self.network)
        self.average = MovingAverage(self.network, self.config.optimiser.average_decay)

    def start_with(self, weights: dict[str, Tensor]) -> None:
        """Takes all weights of a trained network of this stage."""
        if not isinstance(self.network, SegNeuronNetwork):
            raise TypeError("only fine-tuning starts with a trained network")
        load_trained(self.network, weights)
        self.average = MovingAverage(self.network, self.config.optimiser.average_decay)

    def start_after(self, weights: Path) -> None:
        """Takes the averaged weights of another run's checkpoint or snapshot; what they cost is kept on record."""
        state = load_checkpoint(weights)
        self.start_with(state["average"])
        before = Earlier(**state.get("earlier", {}))
        self.earlier = Earlier(before.steps + state["step"], before.seconds + state["elapsed"])

    def resume(self) -> bool:
        """Continues from the folder's checkpoint where there is one; returns whether."""
        path = self.folder / CHECKPOINT
        if not path.exists():
            return False
        state = load_checkpoint(path)
        if tuple(state["widths"]) != tuple(self.run_config.network.widths):
            raise ValueError(
                f"{path} holds widths {state['widths']}, the configuration {self.run_config.network.widths}"
            )
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average.network.load_state_dict(state["average"])
        self.average.steps = self.step = state["step"]
        self.elapsed = state["elapsed"]
        self.earlier = Earlier(**state.get("earlier", {}))
        for name in ("log.jsonl", "validation.jsonl"):
            _forget_after(self.folder / name, self.step)
        return True

    def progress(self) -> float:
        """Share of the stage that is done, by steps or by time, whichever is further."""
        shares = [0.0]
        if self.config.steps is not None:
            shares.append(self.step / self.config.steps)
        if self.config.seconds is not None:
            shares.append(self.elapsed / self.config.seconds)
        return max(shares)

    def stop(self) -> None:
        """Ends the run after the present step, with a checkpoint."""
        self.stopping = True

    def run(self, max_steps: int | None = None) -> None:
        """Trains until the stage is done, was stopped, or has taken `max_steps` in all; ends with a checkpoint."""
        self.folder.mkdir(parents=True, exist_ok=True)
        loader = iter(self._loader())
        saved = snapped = self.elapsed
        self.network.train()
        with (self.folder / "log.jsonl").open("a") as log:
            if self.step == 0:
                _write(log, {"parameters": parameter_count(self.network)})
            while self.progress() < 1 and not self.stopping and (max_steps is None or self.step < max_steps):
                began = time.monotonic()
                warm = min(1.0, (self.step + 1) / max(self.config.optimiser.warmup_steps, 1))
                rate = warm * self.schedule.rate(self.progress())
                parts = self._step(next(loader), rate)
                self.step += 1
                self.elapsed += time.monotonic() - began
                if self.step % self.config.log_every == 0:
                    row = {"step": self.step, "seconds": self.elapsed, "rate": rate, "loss": sum(parts.values())}
                    _write(log, {**row, **parts})
                if self.elapsed - saved >= self.config.checkpoint_seconds:
                    saved = self.elapsed
                    self.save()
                if self.elapsed - snapped >= self.config.snapshot_seconds:
                    snapped = self.elapsed
                    self.snapshot()
        self.save()
        if not self.stopping:
            self.snapshot()

    def save(self) -> None:
        """Writes the checkpoint."""
        state = {"network": self.network.state_dict(), "optimiser": self.optimiser.state_dict()}
        save_checkpoint(self.folder / CHECKPOINT, {**self._weights(), **state})

    def snapshot(self) -> None:
        """Keeps the averaged weights and scores them."""
        save_checkpoint(self.folder / "snapshots" / f"step-{self.step:06d}.pt", self._weights())
        if self.score is None:
            return
        rows = self.score(self.average.network)
        with (self.folder / "validation.jsonl").open("a") as file:
            for row in rows:
                file.write(json.dumps({"step": self.step, "seconds": round(self.elapsed, 1), **row}) + "\n")

    def _weights(self) -> dict[str, Any]:
        return {
            "stage": self.stage.name,
            "widths": list(self.run_config.network.widths),
            "optimiser_settings": asdict(self.config.optimiser),
            "average": self.average.network.state_dict(),
            "step": self.step,
            "elapsed": self.elapsed,
            "earlier": asdict(self.earlier),
        }

    def _step(self, batch: Sequence[Tensor], rate: float) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        if self.parallel is None:
            moved = tuple(tensor.to(self.device, non_blocking=True) for tensor in batch)
            parts = self._parts(self.network, *moved)
            parts.sum().backward()
        else:
            parts = self.parallel.backward(batch, self._parts)
        if not torch.isfinite(parts).all():
            raise FloatingPointError(f"the loss is {parts.tolist()} at step {self.step}; resume with a lower `rate`")
        if self.config.optimiser.gradient_clip is not None:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.config.optimiser.gradient_clip)
        self.optimiser.step()
        self.average.update(self.network)
        return dict(zip(self.stage.parts, parts.tolist(), strict=True))

    def _parts(self, network: nn.Module, *batch: Tensor) -> Tensor:
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.run_config.bfloat16):
            parts = self.stage.losses(network, batch)
        return torch.stack([parts[name] for name in self.stage.parts])

    def _loader(self) -> DataLoader[tuple[Tensor, ...]]:
        workers = self.run_config.workers
        items = SampledItems(self.stage.items(self.sampler), self.run_config.seed, first=self.step * self.config.batch)
        return DataLoader(
            items,
            batch_size=self.config.batch,
            sampler=range(items.length),
            num_workers=workers,
            prefetch_factor=4 if workers else None,
            pin_memory=self.device.type == "cuda",
        )


def _forget_after(path: Path, step: int) -> None:
    """Drops lines of steps that came after the checkpoint, and a line that a kill cut short: they are done again."""
    if not path.exists():
        return
    kept = []
    for line in path.read_text().splitlines(keepends=True):
        if line.endswith("\n") and json.loads(line).get("step", 0) <= step:
            kept.append(line)
    path.write_text("".join(kept))


def _write(log: TextIO, values: dict[str, float]) -> None:
    log.write(json.dumps({name: round(value, 7) for name, value in values.items()}) + "\n")
    log.flush()
