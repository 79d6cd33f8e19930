import type { Command } from 'commander';

import { REQUESTED_PROVIDERS } from '#compute/providers.ts';
import type { RequestedProvider } from '#compute/providers.ts';
import { FascicleError } from '#domain/errors.ts';
import { checkModel } from '#engine/inference/checkModel.ts';
import { modelDirectories } from '#engine/inference/modelDirectories.ts';
import { listModels, loadModel } from '#engine/inference/packages/loadModel.ts';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';
import { provider as parseProvider } from '../parse.ts';

export function registerModels(program: Command, { terminal, signal }: CommandContext): void {
  const models = program.command('models').description('List the installed networks, or test one of them.');

  models
    .command('list')
    .description('The networks in resources/models and in the folders of FASCICLE_MODELS.')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const listed = await listModels(modelDirectories());
      const rows = listed.map(({ directory, result }) =>
        'model' in result
          ? {
              id: result.model.id,
              name: result.model.name,
              version: result.model.version,
              directory,
              license: result.model.license,
              targets: result.model.config.targets.map(({ name, voxelSizeNm }) => ({ name, voxelSizeNm })),
              receptiveFieldRadius: result.model.config.receptiveFieldRadius,
            }
          : { directory, error: result.error.message },
      );
      printResult(terminal, json, { models: rows }, () =>
        rows.length === 0
          ? ['No model is installed.']
          : rows.flatMap((row) =>
              'error' in row
                ? [`${row.directory}: ${row.error}`]
                : [
                    `${row.id}  ${row.version}  ${row.license ?? 'no licence stated'}  ${row.name}`,
                    ...row.targets.map(
                      (target) => `    ${target.name}: voxels of ${target.voxelSizeNm.join(' x ')} nm`,
                    ),
                  ],
            ),
      );
    });

  models
    .command('check')
    .description('Check the files of a network and run its test data on each execution provider that is asked for.')
    .argument('<model>', 'id or folder')
    .option('--provider <name>', `one of ${REQUESTED_PROVIDERS.join(', ')}`, parseProvider, 'auto')
    .option('--json', 'print JSON')
    .action(async (id: string, { provider, json = false }: { provider: RequestedProvider; json?: boolean }) => {
      const model = await loadModel(id, modelDirectories());
      const result = await checkModel({ model, provider, signal });
      printResult(terminal, json, { id: model.id, ...result }, () => [
        `${model.id}: ${result.passed ? 'passes its test on' : 'FAILS its test on'} ${result.provider.obtained}`,
        ...table([
          ['output', 'values', 'outside tolerance', 'allowed', 'largest difference'],
          ...result.outputs.map((output) => [
            output.id,
            String(output.elements),
            String(output.mismatched),
            String(output.allowed),
            output.largestDifference.toExponential(2),
          ]),
        ]),
      ]);
      if (!result.passed)
        throw new FascicleError('bad-file', `${model.id} does not compute what its test data say. Install it again.`);
    });
}
