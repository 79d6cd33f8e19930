"""Training and the program together: what one writes the other reads."""

import shutil

import numpy as np
import pytest
import torch

from fascicle_training.cli import main
from fascicle_training.evaluation.program_sweep import Sweep, Watershed, best_rows, sweep_with_program
from fascicle_training.program import REPOSITORY, ask_program, run_program
from fascicle_training.targets.affinities import NEAREST, affinity_targets

BUILT = any((REPOSITORY / "native" / "prebuilds").glob("*/fascicle.node"))
pytestmark = pytest.mark.skipif(not BUILT, reason="the program is not built: run `sh scripts/setup.sh`")


def test_corrected_ground_truth_becomes_a_network_that_the_program_lists_and_runs(tiny_segneuron_package, tmp_path):
    volume, project, export = tmp_path / "volume.h5", tmp_path / "project", tmp_path / "export"
    run_program("phantom", volume, "--shape", "20,96,96", "--voxel-size", "30,8,8", "--seed", 3, "--affinities")
    affinities = f"{volume}:/affinities"
    run_program("segment", f"{volume}:/raw", "--affinities", affinities, "--project", project, "--threshold", 0.5)
    export.mkdir()
    run_program("export", project, "--labels", export / "labels.h5", "--manifest", export / "manifest.json")

    base = tiny_segneuron_package
    models = shutil.copytree(base, tmp_path / "models" / "base").parent
    few = ["--steps", "2", "--batch", "1", "--threads", "1"]
    main(["finetune", str(export), "--base", str(base), "--out", str(models / "tuned"), *few])

    environment = {"FASCICLE_MODELS": str(models)}
    listed = run_program("models", "list", "--json", environment=environment)
    assert "segneuron-released-tuned-" in listed
    box = ["--roi", "0:16,0:32,0:32", "--model", models / "tuned", "--provider", "cpu", "--threads", 1]
    report = ask_program("segment", f"{volume}:/raw", "--project", tmp_path / "own", *box, environment=environment)
    assert report["supervoxels"] >= 1
    assert report["model"].startswith("segneuron-released-tuned-")


def test_perfect_affinities_give_perfect_segments_with_the_program():
    labels = torch.zeros(4, 64, 64)
    labels[:, :, :30] = 1
    labels[:, :, 34:] = 2
    affinities = affinity_targets(labels, NEAREST)
    for axis in range(3):
        affinities[axis].select(axis, 0).copy_(labels.select(axis, 0) > 0)
    probability = torch.cat((affinities, labels[None] > 0)).float().numpy()
    rows = sweep_with_program(probability, labels.int().numpy(), Sweep((True,), betas=(0.25,), thresholds=(0.5,)))
    assert [row.agglomeration for row in rows] == ["multicut", "mean"]
    assert all(row.scores.whole.total == pytest.approx(0) for row in best_rows(rows))


def test_the_program_takes_the_values_of_the_watershed(rng):
    probability = rng.uniform(0.2, 1.0, (4, 6, 40, 40)).astype("float32")
    truth = np.ones((6, 40, 40), np.int64)
    fine, coarse = Watershed(0.999, 1), Watershed(0.999, 100)
    sweep = Sweep((False,), ("mean",), ("watershed",), (fine, coarse), thresholds=(0.5,))
    rows = sweep_with_program(probability, truth, sweep)
    assert [row.watershed for row in rows] == [fine, coarse]
    assert rows[1].supervoxels < rows[0].supervoxels
    assert rows[1].row()["watershed"] == {"high": 0.999, "size_threshold": 100}


def test_what_is_asked_wrongly_ends_with_a_line(tiny_segneuron_package, tmp_path):
    with pytest.raises(SystemExit, match=r"fascicle-train finetune: .*manifest\.json is missing"):
        main(["finetune", str(tmp_path), "--base", str(tiny_segneuron_package), "--out", str(tmp_path / "out")])
