import { createMeshFragmentDecoder } from '#contract/meshFragments.ts';
import { openMeshes } from '#engine/meshes/openMeshes.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { readSupervoxelSizes } from '#engine/project/tables.ts';

/** How long a version of a segment's mesh took. */
export interface MeshTiming {
  readonly level: number;
  /** Until the first fragment, and until the last. */
  readonly firstSeconds: number;
  readonly allSeconds: number;
  readonly fragments: number;
  readonly triangles: number;
  readonly bytes: number;
}

export interface MeshBenchmark {
  readonly voxels: number;
  readonly supervoxels: number;
  readonly first: MeshTiming;
  readonly full: MeshTiming;
  /** `full` once more, from the cache. */
  readonly again: MeshTiming;
}

/**
 * Times the mesh of a segment of a project: of segments joined, largest first, until they have `voxels` voxels, which is what a
 * neuron looks like to the mesh process. The cache of the project is left out of it: everything is made.
 */
export async function benchMeshes(directory: string, voxels: number, threads: number): Promise<MeshBenchmark> {
  const project = await openProject(directory, { readOnly: true });
  const meshes = await openMeshes(project, { threads });
  try {
    const supervoxels = await largestSegments(project, voxels);
    // The process and its threads have started by the time a user selects a segment.
    for await (const part of meshes.fragments(supervoxels.subarray(0, 1), 0)) void part;
    const { first, full } = meshes.chooseLevels(supervoxels);
    const measure = async (level: number): Promise<MeshTiming> => {
      const decoder = createMeshFragmentDecoder();
      const start = performance.now();
      const since = () => (performance.now() - start) / 1000;
      let firstSeconds = 0;
      let [fragments, triangles, bytes] = [0, 0, 0];
      for await (const part of meshes.fragments(supervoxels, level)) {
        if (bytes === 0) firstSeconds = since();
        bytes += part.length;
        for (const { indices } of decoder.push(part)) {
          fragments++;
          triangles += indices.length / 3;
        }
      }
      return { level, firstSeconds, allSeconds: since(), fragments, triangles, bytes };
    };
    const sizes = readSupervoxelSizes(project.database);
    return {
      voxels: supervoxels.reduce((sum, id) => sum + sizes[id - 1]!, 0),
      supervoxels: supervoxels.length,
      first: await measure(first),
      full: await measure(full),
      again: await measure(full),
    };
  } finally {
    await meshes.close();
    project.close();
  }
}

async function largestSegments(project: Project, voxels: number): Promise<Uint32Array> {
  const assignment = await currentAssignment(project);
  const sizes = readSupervoxelSizes(project.database);
  const members = new Map<number, number[]>();
  const total = new Map<number, number>();
  for (let id = 1; id < assignment.length; id++) {
    const segment = assignment[id]!;
    total.set(segment, (total.get(segment) ?? 0) + sizes[id - 1]!);
    const ids = members.get(segment);
    if (ids === undefined) members.set(segment, [id]);
    else ids.push(id);
  }
  const chosen: number[] = [];
  let found = 0;
  for (const [segment, size] of [...total].sort(([, a], [, b]) => b - a)) {
    if (found >= voxels) break;
    found += size;
    chosen.push(...members.get(segment)!);
  }
  return Uint32Array.from(chosen);
}
