import { FascicleError } from '#domain/errors.ts';
import { boxContains, boxOfShape, boxShape } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { requireAffinities, requireForeground } from '#engine/segmentation/affinitySource.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';
import { requireLabels } from '#volumes/labelVoxels.ts';
import type { VolumeInfo } from '#volumes/volume.ts';

import type { VolumeLooks } from './volumeLooks.ts';

/** What is known of a new project's volumes before it is made. */
export interface SourcesSeen {
  /** The volume that the project is made from: raw, affinities or labels. */
  readonly main: VolumeInfo;
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly region: Box;
  /** Of the region. */
  readonly shape: Zyx;
  /** What stands in the way, in words for the person who can change it. */
  readonly problems: string[];
}

/**
 * Looks at every volume of a request without reading its voxels.
 *
 * @throws FascicleError where a volume cannot be opened; what can be corrected in the request is listed in `problems`
 */
export async function lookAtSources(
  { raw, axes, voxelSizeNm, region, method }: SegmentationRequest,
  looks: Pick<VolumeLooks, 'info'>,
  signal?: AbortSignal,
): Promise<SourcesSeen> {
  const problems: string[] = [];
  const look = (spec: string, role: 'image' | 'labels' | 'affinities') =>
    looks.info({ spec, role, voxelSizeNm, axes: role === 'affinities' ? null : axes }, signal);
  const check = (what: () => unknown) => {
    try {
      what();
    } catch (error) {
      if (!(error instanceof FascicleError)) throw error;
      problems.push(error.message);
    }
  };
  const image = raw === null ? null : await look(raw, 'image');
  let main = image;
  if (method.kind !== 'network') {
    const affinities = method.affinities === null ? null : await look(method.affinities, 'affinities');
    if (affinities !== null) check(() => requireAffinities(affinities));
    const foreground = method.foreground ? await look(method.foreground, 'image') : null;
    if (foreground !== null) check(() => requireForeground(foreground));
    const labels = method.kind === 'labels' ? await look(method.labels, 'labels') : null;
    if (labels !== null) check(() => requireLabels(labels));
    main = (labels ?? affinities)!;
    for (const other of [image, affinities, foreground])
      if (other?.shape.some((extent, axis) => extent !== main!.shape[axis]))
        problems.push(
          `${other.source} has ${other.shape.join(' x ')} voxels, ${main.source} ${main.shape.join(' x ')} (z, y, x): all ` +
            'volumes of a project must cover the same voxels.',
        );
  }
  if (main === null) throw new FascicleError('bad-request', 'A network needs a raw volume. Name one.');
  if (image !== null && image.channels !== 1)
    problems.push(`${image.source} has ${image.channels} channels; a raw volume has one.`);
  if (method.kind === 'network' && main.voxelSizeNm === null)
    problems.push('The voxel size is not known, and the network needs it. Enter it.');
  const bounds = boxOfShape(main.shape);
  const isInside = region === null || (boxContains(bounds, region) && !boxShape(region).includes(0));
  if (!isInside)
    problems.push(`The region reaches out of the volume, which has ${main.shape.join(' x ')} voxels (z, y, x).`);
  const used = isInside ? (region ?? bounds) : bounds;
  return { main, voxelSizeNm: image?.voxelSizeNm ?? main.voxelSizeNm, region: used, shape: boxShape(used), problems };
}
