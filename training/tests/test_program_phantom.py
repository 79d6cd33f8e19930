from pathlib import Path

import pytest

from fascicle_training.data import program_phantom
from fascicle_training.program import ProgramError


def test_a_phantom_is_whole_or_absent_whatever_runs_beside_it(tmp_path, monkeypatch):
    written = []

    def beside(command, path, *options):
        written.append(Path(path))
        Path(path).write_text("half")
        if len(written) == 1:
            # Another run wants the same phantom before this one is done, and ends first.
            assert program_phantom.phantom_file(tmp_path, (4, 8, 8), (30, 8, 8), 1).read_text() == "whole"
        Path(path).write_text("whole")

    monkeypatch.setattr(program_phantom, "run_program", beside)
    path = program_phantom.phantom_file(tmp_path, (4, 8, 8), (30, 8, 8), 1)
    assert path.read_text() == "whole"
    assert program_phantom.phantom_file(tmp_path, (4, 8, 8), (30, 8, 8), 1) == path
    assert len(set(written)) == 2
    assert list(tmp_path.iterdir()) == [path], "nothing else is left"


def test_a_phantom_that_failed_leaves_nothing_to_be_taken_for_it(tmp_path, monkeypatch):
    def fail(command, path, *options):
        Path(path).write_text("half")
        raise ProgramError("no space left")

    monkeypatch.setattr(program_phantom, "run_program", fail)
    with pytest.raises(ProgramError, match="no space"):
        program_phantom.phantom_file(tmp_path, (4, 8, 8), (30, 8, 8), 1)
    assert list(tmp_path.iterdir()) == []
