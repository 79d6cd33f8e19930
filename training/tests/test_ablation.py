import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from fascicle_training.ablation import run, train
from fascicle_training.ablation.plan import changed, read_plan
from fascicle_training.ablation.table import markdown
from fascicle_training.evaluation.halves import HalvedScores
from fascicle_training.evaluation.program_sweep import ProgramRow, Sweep, best_rows
from fascicle_training.metrics.partition import PartitionScores
from fascicle_training.pages import END, mark, put_into
from fascicle_training.systems.segneuron.config import ValidationConfig

PLAN = Path(__file__).resolve().parents[1] / "configs" / "ablation.yaml"


def scored(restricted, agglomeration, parameter, voi):
    scores = HalvedScores(PartitionScores(voi, 0.0, 0.1, 0.1, 100), None, None)
    return ProgramRow("distance-transform-2d", None, restricted, agglomeration, parameter, 10, 2, 1.5, scores)


def test_changes_reach_into_mappings_and_leave_the_base_alone():
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 3}
    assert changed(base, {"a": {"c": [9]}, "d": 4}) == {"a": {"b": 1, "c": [9]}, "d": 4}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 3}


def test_the_plan_that_ships_differs_in_one_thing_per_variant_and_leaves_fly_out():
    plan = read_plan(PLAN)
    full = plan.variants[plan.reference]
    assert not plan.variants["without pretraining"].finetuning.pretrained
    assert plan.variants["without mixing"].finetuning.spatial_mix == 0
    assert {v.finetuning.steps for v in plan.variants.values()} == {full.finetuning.steps}
    assert not any("fib25" in (source.file or "") or "gala" in (source.file or "") for source in full.sources)


@pytest.mark.parametrize(
    ("name", "left_out"), [("comparison.yaml", ("fib25", "gala")), ("comparison-cortex.yaml", ("ac4",))]
)
def test_the_longer_comparisons_leave_a_tissue_out_and_take_one_thread(name, left_out):
    plan = read_plan(PLAN.with_name(name))
    full = plan.variants[plan.reference]
    assert not any(tissue in (source.file or "") for source in full.sources for tissue in left_out)
    assert any(tissue in str(window.file) for window in full.validation for tissue in left_out)
    assert (full.threads, plan.blending) == (1, 0.5)
    assert plan.unet is not None


