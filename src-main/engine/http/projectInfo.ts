import { existsSync } from 'node:fs';
import { basename } from 'node:path';

import type { Layer, ProjectInfo } from '#contract/routes/projects.ts';
import type { Cut } from '#domain/editChange.ts';
import { boxShape } from '#domain/geometry.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import { currentCut } from '#engine/project/edits.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting } from '#engine/project/settings.ts';
import { countRows } from '#engine/project/tables.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { solvedBeta } from '#engine/segmentation/solvedBeta.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

/** The volume that a project was made from: the image where there is one. */
function mainSource({ database }: Project): SourceVolume | undefined {
  return (
    readSourceVolume(database, 'raw') ??
    readSourceVolume(database, 'labels') ??
    readSourceVolume(database, 'affinities')
  );
}

/** True where the file or folder that a source names is there. */
export function isSourceFound(source: string): boolean {
  return existsSync(parseVolumeSpec(source).path);
}

/**
 * Makes the function that describes a project. Counting segments cuts the whole merge tree, so the count is kept until an edit or a
 * new segmentation.
 *
 * @param parts say what there is to see, and the segments as they are now
 */
export function projectDescriber(
  id: string,
  project: Project,
  parts: {
    readonly views: { layers(): Promise<Layer[]> };
    readonly editing: {
      /** The session where it is loaded; it knows what the log comes to. */
      readonly current: Pick<EditSession, 'live'> | null;
      assignment(): Promise<{ readonly assignment: Uint32Array }>;
    };
  },
): () => Promise<ProjectInfo> {
  const { database, paths, readOnly } = project;
  let tables: { key: string; supervoxels: number; edges: number; cut: Cut } | null = null;
  let counted: { key: string; segments: Promise<number> } | null = null;

  /** Counting rows and reading a log take a while once they are many: that is done once for each state of the file. */
  const tablesAt = (key: string) => {
    if (tables?.key !== key)
      tables = {
        key,
        supervoxels: countRows(database, 'supervoxels'),
        edges: countRows(database, 'edges'),
        cut: parts.editing.current?.live.cut ?? currentCut(database),
      };
    return tables;
  };
  const segments = (key: string): Promise<number> => {
    if (counted?.key !== key)
      counted = { key, segments: parts.editing.assignment().then(({ assignment }) => countSegments(assignment)) };
    return counted.segments;
  };
  const segmentation = async (revision: number): Promise<ProjectInfo['segmentation']> => {
    if (readSetting(database, 'affinityUnit') === undefined) return null;
    const key = `${revision} ${stateOfTables(database)}`;
    const { supervoxels, edges, cut } = tablesAt(key);
    const count = parts.editing.current?.live.segmentCount ?? (await segments(key));
    return { supervoxels, edges, ...cut, beta: solvedBeta(database), segments: count };
  };

  return async () => {
    const source = mainSource(project);
    const revision = countRows(database, 'edits');
    return {
      id,
      name: basename(paths.directory),
      directory: paths.directory,
      readOnly,
      shape: source === undefined ? null : boxShape(source.region),
      voxelSizeNm: source?.info.voxelSizeNm ?? null,
      source:
        source === undefined
          ? null
          : { path: source.source, found: isSourceFound(source.source), region: source.region },
      layers: await parts.views.layers(),
      segmentation: await segmentation(revision),
      revision,
    };
  };
}

/** Differs once the tables of a segmentation were written, whichever process did: cheap, where counting their rows is not. */
function stateOfTables(database: ProjectDatabase): string {
  const last = database.prepare('SELECT max(id), (SELECT max(step) FROM merge_steps) FROM supervoxels').raw().get();
  return [database.pragma('data_version', { simple: true }), ...(last as (number | null)[])].join(' ');
}
