import type { Layer, ProjectInfo } from '#contract/routes/projects.ts';
import type { ImageLayerSettings, OverlaySettings } from '#renderer/features/view/index.ts';
import type { SceneImage, SceneOverlay, SliceScene } from '#renderer/rendering/slices/scene.ts';

export type ImageLayerId = 'raw' | 'affinities' | 'foreground';

/** What a scene is made from; all of it is the user's, none of it is an edit. */
export interface SceneSettings {
  readonly images: Readonly<Record<ImageLayerId, ImageLayerSettings>>;
  readonly overlay: Readonly<OverlaySettings>;
  readonly hovered: number;
  readonly hideOthers: boolean;
  readonly dimOthers: boolean;
  readonly contactColour: string | null;
  /** The image alone. */
  readonly imageOnly: boolean;
}

/** Limits of a layer that names none: the range of its type. */
const FULL_RANGE: Readonly<Record<Layer['type'], readonly [number, number]>> = {
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
  float32: [0, 1],
};

/** The contrast limits that a layer is drawn with. */
export function limitsOf(layer: Layer, settings: ImageLayerSettings): readonly [number, number] {
  return settings.limits ?? layer.limits ?? FULL_RANGE[layer.type];
}

/** What the slices of a project show; null before it has a volume. */
export function sceneOf(info: ProjectInfo | null, settings: SceneSettings): SliceScene | null {
  if (info === null || info.shape === null || info.voxelSizeNm === null) return null;
  const layerOf = (id: Layer['id']) => info.layers.find((layer) => layer.id === id);
  const images = (['raw', 'affinities', 'foreground'] as const).flatMap((id): SceneImage[] => {
    const layer = layerOf(id);
    const look = settings.images[id];
    if (!layer || !look.visible || (settings.imageOnly && id !== 'raw')) return [];
    const channels = layer.channels >= 3 ? [0, 1, 2] : [0];
    return [{ layer, channels, limits: limitsOf(layer, look), opacity: id === 'raw' ? 1 : look.opacity }];
  });
  const { overlay } = settings;
  const labels = layerOf(overlay.source === 'labels' ? 'labels' : 'supervoxels');
  return {
    project: info.id,
    shape: info.shape,
    voxelSizeNm: info.voxelSizeNm,
    images,
    labels:
      labels && overlay.visible && !settings.imageOnly
        ? { layer: labels, areSupervoxels: labels.id === 'supervoxels', overlay: overlayOf(settings) }
        : null,
  };
}

function overlayOf({ overlay, hovered, hideOthers, dimOthers, contactColour }: SceneSettings): SceneOverlay {
  const { opacity, outlines, supervoxelBorders, colourBySupervoxel, salt } = overlay;
  const look = { fill: opacity, outlines, supervoxelBorders, colourBySupervoxel, salt };
  return { ...look, hovered, hideOthers, dimOthers, contactColour };
}
