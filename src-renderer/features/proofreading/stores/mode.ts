import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';

import type { Zyx } from '#domain/geometry.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { ToolHit, ViewTool } from '#renderer/features/view/index.ts';

import { useSupervoxelLookup } from '../composables/useSupervoxelLookup.ts';
import { factAnchor } from '../model/foldFacts.ts';

import { useMergeStore } from './merge.ts';
import type { Partner } from './merge.ts';
import { usePreviewStore } from './preview.ts';
import { tokenColour } from './seedColours.ts';
import { useSplitStore } from './split.ts';

/** What a click edits. No mode: nothing. */
export type EditMode = 'merge' | 'split';

/** The edit mode of the window. It owns the tool of the views and how they are drawn while it lasts; leaving it never edits. */
export const useModeStore = defineStore('editMode', () => {
  const navigation = useNavigationStore();
  const project = useProjectStore();
  const view = useViewStore();
  const merge = useMergeStore();
  const split = useSplitStore();
  const preview = usePreviewStore();
  const lookup = useSupervoxelLookup();
  const mode = ref<EditMode | null>(null);
  /** Borders as the user had them. */
  let hadBorders = false;

  const lack = computed(() => (mode.value === 'merge' ? merge.lack : split.lack));

  const mergeTool: ViewTool = {
    click: (hit, { ctrl }) => void onPlace(hit, (place) => (ctrl ? merge.add(place) : merge.click(place))),
    takesStroke: ({ ctrl }) => ctrl,
    stroke: (hit) => {
      if (hit.segment !== 0) merge.add({ ...hit, voxel: whole(hit.voxel) });
    },
  };
  const splitTool: ViewTool = {
    click: (hit, { ctrl, shift }) => {
      const side = ctrl ? (shift ? 1 : 0) : split.side;
      void onPlace(hit, (place) => split.place(place, side));
    },
    takesStroke: () => false,
    stroke: () => undefined,
  };

  /** Rises when a mode is left: what is still being looked up then was meant for nothing else. */
  let left = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** Clicks are taken in their order, however long the place of one has to be looked up. */
  async function onPlace(hit: ToolHit, act: (place: Partner) => void): Promise<void> {
    const [mine, before, found] = [left, last, placeOf(hit)];
    last = Promise.allSettled([before, found]);
    await before;
    const place = await found;
    if (place !== null && mine === left) act(place);
  }

  /** A place with its supervoxel: on a surface, and where the slice is still on its way, it has to be looked up. */
  async function placeOf(hit: ToolHit): Promise<Partner | null> {
    const voxel = whole(hit.voxel);
    const { segment, supervoxel } = hit;
    if (supervoxel !== 0) return { segment, supervoxel, voxel };
    if (hit.panel === '3d') {
      const found = await lookup.near(hit.voxel, segment);
      return found && { segment, ...found };
    }
    const found = await lookup.at(voxel);
    return { segment: project.assignment?.[found] ?? 0, supervoxel: found, voxel };
  }

  function enter(next: EditMode): void {
    if (mode.value === next) return leave();
    leave();
    preview.end();
    mode.value = next;
    hadBorders = view.overlay.supervoxelBorders;
    view.contactColour = tokenColour(`--mode-${next}`);
    if (next === 'split') {
      view.overlay.supervoxelBorders = true;
      split.arm();
    } else merge.arm(view.selected.length === 1 ? selectedPartner() : null);
    view.tool = next === 'split' ? splitTool : mergeTool;
  }

  /** The one selected segment, as the first partner. */
  function selectedPartner() {
    const segment = view.current;
    const { assignment, supervoxels } = project;
    if (segment === 0 || !assignment || !supervoxels) return null;
    const supervoxel = factAnchor(segment, assignment, supervoxels.sizes);
    if (supervoxel === 0) return null;
    const box = supervoxels.boxes.subarray(6 * (supervoxel - 1), 6 * supervoxel);
    const middle = (axis: number): number => Math.floor((box[axis] + box[axis + 3]) / 2);
    return { segment, supervoxel, voxel: [middle(0), middle(1), middle(2)] as Zyx };
  }

  /** Prepares the merge of the selected segment with another one, seen at their contact. */
  function mergeWith(segment: number, contact: Zyx): void {
    const first = selectedPartner();
    const supervoxel = factAnchor(segment, project.assignment!, project.supervoxels!.sizes);
    if (first === null || supervoxel === 0) return;
    if (mode.value !== 'merge') enter('merge');
    merge.arm({ ...first, voxel: contact });
    merge.click({ segment, supervoxel, voxel: contact });
    view.moveTo(contact);
  }

  function leave(): void {
    if (mode.value === null) return;
    left++;
    if (mode.value === 'split') view.overlay.supervoxelBorders = hadBorders;
    mode.value = null;
    merge.disarm();
    split.disarm();
    view.tool = null;
    view.contactColour = null;
    view.dimOthers = false;
    view.sides = new Map();
    view.setPreviewAssignment(null);
  }

  /** Takes the last seed or partner back; where there is none, leaves. */
  function escape(): void {
    const hadSome = mode.value === 'merge' ? merge.back() : split.back();
    if (!hadSome) leave();
  }

  async function commit(): Promise<void> {
    if (mode.value === 'merge') await merge.commit();
    else if (mode.value === 'split') await split.commit();
  }

  watch([() => navigation.screen, () => navigation.workspace, () => project.info?.id], leave);

  return { mode, lack, enter, mergeWith, leave, escape, commit };
});

function whole(voxel: Zyx): Zyx {
  return [Math.floor(voxel[0]), Math.floor(voxel[1]), Math.floor(voxel[2])];
}
