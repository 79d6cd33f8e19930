import { extname, resolve } from 'node:path';

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

import { LABEL_FORMATS } from '#contract/routes/exports.ts';
import type { ExportRequest, LabelFormat } from '#contract/routes/exports.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Box } from '#domain/geometry.ts';
import { exportProject, LABEL_ENDINGS } from '#engine/export/exportProject.ts';
import { HIGHEST_ID } from '#engine/export/labelIds.ts';
import { readOriginalIds } from '#engine/project/tables.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import type { CommandContext } from '../main.ts';
import { openNamedProject } from '../openNamedProject.ts';
import { printResult } from '../output.ts';
import { box, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

interface Options {
  labels?: string;
  format?: LabelFormat;
  cremi?: boolean;
  raw?: boolean;
  ids?: 'dense' | 'original';
  type?: 'uint32' | 'uint64';
  roi?: Box;
  ignoreUnreviewed?: string | true;
  meshes?: string;
  meshFormat: 'ply' | 'obj';
  meshLevel?: number;
  precomputedMeshes?: boolean;
  segments?: number[];
  tables?: string;
  manifest?: string;
  overwrite?: boolean;
  json?: boolean;
}

export function registerExport(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('export')
    .description('Write what a project shows now: labels, meshes, tables, and a manifest with hashes of all.')
    .argument('<project>', 'project folder')
    .option('--labels <out>', 'label volume: .h5 (dataset labels), .zarr, .tif, .nrrd, or a folder .precomputed')
    .addOption(new Option('--format <format>', 'instead of what the ending says').choices([...LABEL_FORMATS]))
    .option('--cremi', 'HDF5 in the CREMI layout: /volumes/labels/neuron_ids')
    .option('--raw', 'the raw image beside the labels (CREMI layout)')
    .addOption(
      new Option(
        '--ids <ids>',
        'ids of the window, or those of the imported labels (default: where there are any)',
      ).choices(['dense', 'original']),
    )
    .addOption(
      new Option('--type <type>', 'of the labels (default: uint64 for original ids)').choices(['uint32', 'uint64']),
    )
    .option('--roi <box>', 'part of the project, z0:z1,y0:y1,x0:x1 (labels and raw)', box)
    .option(
      '--ignore-unreviewed [id]',
      'voxels of segments not marked done get this id (default: the highest)',
      labelId,
    )
    .option('--meshes <dir>', 'folder for one surface per segment')
    .addOption(new Option('--mesh-format <format>', 'of the surfaces').choices(['ply', 'obj']).default('ply'))
    .option('--mesh-level <level>', 'level of detail, 0 the finest (default: what comes quickly)', wholeNumber(0))
    .option('--precomputed-meshes', 'surfaces and names beside precomputed labels')
    .option('--segments <ids>', 'surfaces of these segments only: 1,2,3', segmentIds)
    .option('--tables <dir>', 'folder for segments.csv, edits.csv, contacts.csv')
    .option('--manifest <file>', 'JSON with hashes of the files, the volume, the network and the edits')
    .option('--overwrite', 'replace an export that exists under these names')
    .option('--json', 'print JSON')
    .action(async (directory: string, options: Options) => {
      const request = await requestOf(directory, options);
      const progress = showProgress(terminal);
      try {
        const report = await exportProject(resolve(directory), request, {
          signal,
          onProgress: (update) => progress.update(update),
        });
        progress.end();
        const result = { ...report, ...(request.labels && { path: request.labels.path, type: request.labels.type }) };
        printResult(terminal, options.json ?? false, result, () => [
          ...report.targets.map(({ what, path, bytes }) => `${what}: ${path} (${bytes} bytes)`),
          `${report.segments} segments at revision ${report.revision}`,
          ...(report.ignored > 0 ? [`${report.ignored} segments that nobody has reviewed are ignored`] : []),
          ...(report.manifestSha256 ? [`sha256 of the manifest: ${report.manifestSha256}`] : []),
        ]);
      } finally {
        progress.end();
      }
    });
}

async function requestOf(directory: string, options: Options): Promise<ExportRequest> {
  const { meshes, tables, manifest } = options;
  if ([options.labels, meshes, tables, manifest].every((target) => target === undefined))
    throw new FascicleError(
      'bad-request',
      'Nothing was chosen to export. Give --labels, --meshes, --tables or --manifest.',
    );
  return {
    region: options.roi ?? null,
    labels: options.labels === undefined ? null : await labelsOf(directory, options.labels, options),
    meshes:
      meshes === undefined
        ? null
        : { directory: resolve(meshes), format: options.meshFormat, segments: options.segments ?? null },
    meshLevel: options.meshLevel ?? null,
    tables: tables === undefined ? null : resolve(tables),
    manifest: manifest === undefined ? null : resolve(manifest),
    overwrite: options.overwrite ?? false,
  };
}

async function labelsOf(
  directory: string,
  spec: string,
  options: Options,
): Promise<NonNullable<ExportRequest['labels']>> {
  const { path, dataset } = parseVolumeSpec(spec, (candidate) => /\.(h5|hdf5|hdf)$/i.test(candidate));
  const format = options.cremi ? 'cremi' : (options.format ?? formatOf(path));
  const ids = options.ids ?? ((await hasOriginalIds(directory)) ? 'original' : 'dense');
  const type = options.type ?? (ids === 'original' ? 'uint64' : 'uint32');
  const { ignoreUnreviewed: ignore } = options;
  return {
    path: resolve(path),
    format,
    ...(dataset === null ? {} : { dataset }),
    ...{ type, ids },
    ignoreId: ignore === undefined ? null : ignore === true ? String(HIGHEST_ID[type]) : ignore,
    withRaw: options.raw ?? false,
    withMeshes: options.precomputedMeshes ?? false,
  };
}

function formatOf(path: string): LabelFormat {
  const ending = extname(path).toLowerCase();
  const format = LABEL_FORMATS.find((one) => ending !== '' && LABEL_ENDINGS[one].includes(ending));
  if (format !== undefined) return format;
  const found =
    ending === '' ? 'the name has no ending, which says the format' : `labels are not written as '${ending}'`;
  throw new FascicleError(
    'unsupported',
    `${path}: ${found}. Accepted: .h5 or .hdf5 (HDF5), .zarr (OME-Zarr), .tif or .tiff (TIFF), ` +
      '.nrrd (NRRD), .precomputed (Neuroglancer).',
  );
}

async function hasOriginalIds(directory: string): Promise<boolean> {
  const project = await openNamedProject(directory, { readOnly: true });
  try {
    return readOriginalIds(project.database) !== null;
  } finally {
    project.close();
  }
}

function labelId(text: string): string {
  if (!/^\d{1,20}$/.test(text))
    throw new InvalidArgumentError(`expected a whole number of at most 64 bits, found '${text}'.`);
  return text;
}

function segmentIds(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(1)(part.trim()));
}
