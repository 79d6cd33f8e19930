import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from fascicle_training.cli import main
from fascicle_training.data.phantom import phantom_volume
from fascicle_training.optimisation.checkpoint import load_checkpoint
from fascicle_training.systems.segneuron.config import OptimiserConfig, parse_config, read_config
from fascicle_training.systems.segneuron.export import load_averaged
from fascicle_training.systems.segneuron.finetuning import Finetuning
from fascicle_training.systems.segneuron.measurement import facts_of_weights
from fascicle_training.systems.segneuron.network import Probabilities
from fascicle_training.systems.segneuron.pretraining import Pretraining
from fascicle_training.systems.segneuron.soup import mean_of_weights
from fascicle_training.systems.segneuron.tissue import Tissue
from fascicle_training.systems.segneuron.trainer import StageRun
from fascicle_training.systems.segneuron.validation import Window, predict_tiles, score_windows

CONFIG = parse_config(
    {
        "seed": 1,
        "sources": [],
        "network": {"widths": [2, 2, 3, 3, 4]},
        "crop": [16, 32, 32],
        "tile": [16, 96, 96],
        "pretraining": {"steps": 3, "batch": 1, "log_every": 1},
        "finetuning": {"steps": 3, "batch": 1, "log_every": 1, "frequency_mix": 1.0, "spatial_mix": 1.0},
    }
)
FOLDER = Path(__file__).resolve().parents[1] / "configs"
CONFIGS = sorted(path for path in FOLDER.glob("segneuron-*.yaml") if not path.stem.endswith("-package"))


@pytest.fixture(scope="module")
def tissues():
    volumes = [phantom_volume((18, 48, 48), 12, seed) for seed in (3, 4)]
    return [Tissue(f"group {i}", v.raw, v.labels.astype(np.int32)) for i, v in enumerate(volumes)]


