import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

import type { ExportRequest } from '#contract/routes/exports.ts';
import { boxShape } from '#domain/geometry.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import type { Project } from '#engine/project/project.ts';
import { readOrigin } from '#engine/segmentation/origin.ts';

import { exportBox, sourceOffset } from './exportState.ts';
import type { ExportState } from './exportState.ts';
import type { Target, WrittenFile } from './staging.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Everything that it takes to make an export again and to see that it is the same: the program, the volumes by their fingerprints, the
 * network and parameters of the segmentation, the log of edits with its revision and hash, the choices, and a sha256 of every file.
 * Plain JSON. Triples are z, y, x.
 */
export async function buildManifest(
  project: Project,
  state: ExportState,
  request: ExportRequest,
  written: ReadonlyMap<Target['what'], readonly WrittenFile[]>,
): Promise<object> {
  const origin = readOrigin(project.database);
  const region = exportBox(state, request.region);
  const { tree } = state.log;
  const content = await contentHash(project);
  return {
    format: 'fascicle-export',
    version: 1,
    program: { name: 'fascicle', version },
    createdAt: new Date().toISOString(),
    project: { name: basename(project.paths.directory), shape: state.shape, voxelSizeNm: state.voxelSizeNm },
    sources: state.sources.map(({ role, source, fingerprint, info, region: part }) => ({
      ...{ role, source, fingerprint, shape: info.shape, type: info.type, region: part },
    })),
    segmentation: origin
      ? { kind: origin.kind, model: origin.parameters.model ?? null, parameters: origin.parameters }
      : null,
    edits: { revision: tree.revision, head: tree.head, cut: state.state.cut, sha256: content.edits },
    content,
    choices: {
      ...{ region, shape: boxShape(region), sourceOffset: sourceOffset(state, region), meshLevel: request.meshLevel },
      labels: request.labels && { ...request.labels, path: basename(request.labels.path) },
      meshes: request.meshes && { ...request.meshes, directory: basename(request.meshes.directory) },
      tables: request.tables !== null,
    },
    originalIds: 'A segment has the original id of its smallest supervoxel.',
    files: [...written.values()].flat(),
    filesSha256: createHash('sha256')
      .update(
        [...written.values()]
          .flat()
          .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
          .join(''),
      )
      .digest('hex'),
  };
}
