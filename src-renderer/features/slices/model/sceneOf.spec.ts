import { describe, expect, it } from 'vitest';

import type { Layer, ProjectInfo } from '#contract/routes/projects.ts';
import { fakeProject } from '#renderer/engine/fakeProject.ts';

import { limitsOf, sceneOf } from './sceneOf.ts';
import type { SceneSettings } from './sceneOf.ts';

const layer = (id: Layer['id'], channels = 1): Layer => ({
  id,
  kind: id === 'supervoxels' || id === 'labels' ? 'labels' : 'image',
  type: id === 'supervoxels' || id === 'labels' ? 'uint32' : 'uint8',
  channels,
  levels: [{ shape: [10, 20, 30], factor: [1, 1, 1] }],
  limits: id === 'raw' ? [12, 200] : null,
});
const INFO: ProjectInfo = {
  ...fakeProject(0, { supervoxels: 0, segments: 0, edges: 0 }),
  shape: [10, 20, 30],
  layers: [layer('raw'), layer('affinities', 3), layer('supervoxels'), layer('labels')],
  segmentation: null,
};
const SETTINGS: SceneSettings = {
  images: {
    raw: { visible: true, opacity: 1, limits: null },
    affinities: { visible: true, opacity: 0.6, limits: null },
    foreground: { visible: true, opacity: 0.6, limits: null },
  },
  overlay: {
    visible: true,
    opacity: 0.31,
    outlines: true,
    supervoxelBorders: false,
    colourBySupervoxel: false,
    source: 'segments',
    salt: 0,
  },
  hovered: 0,
  hideOthers: false,
  dimOthers: false,
  contactColour: null,
  imageOnly: false,
};

describe('sceneOf', () => {
  it('draws the layers that the project has, affinities in colour over the image', () => {
    const scene = sceneOf(INFO, SETTINGS)!;
    expect(scene.images.map((image) => [image.layer.id, image.channels, image.opacity])).toEqual([
      ['raw', [0], 1],
      ['affinities', [0, 1, 2], 0.6],
    ]);
    expect(scene.labels).toMatchObject({ areSupervoxels: true, overlay: { fill: 0.31 } });
  });

  it('takes imported labels as segments themselves', () => {
    const scene = sceneOf(INFO, { ...SETTINGS, overlay: { ...SETTINGS.overlay, source: 'labels' } })!;
    expect(scene.labels).toMatchObject({ layer: { id: 'labels' }, areSupervoxels: false });
  });

  it('leaves the image alone while a key is held', () => {
    const scene = sceneOf(INFO, { ...SETTINGS, imageOnly: true })!;
    expect([scene.images.map((image) => image.layer.id), scene.labels]).toEqual([['raw'], null]);
  });

  it('is nothing before a volume was described', () => {
    expect(sceneOf({ ...INFO, shape: null }, SETTINGS)).toBeNull();
  });
});

describe('limitsOf', () => {
  it("prefers the user's limits, then the layer's, then the range of its type", () => {
    expect(limitsOf(layer('raw'), { visible: true, opacity: 1, limits: [1, 2] })).toEqual([1, 2]);
    expect(limitsOf(layer('raw'), SETTINGS.images.raw)).toEqual([12, 200]);
    expect(limitsOf(layer('affinities'), SETTINGS.images.affinities)).toEqual([0, 255]);
  });
});
