import hashlib
import json
import shutil

import h5py
import numpy as np
import pytest
import torch
import yaml

from fascicle_training.data.fingerprint import fingerprint_file
from fascicle_training.data.phantom import phantom_volume
from fascicle_training.data.workstation_export import read_export
from fascicle_training.export.half_weights import with_half_weights
from fascicle_training.export.package import check_package, new_package, write_package
from fascicle_training.export.symmetry import ROTATIONS, SymmetricNetwork, Symmetry
from fascicle_training.systems.segneuron.correction import Correction, finetune_on_export, in_plane_zoom
from fascicle_training.systems.segneuron.export import network_facts
from fascicle_training.systems.segneuron.network import (
    InferenceNetwork,
    SegNeuronConfig,
    SegNeuronNetwork,
    parameter_count,
)
from fascicle_training.systems.segneuron.package_weights import read_package
from fascicle_training.systems.segneuron.released import FACTS

TILE = (16, 80, 80)
GRAPH_BYTES = 400_000
IGNORE = 4294967295
BRIEF = Correction(steps=2, rate=1e-3, batch=1, seed=1, device="cpu", threads=1)


@pytest.fixture
def base(tiny_segneuron_package):
    return tiny_segneuron_package


@pytest.fixture
def exported(tmp_path):
    """A volume and an export of a box of it, as the workstation writes them; half of it was not reviewed."""
    volume = phantom_volume((20, 64, 72), 12, 5)
    source = tmp_path / "volume.h5"
    with h5py.File(source, "w") as file:
        file["raw"] = volume.raw
    folder = tmp_path / "export"
    folder.mkdir()
    labels = volume.labels[2:, :, 8:].astype(np.uint32)
    labels[:, :, 40:] = IGNORE
    with h5py.File(folder / "labels.h5", "w") as file:
        file["labels"] = labels
    sha256 = hashlib.sha256((folder / "labels.h5").read_bytes()).hexdigest()
    manifest = {
        "format": "fascicle-export",
        "version": 1,
        "project": {"name": "sample", "shape": [20, 64, 72], "voxelSizeNm": [30, 8, 8]},
        "sources": [
            {
                "role": "raw",
                "source": f"{source}:/raw",
                "fingerprint": fingerprint_file(source),
                "shape": [20, 64, 72],
                "type": "uint8",
            }
        ],
        "edits": {"revision": 4, "head": 4, "sha256": "ed" * 32},
        "choices": {
            "shape": [18, 64, 64],
            "sourceOffset": [2, 0, 8],
            "labels": {"path": "labels.h5", "format": "hdf5", "ignoreId": str(IGNORE), "withRaw": False},
        },
        "files": [{"path": "labels.h5", "sha256": sha256}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def edit_manifest(folder, change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def test_weights_come_back_from_a_package_as_they_were(tiny_segneuron, base):
    package = read_package(base)
    assert package.tile == TILE
    for name, value in tiny_segneuron.state_dict().items():
        assert torch.equal(package.network.state_dict()[name], value), name


def test_weights_in_half_precision_halve_the_file_and_come_back(tmp_path):
    wide = SegNeuronNetwork(SegNeuronConfig((4, 8, 8, 12, 16))).eval()
    image = phantom_volume(TILE, 12, 1).raw.astype(np.float32)
    with new_package(tmp_path / "half", "A card.\n") as partial:
        write_package(partial, InferenceNetwork(with_half_weights(wide)), FACTS, network_facts(TILE), image)
    assert (tmp_path / "half" / "weights.onnx").stat().st_size < 0.7 * 4 * parameter_count(wide) + GRAPH_BYTES
    found, expected = read_package(tmp_path / "half").network.state_dict(), with_half_weights(wide).state_dict()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_a_tuned_network_runs_in_the_orientations_of_its_base(tiny_segneuron, base, exported, tmp_path):
    assert read_package(base).symmetries == (Symmetry(),)
    turned, out = tmp_path / "turned", tmp_path / "tuned"
    network = SymmetricNetwork(InferenceNetwork(with_half_weights(tiny_segneuron)), ROTATIONS)
    image = phantom_volume(TILE, 12, 1).raw.astype(np.float32)
    with new_package(turned, "A card.\n") as partial:
        write_package(partial, network, FACTS, network_facts(TILE), image)
    finetune_on_export(exported, turned, out, BRIEF)
    assert read_package(turned).symmetries == read_package(out).symmetries == ROTATIONS


def test_an_export_is_read_with_its_place_in_the_volume(exported):
    volume = read_export(exported)
    assert volume.labels.shape == (18, 64, 64)
    assert volume.raw[volume.window].shape == volume.labels.shape
    assert volume.ignore_id == IGNORE


def test_a_package_is_made_of_an_export(base, exported, tmp_path):
    out = tmp_path / "tuned"
    assert finetune_on_export(exported, base, out, BRIEF) < 1e-4
    assert max(check_package(out).values()) < 1e-4
    description = yaml.safe_load((out / "rdf.yaml").read_text())
    manifest = hashlib.sha256((exported / "manifest.json").read_bytes()).hexdigest()
    assert description["parent"] == {"id": "segneuron-released"}
    assert description["id"] == f"segneuron-released-tuned-{manifest[:8]}"
    card = (out / "README.md").read_text()
    assert all(fact in card for fact in (manifest, read_package(base).weights_sha256, "ed" * 32, "2 steps"))
    trained, before = (read_package(folder).network.state_dict() for folder in (out, base))
    assert any(not torch.equal(trained[name], before[name]) for name in before)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "is missing: use `fascicle export"),
        (lambda folder: (folder / "labels.h5").open("ab").write(b"x"), "was changed after its export"),
        (lambda folder: (folder.parent / "volume.h5").open("ab").write(b"x"), "another volume than the labels"),
        (lambda folder: (folder.parent / "volume.h5").unlink(), "is not there any more: name the volume"),
        (lambda folder: edit_manifest(folder, lambda m: m.update(version=2)), "no manifest of an export, version 1"),
        (lambda folder: edit_manifest(folder, lambda m: m["choices"].update(labels=None)), "holds no labels"),
        (lambda folder: edit_manifest(folder, lambda m: m["choices"].update(shape=[1, 2, 3])), "the manifest says"),
    ],
)
def test_what_does_not_belong_together_is_refused_in_words(base, exported, tmp_path, spoil, words):
    spoil(exported)
    with pytest.raises(ValueError, match=words):
        finetune_on_export(exported, base, tmp_path / "tuned", BRIEF)
    assert not (tmp_path / "tuned").exists()


