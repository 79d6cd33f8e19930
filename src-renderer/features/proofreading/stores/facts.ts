import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';

import type { FactKey } from '#domain/editChange.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { SEGMENT_STATUSES, useSegmentListStore } from '#renderer/features/segments/index.ts';
import type { SegmentStatus } from '#renderer/features/segments/index.ts';

import { factAnchor, foldFacts } from '../model/foldFacts.ts';
import type { Fact, SegmentFact } from '../model/foldFacts.ts';

import { useEditStore } from './edits.ts';
import type { EditOutcome } from './edits.ts';

const NO_FACTS = { name: new Map(), status: new Map(), note: new Map() };
/** Kinds of edits that leave names, states and notes as they are. */
const WITHOUT_FACTS = new Set(['merge', 'split', 'isolate', 'threshold', 'object-threshold']);

/** What people wrote down about objects, by the segments as they are now. The list of segments shows it. */
export const useFactStore = defineStore('facts', () => {
  const { client } = useEngine();
  const project = useProjectStore();
  const edits = useEditStore();
  const list = useSegmentListStore();
  const facts = shallowRef<readonly Fact[]>([]);
  let reading = 0;

  const bySegment = computed(() =>
    project.assignment && project.supervoxels
      ? foldFacts(facts.value, {
          assignment: project.assignment,
          sizes: project.supervoxels.sizes,
          traits: project.traits,
        })
      : NO_FACTS,
  );
  watch(
    bySegment,
    ({ name, status }) => {
      list.names = new Map([...name].map(([segment, fact]) => [segment, fact.value]));
      list.statuses = new Map(
        [...status].flatMap(([segment, { value }]) => (isStatus(value) ? [[segment, value]] : [])),
      );
    },
    { immediate: true },
  );

  async function read(): Promise<void> {
    const mine = ++reading;
    const id = project.info?.id;
    if (id === undefined || !edits.isKnown) {
      facts.value = [];
      return;
    }
    // A lost line is shown by the window; the facts are read again with the history.
    const answer = await client.edits.facts({ params: { project: id } }).catch(() => null);
    if (mine === reading && answer !== null) facts.value = answer;
  }

  const of = (segment: number, key: FactKey): SegmentFact | null => bySegment.value[key].get(segment) ?? null;

  /** Writes a fact on a segment; an empty text takes it away. */
  async function write(segment: number, key: FactKey, text: string): Promise<EditOutcome> {
    const value = text.trim() === '' ? null : text.trim();
    const written = of(segment, key);
    const supervoxel = written?.supervoxel ?? factAnchor(segment, project.assignment!, project.supervoxels!.sizes);
    return edits.commit({ kind: 'fact', supervoxel, key, value });
  }

  watch(
    () => [edits.isKnown, edits.history.entries] as const,
    ([isKnown, entries], before) => {
      const entry = entries.at(-1);
      const isOneMore = before !== undefined && before[0] && isKnown && entries.length === before[1].length + 1;
      const leavesFacts = entry?.step.type === 'edit' && WITHOUT_FACTS.has(entry.step.kind);
      if (!(isOneMore && leavesFacts)) void read();
    },
    { immediate: true },
  );

  return { of, write };
});

function isStatus(value: string): value is SegmentStatus {
  return (SEGMENT_STATUSES as readonly string[]).includes(value);
}
