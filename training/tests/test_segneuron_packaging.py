import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from fascicle_training.evaluation.halves import evaluate_halves
from fascicle_training.evaluation.program_sweep import ProgramRow, Sweep
from fascicle_training.export.facts import read_facts
from fascicle_training.metrics.partition import evaluate
from fascicle_training.optimisation.checkpoint import save_checkpoint
from fascicle_training.pages import END, mark, put_into
from fascicle_training.systems.segneuron import measurement, packaging
from fascicle_training.systems.segneuron.card import page_text, write_card
from fascicle_training.systems.segneuron.config import parse_config, read_config
from fascicle_training.systems.segneuron.evaluation import Scope, ScoredWindow

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
FACTS, CARD = CONFIGS / "segneuron-em-package.yaml", CONFIGS / "segneuron-em-card.md"


def figures(voi):
    return {"split": voi / 2, "merge": voi / 2, "voi": voi, "are": 0.1}


def row(agglomeration, parameter, choosing, judging, restricted=True, method="distance-transform-2d", watershed=None):
    return {
        **{
            "method": method,
            "watershed": watershed,
            "restricted": restricted,
            "agglomeration": agglomeration,
            "parameter": parameter,
        },
        **{"supervoxels": 10, "segments": 2, "seconds": 1.5, **figures((choosing + judging) / 2)},
        **{"choosing": figures(choosing), "judging": figures(judging)},
    }


@pytest.fixture
def measured():
    volume = {"shape": [20, 64, 64], "prediction_seconds": 2.0, "bfloat16": False}
    cortex = [row("multicut", 0.25, 2.0, 1.0), row("multicut", 0.5, 1.0, 3.0), row("mean", 0.4, 1.5, 0.5)]
    fly = [row("multicut", 0.7, 2.0, 2.5), row("mean", 0.3, 1.0, 1.25, restricted=False)]
    return {
        "weights": {
            **{"sha256": "ab" * 32, "seed": 666, "widths": [12, 18, 24, 36, 48], "parameters": 2_392_464},
            **{"steps": 3000, "seconds": 36000.0, "pretraining_steps": 200, "pretraining_seconds": 1200.0},
        },
        "sweep": {"min_size": 300},
        "whole": True,
        "blending": None,
        "symmetries": "none",
        "volumes": [
            {**volume, "name": "ac4", "title": "AC4", "target": "serial sections", "rows": cortex},
            {**volume, "name": "fib25", "title": "FIB-25", "target": "isotropic block face", "rows": fly},
        ],
    }


def test_halves_are_scored_by_the_parts_of_objects_that_lie_in_them(rng):
    truth = rng.integers(0, 4, (3, 5, 8))
    found = rng.integers(0, 5, (3, 5, 8))
    halved = evaluate_halves(truth, found)
    assert halved.whole == evaluate(truth, found)
    assert halved.choosing == evaluate(truth[:, :, :4], found[:, :, :4])
    assert halved.judging == evaluate(truth[:, :, 4:], found[:, :, 4:])
    truth[:, :, 4:] = 0
    assert evaluate_halves(truth, found).judging is None


def test_values_are_chosen_on_the_one_half_and_never_on_the_other(measured):
    chosen = measurement.chosen_rows(measured["volumes"][0]["rows"])
    assert [(r["agglomeration"], r["parameter"]) for r in chosen] == [("multicut", 0.5), ("mean", 0.4)]


def test_of_values_that_are_alike_by_vi_the_lowest_rand_error_is_chosen():
    rows = [row("mean", value, voi, 1.0) for value, voi in ((0.3, 1.0), (0.35, 1.005), (0.4, 1.02))]
    rows.append(row("multicut", 0.3, 1.008, 1.0))
    for each, are in zip(rows, (0.06, 0.05, 0.01, 0.055), strict=True):
        each["choosing"]["are"] = are
    assert [(r["agglomeration"], r["parameter"]) for r in measurement.chosen_rows(rows)] == [
        ("mean", 0.35),
        ("multicut", 0.3),
    ]


def test_a_package_has_the_values_of_each_tissue_and_the_scores_of_both_halves(measured):
    facts = packaging.measured_facts(read_facts([FACTS]), measured, "segneuron-em-v1")
    assert facts.id == "segneuron-em-v1"
    assert facts.postprocessing == {
        "foregroundRestriction": True,
        "supervoxels": {"method": "distance-transform-2d"},
        "agglomeration": {"method": "multicut", "beta": 0.5},
        "minSize": 300,
    }
    assert facts.blending is None
    first, second = facts.targets
    assert "postprocessing" not in first
    assert second["postprocessing"]["agglomeration"] == {"method": "mean", "threshold": 0.3}
    assert second["postprocessing"]["foregroundRestriction"] is False
    cortex, fly = "serial sections", "isotropic block face"
    assert [(s["data"], s["value"], s["target"]) for s in facts.scores if s["measure"] == "VI"] == [
        ("AC4", 2.0, cortex),
        ("AC4, the half of high x", 3.0, cortex),
        ("FIB-25", 1.125, fly),
        ("FIB-25, the half of high x", 1.25, fly),
    ]
    assert {s["measure"] for s in facts.scores} == {"VI", "adapted Rand error"}


def test_a_target_that_the_package_does_not_have_is_refused(measured):
    measured["volumes"][0]["target"] = "retina"
    with pytest.raises(ValueError, match="retina"):
        packaging.measured_facts(read_facts([FACTS]), measured, "x")


