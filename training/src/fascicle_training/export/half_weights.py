"""Weights in half precision on disk, in single precision at work: half the file, the same arithmetic."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import nn

SMALLEST = 256
"""Values; below, a file gains nothing."""
SUFFIX = "_half"


def with_half_weights(network: nn.Module) -> nn.Module:
    """A copy whose larger weights are rounded to half precision, and are still single."""
    rounded = copy.deepcopy(network)
    with torch.no_grad():
        for parameter in rounded.parameters():
            if parameter.numel() >= SMALLEST:
                parameter.copy_(parameter.half().float())
    return rounded


def store_half_weights(path: Path) -> None:
    """Rewrites a file with weights in half precision where that loses nothing; a Cast brings each back under its name.

    Runtimes fold the casts when they load the file, so nothing is slower and outputs stay as they are.
    """
    model = onnx.load(path)
    casts = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST:
            continue
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            continue
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(half, name + SUFFIX))
        casts.append(onnx.helper.make_node("Cast", [name + SUFFIX], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
