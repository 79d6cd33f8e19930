import { until } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { Plane } from '#contract/values.ts';
import type { Committed } from '#contract/routes/edits.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useEditStore, useModeStore } from '#renderer/features/proofreading/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { ToolHit, ToolKeys, ViewTool } from '#renderer/features/view/index.ts';
import { PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';

import { firstRadius, resized } from './model/brushSize.ts';
import { paintRequest } from './model/paintRequest.ts';
import type { BegunObject, PaintEdit, PaintTarget, PaintToolName, Stroke } from './model/paintRequest.ts';

/** Longer than the window takes to learn of an object that it has made. */
const SEEN_MS = 5000;

/**
 * Painting of voxels: the tool, its size, and the strokes on their way into the project. Each stroke is an edit of its own, made when the
 * pointer goes up, and undone as one.
 */
export const usePaintStore = defineStore('painting', () => {
  const navigation = useNavigationStore();
  const project = useProjectStore();
  const view = useViewStore();
  const edits = useEditStore();
  const modes = useModeStore();

  const isOn = ref(false);
  const tool = ref<PaintToolName>('brush');
  const isBall = ref(false);
  const over = ref<'background' | 'all'>('background');
  const radiusNm = ref(0);
  /** The next stroke begins an object of its own. */
  const isNew = ref(false);
  /** That object: strokes that are drawn before it is there belong to it too, whatever is selected. */
  const begins = computed<BegunObject | null>(() => (isNew.value ? { supervoxel: 0 } : null));
  /** What the engine refused, as a sentence. */
  const problem = ref<string | null>(null);
  const stroke = shallowRef<Stroke | null>(null);
  /** Strokes that the project does not hold yet; they stay on the screen until it does. */
  const pending = shallowRef<readonly Stroke[]>([]);
  /** The slices in which the last object was painted, latest last. */
  const painted = shallowRef<{
    readonly supervoxel: number;
    readonly plane: Plane;
    readonly slices: readonly number[];
  } | null>(null);
  let heldKeys: ToolKeys = { ctrl: false, shift: false, alt: false };
  let last: Promise<unknown> = Promise.resolve();

  /** Why nothing can be painted; null if it can. */
  const lack = computed(() => {
    if (edits.refusal !== null) return edits.refusal;
    if (!project.info?.voxelSizeNm) return 'The size of a voxel is not known';
    if (view.oblique !== null) return 'Turn the slices straight to paint (Z)';
    if (tool.value !== 'erase' && view.current === 0 && !isNew.value) return 'Select an object, or begin a new one';
    return null;
  });
  /** Why slices between cannot be filled; null if they can. */
  const lackOfSlices = computed(() => {
    const slices = painted.value?.slices ?? [];
    return lack.value ?? (slices.length < 2 ? 'Paint the object in two slices first' : null);
  });

  const viewTool: ViewTool = {
    click: () => undefined,
    takesStroke(keys) {
      problem.value = null;
      heldKeys = keys;
      return keys.ctrl && keys.shift ? edits.refusal === null && view.oblique === null : lack.value === null;
    },
    stroke: extend,
    endStroke: (isGivenUp) => (isGivenUp ? giveUp() : finish()),
    wheel(steps, { shift }) {
      if (!shift) return false;
      resize(-Math.sign(steps));
      return true;
    },
  };

  function extend({ panel, voxel }: ToolHit): void {
    if (panel === '3d') return;
    const now = stroke.value;
    if (now === null) {
      const name = heldKeys.ctrl && heldKeys.shift ? 'erase' : tool.value;
      const kept = { radiusNm: radiusNm.value, isBall: isBall.value, over: over.value };
      const object = { segment: view.current, begins: begins.value };
      stroke.value = { tool: name, plane: panel, points: [voxel], ...kept, ...object };
    } else if (panel === now.plane && now.tool !== 'fill') stroke.value = { ...now, points: [...now.points, voxel] };
  }

  function giveUp(): void {
    stroke.value = null;
  }

  function finish(): void {
    const done = stroke.value;
    stroke.value = null;
    if (done !== null) void send(done);
  }

  /** Makes the edit of a stroke, after those before it: what is new then is known. */
  function send(done: Stroke): Promise<void> {
    pending.value = [...pending.value, done];
    const id = project.info?.id;
    const mine = last.then(() => commit(done, id));
    last = mine.finally(() => (pending.value = pending.value.filter((other) => other !== done)));
    return mine;
  }

  /** @param id the project that it was drawn in */
  async function commit(done: Stroke, id: string | undefined): Promise<void> {
    const target = targetOf(done);
    const request = paintRequest(done, target);
    if (request === null) return;
    const made = await make(request, id);
    if (made === null || done.tool === 'erase' || project.info?.id !== id) return;
    const supervoxel = target === 'new' ? await begun(made, done.begins!) : (target as number);
    const slice = Math.floor(done.points[0][PLANE_AXES[done.plane].normal]);
    const known =
      painted.value?.supervoxel === supervoxel && painted.value.plane === done.plane ? painted.value.slices : [];
    painted.value = { supervoxel, plane: done.plane, slices: [...known.filter((other) => other !== slice), slice] };
  }

  async function make(request: PaintEdit, id?: string): Promise<Committed | null> {
    const outcome = await edits.commit(request, undefined, id);
    problem.value = outcome.isMade ? null : outcome.reason;
    return outcome.isMade ? outcome.done : null;
  }

  /** Selects the object that an edit began. @returns its supervoxel, the highest there is */
  async function begun({ delta }: Committed, object: BegunObject): Promise<number> {
    const id = Math.max(0, ...(delta?.supervoxels ?? []));
    object.supervoxel = id;
    await until(() => project.assignment?.[id] === id).toBe(true, { timeout: SEEN_MS });
    view.select(id);
    if (object === begins.value) isNew.value = false;
    return id;
  }

  /** The supervoxel of the object that the stroke began on, that was painted last, or one of the object. */
  function targetOf({ segment, begins: object }: Stroke): PaintTarget {
    if (object !== null) return object.supervoxel === 0 ? 'new' : object.supervoxel;
    const own = segment === 0 ? view.current : segment;
    const known = painted.value?.supervoxel ?? 0;
    return known !== 0 && project.assignment?.[known] === own ? known : own;
  }

  /** Fills what lies under the pointer, in its slice or in space. */
  function fillHere(inSpace: boolean): void {
    const plane = view.activePanel;
    if (lack.value !== null || view.pointer === null || plane === '3d') return;
    const { voxel } = view.pointer;
    const kept = { radiusNm: radiusNm.value, over: over.value, segment: view.current, begins: begins.value };
    void send({ tool: 'fill', plane, points: [voxel], isBall: inSpace, ...kept });
  }

  /** Fills the slices between the last two in which the object was painted. */
  async function fillBetween(): Promise<void> {
    if (lackOfSlices.value !== null) return;
    const { supervoxel, plane, slices } = painted.value!;
    const pair: [number, number] = [slices.at(-2)!, slices.at(-1)!];
    await make({
      kind: 'paint',
      stroke: { tool: 'interpolate', plane, slices: pair },
      target: supervoxel,
      over: over.value,
    });
  }

  function resize(steps: number): void {
    const size = project.info?.voxelSizeNm;
    if (size) radiusNm.value = resized(radiusNm.value, steps, size);
  }

  function enter(): void {
    if (isOn.value) return leave();
    modes.leave();
    isOn.value = true;
    problem.value = null;
    if (radiusNm.value === 0 && project.info?.voxelSizeNm) radiusNm.value = firstRadius(project.info.voxelSizeNm);
    view.tool = viewTool;
  }

  function leave(): void {
    if (view.tool === viewTool) view.tool = null;
    isOn.value = false;
    isNew.value = false;
    stroke.value = null;
  }

  /** Gives up the stroke that is drawn; where there is none, leaves. */
  function escape(): void {
    if (stroke.value !== null) giveUp();
    else if (isNew.value) isNew.value = false;
    else leave();
  }

  // Another mode takes the tool of the views.
  watch(
    () => view.tool,
    (next) => isOn.value && next !== viewTool && leave(),
  );
  watch([() => navigation.screen, () => navigation.workspace, () => project.info?.id], leave);
  watch(
    () => project.info?.id,
    () => {
      radiusNm.value = 0;
      painted.value = null;
    },
  );

  return {
    isOn,
    tool,
    isBall,
    over,
    radiusNm,
    isNew,
    problem,
    stroke,
    pending,
    lack,
    lackOfSlices,
    enter,
    leave,
    escape,
    resize,
    fillHere,
    fillBetween,
  };
});