def test_a_misspelt_plan_is_refused(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("base: {}\nvariant: {}\n")
    with pytest.raises(ValueError, match="expected"):
        read_plan(path)


def test_the_best_of_each_way_is_kept():
    rows = [scored(True, "multicut", 0.1, 2.0), scored(True, "multicut", 0.4, 1.0), scored(False, "mean", 0.2, 3.0)]
    assert best_rows(rows) == [rows[1], rows[2]]


def test_networks_that_have_rows_are_not_trained_again(tmp_path, monkeypatch):
    plan = read_plan(PLAN)
    trained = []

    def train_one(config, data, folder, name, blending=None):
        trained.append(name)
        (folder / run.folder_name(name)).mkdir(parents=True, exist_ok=True)
        return run.Trained(lambda window: np.zeros((4, 2, 2, 2), np.float32), 7, 60.0)

    def unet(fields, reference, data, folder, seconds):
        assert seconds == 60.0
        return train_one(None, data, folder, run.UNET)

    monkeypatch.setattr(run, "train_segneuron", train_one)
    monkeypatch.setattr(run, "train_unet", unet)
    monkeypatch.setattr(run, "load_window", lambda entry, data: run.Window(entry.name, None, None))
    monkeypatch.setattr(run, "sweep_with_program", lambda *_: [scored(True, "multicut", 0.25, 1.0)])
    rows = run.run_plan(plan, tmp_path, tmp_path)
    assert len(trained) == len(plan.variants) + 1
    assert len(rows) == 2 * len(trained)
    assert run.run_plan(plan, tmp_path, tmp_path) == rows
    assert len(trained) == len(plan.variants) + 1
    assert json.loads((tmp_path / "rows.json").read_text()) == rows
    assert run.gather_rows(plan, tmp_path) == rows
    longer = {name: replace(v, finetuning=replace(v.finetuning, steps=9999)) for name, v in plan.variants.items()}
    run.run_plan(replace(plan, variants=longer, unet=None), tmp_path, tmp_path)
    assert trained[len(plan.variants) + 1 :] == trained[: len(plan.variants)], "a longer plan goes on"


def test_networks_of_a_plan_can_be_run_apart_in_any_order(tmp_path, monkeypatch):
    plan = read_plan(PLAN.with_name("comparison-cortex.yaml"))
    trained = []

    def train_one(name, seconds, folder):
        trained.append((name, seconds))
        (folder / run.folder_name(name)).mkdir(parents=True)
        return run.Trained(lambda window: np.zeros((4, 2, 2, 2), np.float32), 7, 1801.5)

    monkeypatch.setattr(run, "train_segneuron", lambda config, data, folder, name, _: train_one(name, None, folder))
    monkeypatch.setattr(run, "train_unet", lambda _, __, ___, folder, seconds: train_one(run.UNET, seconds, folder))
    monkeypatch.setattr(run, "load_window", lambda entry, data: run.Window(entry.name, None, None))
    monkeypatch.setattr(run, "sweep_with_program", lambda *_: [scored(False, "mean", 0.25, 1.0)])
    (first,) = run.run_plan(plan, tmp_path, tmp_path, [run.UNET])
    assert first["variant"] == run.UNET
    rows = run.run_plan(plan, tmp_path, tmp_path, ["full"])
    assert [row["variant"] for row in rows] == ["full", run.UNET]
    assert run.run_plan(plan, tmp_path, tmp_path) == rows
    assert trained == [(run.UNET, 1800.0), ("full", None)], "pretraining is part of the U-Net's seconds"
    with pytest.raises(ValueError, match="no network fully in this plan; it has full, plain U-Net"):
        run.run_plan(plan, tmp_path, tmp_path, ["fully"])
    with pytest.raises(ValueError, match="train that first"):
        run.run_plan(read_plan(PLAN), tmp_path, tmp_path / "by steps", [run.UNET])


def test_the_plain_network_has_the_processor_and_the_crops_of_the_reference(tmp_path, monkeypatch):
    plan = read_plan(PLAN)
    reference = plan.variants[plan.reference]
    begun = []

    class BegunError(Exception):
        pass

    def trainer(config, sources, folder):
        begun.append(config)
        raise BegunError

    monkeypatch.setattr(train, "Trainer", trainer)
    monkeypatch.setattr(train, "load_source", lambda source, data: source)
    monkeypatch.setattr(train, "phantom_file", lambda folder, *facts: folder / f"{facts}.h5")
    with pytest.raises(BegunError):
        train.train_unet(plan.unet, reference, tmp_path, tmp_path, 60.0)
    config = begun[0]
    assert (config.threads, config.workers) == (reference.threads, reference.workers)
    assert config.optimisation.budget_seconds == 60.0
    weights = [reference.group_weights[source.group] for source in reference.sources]
    assert [source.weight for source in config.sources] == weights


def test_a_wider_sweep_scores_networks_again(tmp_path, monkeypatch):
    windows = [run.Window("w", None, None)]
    tried = []

    def sweep_with_program(probability, truth, sweep):
        tried.append(sweep.betas)
        return [scored(True, "multicut", 0.25, 1.0)]

    monkeypatch.setattr(run, "sweep_with_program", sweep_with_program)
    entry = ValidationConfig("w", "w.h5", (0, 2), (2, 2))
    first = run.Scoring(Sweep(betas=(0.25,)), (entry,))
    trained = run.Trained(lambda window: np.zeros((4, 2, 2, 2)), 3, 1.0)
    rows = run.score("full", trained, windows, first, tmp_path)
    assert run.read_rows(tmp_path, first) == rows
    assert run.read_rows(tmp_path, replace(first, sweep=Sweep(betas=(0.25, 0.9)))) is None
    assert run.read_rows(tmp_path, replace(first, blending=0.5)) is None
    assert run.read_rows(tmp_path, replace(first, validation=(replace(entry, window=(4, 4)),))) is None
    assert run.read_rows(tmp_path) == rows
    kept = json.loads((tmp_path / run.ROWS).read_text())
    del kept["sweep"]["watersheds"]
    (tmp_path / run.ROWS).write_text(json.dumps(kept))
    assert run.read_rows(tmp_path) is None, "rows of a former version have no place in the table"


def test_the_table_goes_between_the_marks_of_a_page(tmp_path):
    plan = read_plan(PLAN)
    row = {
        "seed": 666,
        "variant": "full",
        "steps": 150,
        "training_seconds": 60.0,
        "volume": "v",
        **scored(True, "multicut", 0.25, 1.0).row(),
    }
    page = tmp_path / "page.md"
    page.write_text(f"Words.\n{mark('ablate ablation.yaml')}\noutdated\n{END}\nMore words.\n")
    put_into(page, "ablate ablation.yaml", markdown([row, {**row, "method": "watershed", "voi": 2.0}], plan))
    text = page.read_text()
    assert text.startswith("Words.\n") and text.endswith("More words.\n")
    assert "outdated" not in text
    assert "| full | v | 1.000 | 0.000 | 1.000 | 0.100 | beta 0.25 | 1 min, 150 steps | 1.5 s |" in text
    assert "full: watershed of affinities, multicut, restricted to foreground | v | 1.000 | 0.000 | 2.000 |" in text
    assert text.count("2.000") == 1, "networks are compared in the published way alone"
    assert "Not run yet: without pretraining" in text
    assert "plain U-Net." in text
    alone = markdown([{**row, "agglomeration": "mean"}], plan)
    assert "| post-processing |" in alone
    assert "| network |" not in alone, "a table without rows is left out"
    page.write_text("no marks")
    with pytest.raises(ValueError, match="where the table belongs"):
        put_into(page, "ablate ablation.yaml", "")


def test_several_seeds_are_run_each_in_its_folder_and_tabled_with_their_mean(tmp_path, monkeypatch):
    values = yaml.safe_load(PLAN.read_text())
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump({**values, "variants": {"full": {}}, "seeds": [666, 667]}))
    plan = read_plan(path)
    voi = iter((1.0, 2.0, 4.0, 1.5, 3.0, 2.0, 6.0, 0.5))
    seen = []

    def train_one(config, data, folder, name, blending=None):
        seen.append((name, config.seed, folder))
        (folder / run.folder_name(name)).mkdir(parents=True)
        return run.Trained(lambda window: np.zeros((4, 2, 2, 2), np.float32), 100 * len(seen), 60.0)

    monkeypatch.setattr(run, "train_segneuron", train_one)
    monkeypatch.setattr(
        run, "train_unet", lambda _, config, data, folder, __: train_one(config, data, folder, run.UNET)
    )
    monkeypatch.setattr(run, "load_window", lambda entry, data: run.Window(entry.name, None, None))
    parameters = iter((0.25, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25))
    monkeypatch.setattr(run, "sweep_with_program", lambda *_: [scored(True, "multicut", next(parameters), next(voi))])
    rows = run.run_seeds(plan, tmp_path, tmp_path)
    folders = [tmp_path / "seed-666", tmp_path / "seed-667"]
    assert seen == [(name, 666 + n, folders[n]) for n in (0, 1) for name in ("full", run.UNET)]
    assert run.gather_seeds(plan, tmp_path) == rows
    text = markdown(rows, plan)
    way = "full: supervoxels of sections, multicut, restricted to foreground"
    assert f"| {way} | held-out cortex | 1.000, 0.100 | 3.000, 0.100 | 2.000, 0.100 |" in text
    assert "| full | held-out cortex | 2.000 | 0.000 | 2.000 | 0.100 | beta 0.25; beta 0.5 | 1 min, 200 steps |" in text
    of_first = [row for row in rows if row["seed"] == 666 or row["variant"] == "full"]
    partly = markdown(of_first, plan)
    assert "| 4.000, 0.100 | not run yet |  |" in partly
    assert "| plain U-Net | held-out cortex |" not in partly, "there is no mean of some seeds"
    path.write_text(yaml.safe_dump({**values, "seeds": [666, 666]}))
    with pytest.raises(ValueError, match="name one twice"):
        read_plan(path)


def test_a_sweep_has_the_words_of_the_program():
    with pytest.raises(ValueError, match="accepted are"):
        Sweep(agglomerations=("median",))
