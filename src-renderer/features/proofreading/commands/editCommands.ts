import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { SEGMENT_STATUSES, STATUS_ICONS, STATUS_LABELS } from '#renderer/features/segments/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { factAnchor } from '../model/foldFacts.ts';
import { useEditStore } from '../stores/edits.ts';
import type { EditOutcome } from '../stores/edits.ts';
import { useFactStore } from '../stores/facts.ts';
import { useProofreadPanelStore } from '../stores/panel.ts';
import { usePreviewStore } from '../stores/preview.ts';

/** Edits that one key makes, and the way back from any. */
export function editCommands(): readonly Command[] {
  const navigation = useNavigationStore();
  const notices = useNoticeStore();
  const project = useProjectStore();
  const view = useViewStore();
  const edits = useEditStore();
  const facts = useFactStore();
  const panel = useProofreadPanelStore();
  const preview = usePreviewStore();
  const when = () => navigation.isProofreading;

  /** What is on its way may be what is meant: whoever edits and takes it back at once is not told that there is nothing. */
  const isMaking = () => edits.pending > 0;

  /** Says why an edit was not made, where nothing else on the screen does. */
  async function tell(made: Promise<EditOutcome>): Promise<void> {
    const outcome = await made;
    if (!outcome.isMade && outcome.reason !== null)
      notices.notify({ level: 'warn', title: 'The edit was not made', reason: outcome.reason });
  }

  async function mergeSelected(): Promise<void> {
    const { assignment, supervoxels } = project;
    if (!assignment || !supervoxels) return;
    await tell(
      edits.commit({
        kind: 'merge',
        supervoxels: view.selected.map((segment) => factAnchor(segment, assignment, supervoxels.sizes)),
      }),
    );
    const [first] = view.selected;
    view.select(project.assignment?.[first] ?? 0);
  }

  return [
    {
      id: 'edit.undo',
      label: 'Undo',
      group: 'Edit',
      icon: 'undo',
      keys: 'Mod+Z',
      menu: { name: 'Edit', part: 0 },
      edits: true,
      repeats: true,
      when,
      refusal: () => edits.refusal ?? (edits.undoSummary === null && !isMaking() ? 'There is nothing to undo' : null),
      run: () => {
        preview.end();
        return tell(edits.undo());
      },
    },
    {
      id: 'edit.redo',
      label: 'Redo',
      group: 'Edit',
      icon: 'redo',
      keys: ['Mod+Y', 'Mod+Shift+Z'],
      menu: { name: 'Edit', part: 0 },
      edits: true,
      repeats: true,
      when,
      refusal: () => edits.refusal ?? (edits.redoSummary === null && !isMaking() ? 'There is nothing to redo' : null),
      run: () => {
        preview.end();
        return tell(edits.redo());
      },
    },
    {
      id: 'edit.checkpoint',
      label: 'Name this state',
      group: 'Edit',
      icon: 'flag',
      keys: 'Mod+S',
      menu: { name: 'Edit', part: 1 },
      when,
      refusal: () => edits.refusal,
      run: () => void (panel.isNaming = true),
    },
    {
      id: 'edit.mergeSelected',
      label: 'Merge all selected segments',
      group: 'Edit',
      icon: 'merge',
      keys: 'Mod+Enter',
      menu: { name: 'Segment', part: 3 },
      edits: true,
      when,
      refusal: () => edits.refusal ?? (view.selected.length < 2 ? 'Select two segments or more' : null),
      run: mergeSelected,
    },
    {
      id: 'edit.isolate',
      label: 'Isolate the supervoxel under the pointer',
      group: 'Edit',
      icon: 'iso',
      keys: 'Shift+I',
      menu: { name: 'Segment', part: 3 },
      edits: true,
      when,
      refusal: () => edits.refusal ?? (view.pointer?.supervoxel ? null : 'Point at a supervoxel in a slice'),
      run: () => tell(edits.commit({ kind: 'isolate', supervoxels: [view.pointer!.supervoxel] })),
    },
    ...SEGMENT_STATUSES.map((status, i): Command => ({
      id: `segments.status-${status}`,
      label: `Status of the segment: ${STATUS_LABELS[status].toLowerCase()}`,
      group: 'Segments',
      icon: STATUS_ICONS[status],
      keys: `Shift+Digit${i + 1}`,
      edits: true,
      when,
      refusal: () => edits.refusal ?? (view.current === 0 ? 'Select a segment first' : null),
      checked: () => (facts.of(view.current, 'status')?.value ?? 'todo') === status,
      run: () => tell(facts.write(view.current, 'status', status === 'todo' ? '' : status)),
    })),
  ];
}
