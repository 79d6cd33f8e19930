import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import type { Zyx } from '#domain/geometry.ts';
import { benchEdit } from '#engine/bench/benchEdit.ts';
import type { EditBenchmark, EditTimes } from '#engine/bench/benchEdit.ts';
import { EDIT_LATTICE, prepareEditProject } from '#engine/bench/editProject.ts';
import type { Waits } from '#engine/bench/waits.ts';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';
import { shape, wholeNumber } from '../parse.ts';

interface BenchEditOptions {
  readonly lattice: Zyx;
  readonly edits: number;
  readonly directory: string;
  readonly project?: string;
  readonly json?: boolean;
}

export function registerBenchEdit(command: Command, { terminal, signal }: CommandContext): void {
  command
    .description(
      'Edits of a million supervoxels with five million contacts: commit, undo, proposals, thresholds, curves.',
    )
    .option('--lattice <z,y,x>', 'supervoxels along each axis', shape, EDIT_LATTICE)
    .option('--edits <n>', 'edits of each kind', wholeNumber(1), 60)
    .option(
      '--directory <dir>',
      'where the project is kept for the next time, about 600 MB',
      join(homedir(), '.cache', 'fascicle', 'bench'),
    )
    .option('--project <dir>', 'a project of yours instead; a copy of it is edited')
    .option('--json', 'print JSON')
    .action(async ({ lattice, edits, directory, project, json = false }: BenchEditOptions) => {
      if (project === undefined) terminal.status?.('making the project');
      const path = project ?? (await prepareEditProject(resolve(directory), lattice));
      const result = await benchEdit(resolve(path), {
        ...{ edits, signal },
        onProgress: (name) => terminal.status?.(name),
      });
      terminal.status?.('');
      printResult(terminal, json, result, () => describe(result));
    });
}

function describe({ supervoxels, edges, openSeconds, engine, curves, http }: EditBenchmark): string[] {
  const row = (name: string, { count, median, p95, worst }: EditTimes) => [
    name,
    ...[median, p95, worst].map((ms) => ms.toFixed(1)),
    String(count),
  ];
  const curve = (name: string, { milliseconds, longestWait }: Waits) => [
    name,
    ...[milliseconds, longestWait].map((ms) => ms.toFixed(0)),
  ];
  return [
    `${supervoxels} supervoxels, ${edges} edges; open for edits after ${openSeconds.toFixed(1)} s`,
    ...table([
      ['milliseconds', 'median', '95 %', 'worst', 'samples'],
      row('commit', engine.commit),
      ...Object.entries(engine.commitOf).map(([kind, times]) => row(`  ${kind}`, times)),
      row('undo', engine.undo),
      row('proposal of a merge', engine.proposal.merge),
      row('proposal of a split', engine.proposal.split),
      row('global threshold, preview', engine.thresholdPreview),
      row('global threshold, commit', engine.thresholdCommit),
      row('global threshold, undo', engine.thresholdUndo),
      row('through HTTP: commit', http.commit),
      row('through HTTP: visible', http.visible),
      row('through HTTP: undo', http.undo),
    ]),
    ...table([
      ['curve over the threshold, with agreement', 'milliseconds', 'longest wait of others'],
      curve('whole volume', curves.volume),
      curve('whole volume, fragments join neighbours', curves.volumeWithMinSize),
      curve('the largest object', curves.object),
    ]),
  ];
}
