import type { RecentProject } from '#contract/routes/projects.ts';
import { formatCount, formatQuantity, formatShape, formatVoxelSize } from '#renderer/format/index.ts';
import type { IconName } from '#renderer/ui/iconNames.ts';

/** What a card's chip says. */
export interface StatusChip {
  readonly tone: 'neutral' | 'accent' | 'ok' | 'warn' | 'err';
  readonly icon: IconName;
  readonly text: string;
}

/** The chip of a project's status; null where there is nothing to know. */
export function statusChip({ status, note, reviewed }: RecentProject): StatusChip | null {
  switch (status) {
    case 'ready':
      return reviewed !== null && reviewed.total > 0 && reviewed.done === reviewed.total
        ? { tone: 'ok', icon: 'done', text: 'All reviewed' }
        : null;
    case 'running':
      return { tone: 'accent', icon: 'half', text: note ?? 'Running' };
    case 'interrupted':
      return { tone: 'accent', icon: 'pause', text: note ?? 'Interrupted' };
    case 'not-segmented':
      return { tone: 'neutral', icon: 'todo', text: note ?? 'Not segmented yet' };
    case 'failed':
      return { tone: 'err', icon: 'warn', text: 'The run failed' };
    case 'missing':
      return { tone: 'err', icon: 'warn', text: 'Folder not found' };
    case 'source-missing':
      return { tone: 'warn', icon: 'warn', text: 'Source not found' };
    case 'in-use':
      return { tone: 'warn', icon: 'lock', text: 'Open in another program' };
  }
}

/** Shape and voxel size, x first. */
export function geometryText({ shape, voxelSizeNm }: RecentProject): string {
  if (shape === null) return 'No volume yet';
  return voxelSizeNm === null ? formatShape(shape) : `${formatShape(shape)} · ${formatVoxelSize(voxelSizeNm)}`;
}

/** How far proofreading is, in words and as a share. */
export function reviewText({ reviewed, segments }: RecentProject): { text: string; fraction: number } {
  if (segments === null) return { text: 'Not segmented yet', fraction: 0 };
  if (reviewed === null || reviewed.total === 0) return { text: formatQuantity(segments, 'segment'), fraction: 0 };
  const fraction = reviewed.done / reviewed.total;
  if (fraction === 1) return { text: `All ${formatCount(reviewed.total)} reviewed`, fraction };
  return { text: `${formatCount(reviewed.done)} of ${formatCount(reviewed.total)} reviewed`, fraction };
}

/** The projects whose name or folder holds all words. */
export function searchProjects(projects: readonly RecentProject[], words: string): RecentProject[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return projects.filter(({ name, directory }) => {
    const text = `${name} ${directory}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** The project whose stopped job is offered first: the one that was opened last. */
export function interruptedProject(projects: readonly RecentProject[]): RecentProject | null {
  return projects.find(({ status, unfinishedJob }) => status === 'interrupted' && unfinishedJob !== null) ?? null;
}

/** Where a key leads in a grid that fills row by row; null for other keys and at the edge. */
export function gridMove(key: string, index: number, count: number, columns: number): number | null {
  const to = {
    ArrowRight: index + 1,
    ArrowLeft: index - 1,
    ArrowDown: index + columns,
    ArrowUp: index - columns,
    Home: 0,
    End: count - 1,
  }[key];
  return to !== undefined && to >= 0 && to < count && to !== index ? to : null;
}
