"""SegNeuron: a 2D/3D mesh network with one encoder and two decoders, for affinities and for foreground.

Source: Zhang, Guo, Zhai et al., "SegNeuron: 3D Neuron Instance Segmentation in Any EM Volume with a Generalist Model",
MICCAI 2024; the mesh is that of MNet (Dong et al., IJCAI 2022).

Modules lie on a triangle. `level` counts halvings of y and x, 0 to 4; `row` counts, from 1, how often the 3D stream was
followed down instead of the 2D stream. A module (row, level) of the encoder is fed by the 2D stream of (row, level - 1)
and by the 3D stream of (row - 1, level - 1); a module of the decoder by those of (row, level + 1) and
(row + 1, level + 1), and by the encoder's module of the same place. Level 4 is the bottleneck.

How often z is halved depends on the number of sections, and instance normalisation takes its statistics from the tile:
a network is trained, exported and run with tiles of one size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...export.instance_norm import with_sectionwise_norms
from .blocks import StreamBlock, Streams, merge, pool_flat, pool_full, resize

BOTTLENECK = 4
AFFINITIES = 3
PUBLISHED_WIDTHS = (32, 64, 96, 128, 256)
SCALED_WIDTHS = (12, 18, 24, 36, 48)
"""A size that a CPU can train and run."""

LONG_RANGE_HEAD = "long_range."
"""Beginning of the names that the head has in a state."""

Place = tuple[int, int]
"""(row, level)."""


@dataclass(frozen=True)
class SegNeuronConfig:
    """Shape of the network; one channel count per level, finest first."""

    widths: tuple[int, ...] = SCALED_WIDTHS

    def __post_init__(self) -> None:
        """Refuses another number of levels."""
        if len(self.widths) != BOTTLENECK + 1:
            raise ValueError(f"widths {self.widths}: the mesh has {BOTTLENECK + 1} levels")

    @property
    def in_plane_stride(self) -> int:
        """Pixels that y and x must be multiples of."""
        return 2**BOTTLENECK


def key(place: Place) -> str:
    """Name of a module in the state."""
    return f"row{place[0]}_level{place[1]}"


class MeshEncoder(nn.Module):
    """Maps (B, 1, z, y, x) to the streams of all fifteen modules."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.places = [(row, level) for level in range(BOTTLENECK + 1) for row in range(1, level + 2)]
        self.blocks = nn.ModuleDict(
            {
                key((row, level)): StreamBlock(
                    widths[level - 1] if level else 1,
                    widths[level],
                    # The corners of the bottleneck are only ever asked for one stream.
                    flat=(row, level) != (BOTTLENECK + 1, BOTTLENECK),
                    full=(row, level) != (1, BOTTLENECK),
                )
                for row, level in self.places
            }
        )

    def forward(self, image: Tensor) -> dict[Place, Streams]:
        """Streams by place."""
        found: dict[Place, Streams] = {}
        for place in self.places:
            found[place] = self.blocks[key(place)](_encoder_input(found, place, image))
        return found


def _encoder_input(found: dict[Place, Streams], place: Place, image: Tensor) -> Tensor:
    row, level = place
    if level == 0:
        return image
    flat = found[(row, level - 1)].flat if row <= level else None
    full = found[(row - 1, level - 1)].full if row > 1 else None
    if flat is None or full is None:
        return pool_full(_present(full)) if flat is None else pool_flat(flat)
    return merge(pool_flat(flat), pool_full(full))


class MeshDecoder(nn.Module):
    """Ten modules from the bottleneck to the finest level; without skips the encoder speaks through its bottleneck."""

    def __init__(self, widths: Sequence[int], skips: bool) -> None:
        super().__init__()
        self.skips = skips
        self.places = [(row, level) for row in range(BOTTLENECK, 0, -1) for level in range(BOTTLENECK - 1, row - 2, -1)]
        self.blocks = nn.ModuleDict(
            {
                key((row, level)): StreamBlock(
                    widths[level + 1] + (widths[level] if skips else 0),
                    widths[level],
                    flat=row <= level or level == 0,
                    full=row > 1 or level == 0,
                )
                for row, level in self.places
            }
        )

    def forward(self, encoded: dict[Place, Streams]) -> Tensor:
        """Features of the finest level, the sum of its two streams."""
        found = {place: streams for place, streams in encoded.items() if place[1] == BOTTLENECK}
        for row, level in self.places:
            skip = encoded[(row, level)]
            flat, full = _present(found[(row, level + 1)].flat), _present(found[(row + 1, level + 1)].full)
            like = _present(skip.flat)
            raised = merge(resize(flat, like), resize(full, like))
            joined = torch.cat((merge(like, _present(skip.full)), raised), dim=1) if self.skips else raised
            found[(row, level)] = self.blocks[key((row, level))](joined)
        finest = found[(1, 0)]
        return _present(finest.flat) + _present(finest.full)