@pytest.fixture(scope="module")
def pretrained(tissues, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    StageRun(Pretraining(CONFIG), tissues, folder).run()
    return folder


def log_of(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_both_stages_run_and_the_second_starts_from_the_first(tissues, pretrained):
    rows = log_of(pretrained / "pretraining")
    assert [row["step"] for row in rows[1:]] == [1, 2, 3]
    assert {"reconstruction", "gradients"} <= set(rows[-1])
    run = StageRun(Finetuning(CONFIG), tissues, pretrained, lambda network: [{"volume": "v", "voi": 1.0, "are": 0.5}])
    run.start_from(pretrained / "pretraining" / "checkpoint.pt")
    average = load_checkpoint(pretrained / "pretraining" / "checkpoint.pt")["average"]
    name = "encoder.blocks.row1_level0.flat.0.0.weight"
    assert torch.equal(run.network.state_dict()[name], average[name])
    run.run()
    assert {"affinities", "foreground"} <= set(log_of(pretrained / "finetuning")[-1])
    assert json.loads((pretrained / "finetuning" / "validation.jsonl").read_text())["step"] == 3


def test_another_run_goes_on_from_the_averaged_weights_and_keeps_what_they_cost(tissues, tmp_path):
    StageRun(Finetuning(CONFIG), tissues, tmp_path / "first").run()
    weights = tmp_path / "first" / "finetuning" / "checkpoint.pt"
    second = StageRun(Finetuning(CONFIG), tissues, tmp_path / "second")
    second.start_after(weights)
    for name, value in load_checkpoint(weights)["average"].items():
        assert torch.equal(second.network.state_dict()[name], value), name
    second.run(max_steps=1)
    resumed = StageRun(Finetuning(CONFIG), tissues, tmp_path / "second")
    assert resumed.resume()
    assert resumed.earlier.steps == 3
    assert facts_of_weights(CONFIG, tmp_path / "second" / "finetuning" / "checkpoint.pt")["steps"] == 4


def test_long_range_links_are_learnt_beside_the_others_and_leave_no_trace_in_the_network(tissues, tmp_path):
    config = replace(CONFIG, finetuning=replace(CONFIG.finetuning, long_range=0.5))
    StageRun(Finetuning(CONFIG), tissues, tmp_path / "plain").run()
    plain = tmp_path / "plain" / "finetuning" / "checkpoint.pt"
    run = StageRun(Finetuning(config), tissues, tmp_path / "linked")
    run.start_after(plain)
    run.run(max_steps=1)
    assert log_of(tmp_path / "linked" / "finetuning")[-1]["long_range"] > 0
    linked = tmp_path / "linked" / "finetuning" / "checkpoint.pt"
    assert StageRun(Finetuning(config), tissues, tmp_path / "linked").resume()
    exported = load_averaged(config, linked).state_dict()
    assert set(exported) == set(load_averaged(CONFIG, plain).state_dict())
    again = StageRun(Finetuning(CONFIG), tissues, tmp_path / "again")
    again.start_after(linked)
    assert all(torch.equal(value, exported[name]) for name, value in again.network.state_dict().items())


def test_the_mean_of_two_runs_is_a_network_with_the_record_of_the_last(tissues, tmp_path):
    linked = replace(CONFIG, finetuning=replace(CONFIG.finetuning, long_range=0.5))
    StageRun(Finetuning(CONFIG), tissues, tmp_path / "first").run(max_steps=2)
    first = tmp_path / "first" / "finetuning" / "checkpoint.pt"
    run = StageRun(Finetuning(linked), tissues, tmp_path / "second")
    run.start_after(first)
    run.run(max_steps=1)
    second = tmp_path / "second" / "finetuning" / "checkpoint.pt"
    mean = tmp_path / "mean.pt"
    main(["average", str(first), str(second), "--out", str(mean)])
    states = [load_averaged(CONFIG, file).state_dict() for file in (first, second, mean)]
    for name, value in states[2].items():
        assert torch.allclose(value, (states[0][name] + states[1][name]) / 2, atol=1e-7), name
    assert facts_of_weights(CONFIG, mean)["steps"] == 3
    with pytest.raises(ValueError, match="at least two"):
        mean_of_weights([first])


def test_the_rate_rises_over_the_warm_up(tissues, tmp_path):
    optimiser = OptimiserConfig(rate=1e-3, final_rate=1e-3, warmup_steps=4)
    config = replace(CONFIG, pretraining=replace(CONFIG.pretraining, optimiser=optimiser))
    StageRun(Pretraining(config), tissues, tmp_path).run()
    rates = [row["rate"] for row in log_of(tmp_path / "pretraining")[1:]]
    assert rates == pytest.approx([2.5e-4, 5e-4, 7.5e-4])


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tissues, tmp_path, pretrained):
    StageRun(Pretraining(CONFIG), tissues, tmp_path).run(max_steps=2)
    resumed = StageRun(Pretraining(CONFIG), tissues, tmp_path)
    assert resumed.resume()
    assert resumed.step == 2
    resumed.run()
    whole = load_checkpoint(pretrained / "pretraining" / "checkpoint.pt")["network"]
    for name, value in resumed.network.state_dict().items():
        assert torch.allclose(value, whole[name], atol=1e-6), name


def test_a_stop_ends_the_run_with_a_checkpoint(tissues, tmp_path):
    run = StageRun(Pretraining(CONFIG), tissues, tmp_path)
    run.stop()
    run.run()
    assert (tmp_path / "pretraining" / "checkpoint.pt").exists()


def test_a_checkpoint_of_other_widths_is_refused(tissues, pretrained):
    other = parse_config(
        {
            "seed": 1,
            "sources": [],
            "network": {"widths": [2, 2, 2, 2, 2]},
            "crop": [16, 32, 32],
            "tile": [16, 96, 96],
            "pretraining": {"steps": 1},
            "finetuning": {"steps": 1},
        }
    )
    with pytest.raises(ValueError, match="widths"):
        StageRun(Pretraining(other), tissues, pretrained).resume()


def test_tiles_cover_a_volume_of_any_extent(tissues):
    network = Finetuning(CONFIG).network().eval()
    image = tissues[0].raw[:6, :32, :40].astype(np.float32) / 255
    found = predict_tiles(Probabilities(network), image, CONFIG.tile, "cpu", bfloat16=False)
    assert found.shape == (4, 6, 32, 40)

    # A network that says one thing everywhere says it however tiles are joined.
    class Constant(torch.nn.Module):
        def forward(self, image):
            return torch.full((1, 3, *image.shape[2:]), 0.5), torch.full((1, 1, *image.shape[2:]), 0.7)

    for blending in (None, 0.5):
        even = predict_tiles(Constant(), image, CONFIG.tile, "cpu", False, blending)
        assert np.allclose(even[:3], 0.5) and np.allclose(even[3], 0.7)
    assert not np.allclose(found, predict_tiles(Probabilities(network), image, CONFIG.tile, "cpu", False, 0.5))
    rows = score_windows(network, CONFIG, [Window("w", image, tissues[0].labels[:6, :32, :40])])
    assert rows[0]["volume"] == "w"
    assert np.isfinite(rows[0]["voi"])


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_held_out_sections_are_never_trained_on(path):
    run = read_config(path)
    for held_out in run.validation:
        for source in run.sources:
            if source.file == held_out.file:
                assert source.sections is not None
                assert source.sections[1] < held_out.sections[0]


def test_misspelt_and_missing_keys_are_named():
    with pytest.raises(ValueError, match=r"unknown keys \['sead'\]"):
        parse_config({"sead": 1})
    with pytest.raises(ValueError, match=r"keys \['pretraining', 'finetuning'\] are missing"):
        parse_config({"seed": 1, "sources": []})
