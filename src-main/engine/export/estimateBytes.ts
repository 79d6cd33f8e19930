import type { ExportRequest, ExportTarget } from '#contract/routes/exports.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';
import { bytesPerVoxel } from '#volumes/voxelTypes.ts';

import { exportBox } from './exportState.ts';
import type { ExportState } from './exportState.ts';

/** What packed labels need of their plain size, of tissue at 4 to 30 nm, with room to spare; coarser levels included. */
const PACKED = 0.12;
/** Bytes of surface for each voxel of a segment at the finest level, of the same. */
const MESH_BYTES_PER_VOXEL = 1.2;
const ROW_BYTES = 120;

/** What the parts of an export are likely to need on disk, bytes. */
export function estimateBytes(state: ExportState, request: ExportRequest): Record<ExportTarget['what'], number> {
  const { labels, meshes } = request;
  const voxels = voxelCount(boxShape(exportBox(state, request.region)));
  const raw = state.sources.find(({ role }) => role === 'raw');
  const level = 8 ** (request.meshLevel ?? 0);
  const surfaces = (segments: readonly number[] | null): number => {
    const wanted = segments === null ? null : new Set(segments);
    let inside = 0;
    for (const [row, size] of state.supervoxels.sizes.entries()) {
      const segment = state.assignment[row + 1]!;
      if (segment !== 0 && (wanted === null || wanted.has(segment))) inside += size;
    }
    return (inside * MESH_BYTES_PER_VOXEL) / level;
  };
  const contacts = state.supervoxels.count * 4;
  return {
    labels:
      labels === null
        ? 0
        : Math.ceil(
            voxels * bytesPerVoxel(labels.type) * PACKED +
              (labels.withRaw && raw ? voxels * bytesPerVoxel(raw.info.type) : 0) +
              (labels.withMeshes ? surfaces(meshes?.segments ?? null) : 0),
          ),
    meshes: meshes === null ? 0 : Math.ceil(surfaces(meshes.segments)),
    tables: request.tables === null ? 0 : (state.segments.length + state.log.entries.length + contacts) * ROW_BYTES,
    manifest: request.manifest === null ? 0 : 16_384,
  };
}