def _present(features: Tensor | None) -> Tensor:
    if features is None:
        raise RuntimeError("a module was asked for a stream that it does not have")
    return features


class TwoDecoderNetwork(nn.Module):
    """One encoder, two decoders with weights of their own, each with a linear head."""

    def __init__(self, config: SegNeuronConfig, skips: bool, channels: tuple[int, int]) -> None:
        super().__init__()
        self.config = config
        self.encoder = MeshEncoder(config.widths)
        self.decoders = nn.ModuleList(MeshDecoder(config.widths, skips) for _ in channels)
        self.heads = nn.ModuleList(nn.Conv3d(config.widths[0], count, 1, bias=False) for count in channels)

    def decoded(self, image: Tensor) -> list[Tensor]:
        """Features of the finest level of both decoders."""
        encoded = self.encoder(image)
        return [decoder(encoded) for decoder in self.decoders]

    def logits(self, decoded: list[Tensor]) -> tuple[Tensor, Tensor]:
        """What both heads make of the features of their decoders."""
        first, second = (head(features) for head, features in zip(self.heads, decoded, strict=True))
        return first, second

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of both heads, of the extent of the image."""
        return self.logits(self.decoded(image))


class SegNeuronNetwork(TwoDecoderNetwork):
    """Maps (B, 1, z, y, x) in 0..1 to logits of affinities (B, 3, z, y, x) and of foreground (B, 1, z, y, x)."""

    def __init__(self, config: SegNeuronConfig) -> None:
        super().__init__(config, skips=True, channels=(AFFINITIES, 1))


class LongRangeNetwork(SegNeuronNetwork):
    """The same with a third head, on the features of the affinities, that training alone asks for long-range links."""

    def __init__(self, config: SegNeuronConfig, links: int) -> None:
        super().__init__(config)
        self.long_range = nn.Conv3d(config.widths[0], links, 1, bias=False)

    def with_long_range(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of affinities (B, 3, z, y, x), foreground (B, 1, z, y, x) and long-range links (B, C, z, y, x)."""
        decoded = self.decoded(image)
        return (*self.logits(decoded), self.long_range(decoded[0]))


class ReconstructionNetwork(TwoDecoderNetwork):
    """For pretraining: logits of the image and of its picture of oriented gradients, (B, 1, z, y, x) each."""

    def __init__(self, config: SegNeuronConfig) -> None:
        super().__init__(config, skips=False, channels=(1, 1))


class Probabilities(nn.Module):
    """Probabilities instead of logits, in single precision whatever the network computes in."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Affinities and foreground of an image in 0..1."""
        affinities, foreground = self.network(image)
        return torch.sigmoid(affinities.float()), torch.sigmoid(foreground.float())


class InferenceNetwork(nn.Module):
    """Probabilities instead of logits, and normalisations whose sums stay exact: a copy, to be exported."""

    def __init__(self, network: SegNeuronNetwork) -> None:
        super().__init__()
        self.network = with_sectionwise_norms(network)
        self.requires_grad_(False)
        self.eval()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Affinities and foreground of an image in 0..1."""
        affinities, foreground = self.network(image)
        return torch.sigmoid(affinities), torch.sigmoid(foreground)


def transfer_encoder(pretrained: dict[str, Tensor], network: SegNeuronNetwork) -> None:
    """Loads the encoder, bottleneck included, from the state of a ReconstructionNetwork; decoders stay as they are."""
    prefix = "encoder."
    weights = {name.removeprefix(prefix): value for name, value in pretrained.items() if name.startswith(prefix)}
    network.encoder.load_state_dict(weights)


def load_trained(network: SegNeuronNetwork, weights: dict[str, Tensor]) -> None:
    """Loads a trained network's state; the long-range head is left as it is, or left out, where one side has none."""
    own = network.state_dict()
    kept = {name: value for name, value in own.items() if name.startswith(LONG_RANGE_HEAD)}
    given = {name: value for name, value in weights.items() if name in own or not name.startswith(LONG_RANGE_HEAD)}
    network.load_state_dict({**kept, **given})


def parameter_count(network: nn.Module) -> int:
    """Number of trainable parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
