"""Writes a network as ONNX with the operators that every runtime has, and compares the two."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import nn

OPSET = 17
PORTABLE_OPERATORS = frozenset(
    {
        *("Conv", "Relu", "MaxPool", "Resize", "Add", "Concat", "Sigmoid", "Slice", "Constant", "Transpose", "Mul"),
        *("LeakyRelu", "Sub", "Abs", "Identity", "Shape", "ReduceMean", "Sqrt", "Div"),
    }
)


def write_onnx(
    network: nn.Module, path: Path, shape: Sequence[int], inputs: str, outputs: Sequence[str], free_size: bool = True
) -> None:
    """Exports in float32; `shape` (1, 1, z, y, x) is the only one that is accepted unless z, y and x are free.

    Refuses a graph with operators beyond PORTABLE_OPERATORS.
    """
    axes = {2: "z", 3: "y", 4: "x"}
    with warnings.catch_warnings():
        if not free_size:
            # That the trace holds for one size only is what was asked for.
            warnings.simplefilter("ignore", torch.jit.TracerWarning)
        torch.onnx.export(
            network,
            (torch.zeros(tuple(shape)),),
            path,
            opset_version=OPSET,
            dynamo=False,
            input_names=[inputs],
            output_names=list(outputs),
            dynamic_axes={name: axes for name in (inputs, *outputs)} if free_size else None,
        )
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    foreign = sorted({node.op_type for node in model.graph.node} - PORTABLE_OPERATORS)
    if foreign:
        raise ValueError(f"{path.name} holds {foreign}; portable networks are made of {sorted(PORTABLE_OPERATORS)}")


def run_onnx(path: Path, image: NDArray[np.float32], threads: int = 1) -> list[NDArray[np.float32]]:
    """Runs a file on the CPU; outputs in the order of the graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: image})


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The weights of a file by the names that they had in PyTorch, in single precision.

    Weights that are equal may share an initialiser, and an initialiser may be stored in half precision.
    """
    graph = onnx.load(path).graph
    weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type in ("Identity", "Cast") and node.input[0] in weights:
            weights[node.output[0]] = weights[node.input[0]].astype(np.float32)
    return weights


def uses_of_weight(path: Path, name: str) -> int:
    """How many nodes of a file compute with a weight of `read_weights`: the orientations that a network runs in."""
    return sum(name in node.input for node in onnx.load(path).graph.node if node.op_type == "Conv")


def sha256_of(path: Path) -> str:
    """The hexadecimal sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
