import { defineStore } from 'pinia';
import { computed, markRaw, ref, shallowRef } from 'vue';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import type { AssignmentTable } from '#contract/assignmentTable.ts';
import type { EngineEventOf } from '#contract/events.ts';
import type { ProjectInfo } from '#contract/routes/projects.ts';
import { decodeSupervoxels } from '#contract/supervoxelBytes.ts';
import type { SupervoxelGeometry } from '#contract/supervoxelBytes.ts';
import type { SegmentTrait } from '#domain/editChange.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

import { changedRows } from './model/changedRows.ts';
import { buildSegmentTable } from './model/segmentTable.ts';
import { withDelta } from './model/withDelta.ts';
import { withTraits } from './model/withTraits.ts';
import { useRememberedStore } from './remembered.ts';

/**
 * The open project of this window and, once it has a segmentation, the segment of every supervoxel. Large arrays are replaced,
 * never changed in place, so that watchers see a new value.
 */
export const useProjectStore = defineStore('project', () => {
  const { client, on } = useEngine();
  const remembered = useRememberedStore();
  const info = ref<ProjectInfo | null>(null);
  const assignment = shallowRef<Uint32Array | null>(null);
  const supervoxels = shallowRef<SupervoxelGeometry | null>(null);
  /** Colour and lead of the segments that have others than their id says. */
  const traits = shallowRef<ReadonlyMap<number, SegmentTrait>>(new Map());
  const segments = computed(() =>
    assignment.value && supervoxels.value ? markRaw(buildSegmentTable(assignment.value, supervoxels.value)) : null,
  );
  /** Of the edit log, that the segments are of; and the newest that was told of. */
  let shownRevision = 0;
  let newestRevision = 0;
  /** The revision at which the voxels of a supervoxel were seen to change, for those that did since the project was opened. */
  let voxelRevisions: ReadonlyMap<number, number> = new Map();
  /** Rises with every opening, so that an answer for an earlier project is dropped. */
  let opening = 0;

  async function show(project: ProjectInfo): Promise<void> {
    const mine = ++opening;
    newestRevision = 0;
    if (project.id !== info.value?.id) {
      // Before the first picture, which would otherwise be one of another place.
      const left = await remembered.read(project.id);
      if (mine !== opening) return;
      remembered.begin(project, left);
      assignment.value = null;
      supervoxels.value = null;
      traits.value = new Map();
      voxelRevisions = new Map();
    }
    info.value = project;
    if (project.segmentation === null) return;
    const tables = await askTables(project.id);
    if (mine !== opening) return;
    supervoxels.value = markRaw(tables.geometry);
    take(tables.segments);
    await readTraits();
    if (shownRevision < newestRevision) await readTables();
  }

  /** Segments first: supervoxels may then be newer than they, by edits that are told of, but never older. */
  async function askTables(project: string) {
    const params = { project };
    for (;;) {
      const segments = decodeAssignment(await client.segments.assignment({ params }));
      const geometry = decodeSupervoxels(await client.segments.supervoxels({ params }));
      // Else an edit between the two answers added or took away supervoxels.
      if (geometry.count + 1 === segments.assignment.length) return { segments, geometry };
    }
  }

  /** Reads all traits; those of an edit that is told of meanwhile come with it, so an older answer is asked for again. */
  async function readTraits(): Promise<void> {
    const mine = opening;
    for (;;) {
      const answer = await client.segments.traits({ params: { project: info.value!.id } });
      if (mine !== opening) return;
      if (answer.revision < newestRevision) continue;
      traits.value = withTraits(new Map(), answer.traits);
      return;
    }
  }

  function take(table: AssignmentTable): void {
    shownRevision = table.revision;
    newestRevision = Math.max(newestRevision, table.revision);
    assignment.value = markRaw(table.assignment);
  }

  /** Reads the segments alone; an edit that is told of meanwhile makes it read again. */
  async function readSegments(): Promise<void> {
    const mine = opening;
    const { id } = info.value!;
    do {
      const table = decodeAssignment(await client.segments.assignment({ params: { project: id } }));
      if (mine !== opening) return;
      if (table.assignment.length !== assignment.value?.length) return readAgain();
      take(table);
    } while (shownRevision < newestRevision);
  }

  /** Reads the supervoxels and their segments, which an edit has changed. */
  async function readTables(): Promise<void> {
    const mine = opening;
    const { id } = info.value!;
    do {
      const { segments, geometry } = await askTables(id);
      if (mine !== opening) return;
      voxelRevisions = new Map([
        ...voxelRevisions,
        ...changedRows(supervoxels.value, geometry).map((id) => [id, segments.revision] as const),
      ]);
      supervoxels.value = markRaw(geometry);
      take(segments);
    } while (shownRevision < newestRevision);
  }

  /** The revision of the newest voxels of supervoxels; 0 where none have changed. */
  function voxelsOf(ids: Uint32Array): number {
    if (voxelRevisions.size === 0) return 0;
    return ids.reduce((newest, id) => Math.max(newest, voxelRevisions.get(id) ?? 0), 0);
  }

  /** Opens the project in a folder of the engine's machine. @throws ApiError */
  async function open(directory: string, readOnly = false): Promise<void> {
    await show(await client.projects.open({ body: { directory, readOnly } }));
  }

  /** Leaves the project; its jobs go on. */
  function leave(): void {
    opening++;
    info.value = null;
    assignment.value = null;
    supervoxels.value = null;
    traits.value = new Map();
  }

  async function readAgain(): Promise<void> {
    if (info.value !== null) await open(info.value.directory, info.value.readOnly);
  }

  function applyChange(event: EngineEventOf<'assignment'>): void {
    const { project, changed, projectRevision, segments, cuts, tables } = event;
    if (project !== info.value?.id) return;
    const { segmentation } = info.value;
    info.value = {
      ...info.value,
      revision: projectRevision,
      segmentation: segmentation && { ...segmentation, ...cuts.cut, segments },
    };
    newestRevision = Math.max(newestRevision, projectRevision);
    traits.value = withTraits(traits.value, event.traits);
    if (assignment.value === null || projectRevision <= shownRevision) return;
    // A line that is lost meanwhile is shown, and a reset follows it.
    if (tables) return void readTables().catch(() => undefined);
    const isNext = projectRevision === shownRevision + 1;
    if (changed === null || !isNext) return void readSegments().catch(() => undefined);
    shownRevision = projectRevision;
    if (changed.supervoxels.length === 0) return;
    assignment.value = markRaw(withDelta(assignment.value, changed));
  }

  on('project', ({ project }) => {
    if (project.id !== info.value?.id) return;
    const isNewSegmentation = project.segmentation?.supervoxels !== info.value.segmentation?.supervoxels;
    if (isNewSegmentation) void show(project);
    else info.value = project;
  });
  on('project-closed', ({ project }) => project === info.value?.id && leave());
  on('assignment', applyChange);
  on('reset', () => void readAgain());

  return { info, assignment, supervoxels, segments, traits, voxelsOf, open, show, leave };
});