def test_changed_weights_and_other_networks_are_refused(base, exported, repository, tmp_path):
    other = shutil.copytree(base, tmp_path / "other")
    (other / "weights.onnx").open("ab").write(b"x")
    with pytest.raises(ValueError, match="not the file that"):
        read_package(other)
    with pytest.raises(ValueError, match="of another kind"):
        read_package(repository / "resources" / "models" / "fascicle-unet-em-v1-quick")


def test_an_export_without_reviewed_segments_is_refused(base, exported, tmp_path):
    with h5py.File(exported / "labels.h5", "r+") as file:
        file["labels"][:] = IGNORE
    sha256 = hashlib.sha256((exported / "labels.h5").read_bytes()).hexdigest()
    edit_manifest(exported, lambda m: m["files"][0].update(sha256=sha256))
    with pytest.raises(ValueError, match="nothing in sample is marked as done"):
        finetune_on_export(exported, base, tmp_path / "tuned", BRIEF)


def test_the_field_of_view_follows_the_voxel_size():
    targets = list(FACTS.targets)
    assert in_plane_zoom(targets, (30, 6, 6)) == 1.0
    assert in_plane_zoom(targets, (30, 4, 4)) == 2.0
    assert in_plane_zoom(targets, None) == 1.0
    with pytest.raises(ValueError, match="sections 100 nm apart"):
        in_plane_zoom(targets, (100, 8, 8))