def test_the_card_that_ships_has_a_value_for_every_placeholder(measured, tmp_path):
    facts = packaging.measured_facts(read_facts([FACTS]), measured, "segneuron-em-v1")
    card = write_card(CARD, facts, measured, (20, 128, 128))
    assert "(segneuron-em-v1)" in card
    assert "a quarter is cut off each side" in card and "one orientation" in card
    measured["blending"] = 0.5
    blended = packaging.measured_facts(facts, measured, "segneuron-em-v1")
    assert blended.blending == {"sigma": 0.5}
    assert "overlap by half" in write_card(CARD, blended, measured, (20, 128, 128))
    assert "3000 steps" in card and "10.0 hours" in card and "$" not in card
    assert "| **AC4**, the half of high x | 1.500 | 1.500 | 3.000 | 0.100 |" in card
    template = tmp_path / "card.md"
    template.write_text("$nothing")
    with pytest.raises(ValueError, match=r"\$nothing"):
        write_card(template, replace(facts, preliminary=True), measured, (20, 128, 128))


def test_the_page_gets_the_table_between_its_own_marks(measured, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"A\n{mark('package')}\noutdated\n{END}\nB\n{mark('ablate')}\nkept\n{END}\n")
    put_into(page, "package", page_text(measured))
    text = page.read_text()
    assert "outdated" not in text and "kept" in text
    assert "| FIB-25 | supervoxels of sections, mean affinity, not restricted | threshold 0.3 |" in text


def test_what_was_measured_is_not_measured_again(tiny_segneuron, tmp_path, monkeypatch):
    config = parse_config(
        {
            **{"seed": 1, "sources": [], "network": {"widths": [2, 2, 3, 3, 4]}},
            **{"pretraining": {"steps": 1}, "finetuning": {"steps": 1}},
            "validation": [
                {"name": name, "file": "none.h5", "sections": [0, 2], "window": [8, 8], "title": name.upper()}
                for name in ("a", "b")
            ],
        }
    )
    weights = tmp_path / "run" / "finetuning" / "snapshots" / "step-1.pt"
    state = {"stage": "finetuning", "step": 1, "elapsed": 2.0, "average": tiny_segneuron.state_dict()}
    save_checkpoint(weights, state)
    save_checkpoint(tmp_path / "run" / "pretraining" / "checkpoint.pt", {"step": 7, "elapsed": 3.0})
    asked = []

    def score(config, weights, data, sweep, scope):
        asked.append(scope.only)
        halved = evaluate_halves(np.ones((1, 1, 4), int), np.ones((1, 1, 4), int))
        rows = [ProgramRow("watershed", None, True, "mean", 0.5, 3, 1, 0.5, halved)]
        yield ScoredWindow(scope.only, (2, 8, 8), 1, 2.0, 0.25, rows)

    monkeypatch.setattr(measurement, "evaluate_weights", score)
    file = tmp_path / "measured.json"
    first = measurement.measure(config, weights, tmp_path, Sweep(), Scope(only="a"), file)
    assert [volume["title"] for volume in first["volumes"]] == ["A, 8 x 8 pixels"]
    whole = measurement.measure(config, weights, tmp_path, Sweep(), Scope(), file)
    assert asked == ["a", "b"]
    assert measurement.measure(config, weights, tmp_path, Sweep(), Scope("a", whole=True))["volumes"][0]["title"] == "A"
    assert json.loads(file.read_text()) == whole
    assert whole["weights"]["pretraining_steps"] == 7
    with pytest.raises(ValueError, match="another sweep"):
        measurement.measure(config, weights, tmp_path, Sweep(betas=(0.3,)), Scope(), file)
    with pytest.raises(ValueError, match="another sweep"):
        measurement.measure(config, weights, tmp_path, Sweep(), Scope(symmetries="rotations"), file)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("segneuron-?pu.yaml")), ids=lambda path: path.stem)
def test_validation_entries_name_targets_of_the_package(path):
    targets = {target["name"] for target in yaml.safe_load(FACTS.read_text())["targets"]}
    assert {entry.target for entry in read_config(path).validation} == targets


def test_lengths_of_a_package_are_in_pixels_of_the_network():
    sections = row("multicut", 0.4, 1.0, 1.0)
    found = packaging.postprocessing(sections, 300, zoom=2.0)
    assert found["minSize"] == 75
    assert found["supervoxels"] == {
        "method": "distance-transform-2d",
        "sigmaSeeds": 1.0,
        "sigmaWeights": 1.0,
        "minSize": 25,
    }
    assert packaging.postprocessing(sections, 300)["supervoxels"] == {"method": "distance-transform-2d"}
    values = {"high": 0.996, "size_threshold": 800}
    space = packaging.postprocessing(row("mean", 0.4, 1.0, 1.0, method="watershed", watershed=values), 300, zoom=2.0)
    assert space["watershed"] == {"low": 0.0, "high": 0.996, "sizeThreshold": 200}
    assert "watershed" not in packaging.postprocessing(row("mean", 0.4, 1.0, 1.0, method="watershed"), 300)


def test_values_of_the_watershed_are_chosen_like_others_and_named(measured):
    rows = [
        row("mean", 0.4, voi, voi, method="watershed", watershed={"high": high, "size_threshold": 800})
        for high, voi in ((0.98, 1.0), (0.996, 0.5))
    ]
    measured["volumes"][0]["rows"] += rows
    facts = packaging.measured_facts(read_facts([FACTS]), measured, "x")
    assert facts.postprocessing["watershed"] == {"low": 0.0, "high": 0.996, "sizeThreshold": 800}
    text = write_card(CARD, facts, measured, (20, 128, 128))
    assert "threshold 0.4, high 0.996, size threshold 800" in text
    assert "high 0.98" not in text
