import json
from pathlib import Path

import numpy as np
import pytest
import torch

from fascicle_training.data.phantom import phantom_volume
from fascicle_training.data.sampling import Source
from fascicle_training.systems.unet.config import parse_config, read_config
from fascicle_training.systems.unet.export import load_averaged
from fascicle_training.systems.unet.training import Trainer, build_network, freeze_statistics, load_source


def config(**changes):
    return parse_config(
        {
            "seed": 1,
            "network": {"widths": [6, 8, 12]},
            "crop": [6, 48, 48],
            "margin": 8,
            "workers": 0,
            "optimisation": {"budget_seconds": 1e6, "warmup_seconds": 0.1, "peak_rate": 5e-3, **changes},
        }
    )


@pytest.fixture(scope="module")
def sources():
    return [Source(phantom_volume((12, 96, 96), 30, seed=3), 1.0)]


def losses(folder):
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line]


def test_the_loss_falls_on_a_phantom(sources, tmp_path):
    Trainer(config(), sources, tmp_path).run(max_steps=80)
    curve = losses(tmp_path)
    assert len(curve) == 4
    assert curve[0] < 0.75
    assert curve[-1] < 0.9 * curve[0]


def test_a_volume_that_no_crop_fits_into_is_refused_before_the_first_step(sources, tmp_path):
    narrow = Source(phantom_volume((12, 40, 96), 30, seed=3), 1.0)
    with pytest.raises(ValueError, match=r"has \(12, 40, 96\) voxels; crops need \(6, 48, 48\): lower `crop`"):
        Trainer(config(), [*sources, narrow], tmp_path)


def test_a_stopped_run_goes_on_where_it_was(sources, tmp_path):
    Trainer(config(), sources, tmp_path).run(max_steps=3)
    resumed = Trainer(config(), sources, tmp_path)
    assert resumed.resume()
    assert resumed.step == 3
    assert resumed.elapsed > 0
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert all(torch.equal(resumed.network.state_dict()[key], value) for key, value in saved["network"].items())
    resumed.run(max_steps=5)
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == ["step-000003.pt", "step-000005.pt"]


def test_the_log_of_steps_that_are_done_again_is_dropped(sources, tmp_path):
    Trainer(config(), sources, tmp_path).run(max_steps=2)
    with (tmp_path / "log.jsonl").open("a") as log:
        log.write(json.dumps({"step": 20, "loss": 9.0}) + "\n")
    Trainer(config(), sources, tmp_path).resume()
    assert 9.0 not in losses(tmp_path)


def test_a_fresh_folder_has_nothing_to_resume(sources, tmp_path):
    assert not Trainer(config(), sources, tmp_path / "none").resume()


def test_training_ends_when_the_time_is_up(sources, tmp_path):
    trainer = Trainer(config(budget_seconds=1e-6), sources, tmp_path)
    trainer.run()
    assert trainer.step == 1
    assert (tmp_path / "checkpoint.pt").exists()


def test_frozen_statistics_stay_and_their_scale_still_learns(sources, tmp_path):
    trainer = Trainer(config(freeze_statistics_at=0.0), sources, tmp_path)
    before = trainer.network.stem[0][1].running_mean.clone()
    scale = trainer.network.stem[0][1].weight.detach().clone()
    trainer.run(max_steps=3)
    assert torch.equal(trainer.network.stem[0][1].running_mean, before)
    assert not torch.equal(trainer.network.stem[0][1].weight, scale)


def test_freezing_leaves_the_rest_in_training_mode():
    network = build_network(config()).train()
    freeze_statistics(network)
    assert network.training
    assert not network.stem[0][1].training


def test_the_averaged_network_of_a_run_loads(sources, tmp_path):
    Trainer(config(), sources, tmp_path).run(max_steps=1)
    network = load_averaged(config(), tmp_path / "checkpoint.pt")
    assert not network.training


def test_misspelt_keys_are_refused():
    with pytest.raises(ValueError, match=r"OptimisationConfig: unknown keys \['peek_rate'\]"):
        config(peek_rate=1e-3)


CONFIGS = [
    path
    for path in sorted((Path(__file__).resolve().parents[1] / "configs").glob("unet-*.yaml"))
    if not path.stem.endswith("-package")
]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_held_out_sections_are_never_trained_on(path, data):
    run = read_config(path)
    for held_out in run.validation:
        for source in run.sources:
            if source.file != held_out.file:
                continue
            assert source.sections is not None
            assert held_out.sections is not None
            assert source.sections[1] + run.crop[0] // 2 <= held_out.sections[0], "no gap before the held-out sections"
    source = run.sources[-1]
    loaded = load_source(source, data)
    assert loaded.volume.raw.shape[0] == (source.sections[1] - source.sections[0] if source.sections else None)
    assert np.isfinite(loaded.volume.mean)
