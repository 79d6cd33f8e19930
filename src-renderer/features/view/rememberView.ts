import type { Ref } from 'vue';

import type { ImageLayerSettings, OverlaySettings, ViewState } from '#contract/viewState.ts';
import { MOST_LISTED } from '#contract/viewState.ts';
import type { Zyx } from '#domain/geometry.ts';
import { useRemembered } from '#renderer/features/project/index.ts';

import type { ImageLayerId, Panel } from './store.ts';

/** What a project is shown with that nobody has looked at. */
export const FIRST_NM_PER_PIXEL = 8;
export const firstOverlay = (): OverlaySettings => ({
  visible: true,
  opacity: 0.31,
  outlines: true,
  supervoxelBorders: false,
  colourBySupervoxel: false,
  source: 'segments',
  salt: 0,
});
export const firstImages = (): Record<ImageLayerId, ImageLayerSettings> => ({
  raw: { visible: true, opacity: 1, limits: null },
  affinities: { visible: false, opacity: 0.6, limits: null },
  foreground: { visible: false, opacity: 0.6, limits: null },
});

type Kept<Part extends keyof ViewState> = Exclude<ViewState[Part], undefined>;

/** Keeps what is looked at from one opening of a project to the next; another project brings its own, or the defaults. */
export function rememberView(view: {
  readonly place: Ref<Zyx | null>;
  readonly moveTo: (voxel: Zyx) => void;
  readonly nmPerPixel: Ref<number>;
  readonly isScaled: Ref<boolean>;
  readonly oblique: Ref<NonNullable<ViewState['oblique']> | null>;
  readonly maximised: Ref<Panel | null>;
  readonly selected: Ref<readonly number[]>;
  readonly hidden: Ref<ReadonlySet<number>>;
  readonly hideOthers: Ref<boolean>;
  readonly pinned: Ref<ReadonlyMap<number, string>>;
  readonly overlay: OverlaySettings;
  readonly tool: Ref<unknown>;
  readonly images: Record<ImageLayerId, ImageLayerSettings>;
  readonly slicesIn3d: Ref<boolean>;
}): void {
  const keep = <Part extends keyof ViewState>(part: Part, value: Ref<Kept<Part>>, first: Kept<Part>): void =>
    useRemembered(
      part,
      () => value.value,
      (left) => (value.value = left === undefined ? first : (left as Kept<Part>)),
    );
  useRemembered(
    'position',
    () => view.place.value ?? undefined,
    (left) => {
      if (left === undefined) view.place.value = null;
      else view.moveTo(left);
    },
  );
  useRemembered(
    'nmPerPixel',
    () => view.nmPerPixel.value,
    (left) => {
      view.isScaled.value = left !== undefined;
      view.nmPerPixel.value = left ?? FIRST_NM_PER_PIXEL;
    },
  );
  keep('oblique', view.oblique, null);
  keep('maximised', view.maximised, null);
  useRemembered(
    'selected',
    () => view.selected.value.slice(-MOST_LISTED),
    (left) => (view.selected.value = left ?? []),
  );
  useRemembered(
    'hidden',
    () => [...view.hidden.value].slice(-MOST_LISTED),
    (left) => (view.hidden.value = new Set(left)),
  );
  keep('hideOthers', view.hideOthers, false);
  useRemembered(
    'pinned',
    () => Object.fromEntries(view.pinned.value),
    (left) => (view.pinned.value = new Map(Object.entries(left ?? {}).map(([id, colour]) => [Number(id), colour]))),
  );
  useRemembered(
    'overlay',
    // A mode may show more for as long as it lasts.
    () => (view.tool.value === null ? { ...view.overlay } : undefined),
    (left) => Object.assign(view.overlay, left ?? firstOverlay()),
  );
  useRemembered(
    'images',
    () => ({
      raw: { ...view.images.raw },
      affinities: { ...view.images.affinities },
      foreground: { ...view.images.foreground },
    }),
    (left) => Object.assign(view.images, left ?? firstImages()),
  );
  keep('slicesIn3d', view.slicesIn3d, true);
}
