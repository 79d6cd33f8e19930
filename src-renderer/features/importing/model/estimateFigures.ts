import type { Estimate } from '#contract/routes/projects.ts';
import { formatBytes, formatCount, formatMemory, formatTimeLeft } from '#renderer/format/index.ts';

/** One of the four figures of what a run will take. */
export interface EstimateFigure {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
  readonly tone?: 'warn' | 'err';
}

const UNKNOWN = '–';

/** The figures of an estimate; the same four with dashes before there is one, so that nothing jumps. */
export function estimateFigures(estimate: Estimate | null): EstimateFigure[] {
  if (estimate === null)
    return ['Time', 'Disk, new', 'Memory, peak', 'Blocks'].map((name) => ({ name, value: UNKNOWN, detail: THIN_LINE }));
  const { seconds, basis, diskBytes, freeDiskBytes, memoryBytes, memoryBudgetBytes, blocks } = estimate;
  return [
    { name: 'Time', value: seconds === null ? 'not known' : formatTimeLeft(seconds), detail: basis },
    {
      name: 'Disk, new',
      value: formatBytes(diskBytes),
      detail: freeDiskBytes === null ? 'free space not known' : `${formatBytes(freeDiskBytes)} free`,
      ...(freeDiskBytes !== null && diskBytes > freeDiskBytes ? { tone: 'err' as const } : {}),
    },
    {
      name: 'Memory, peak',
      value: formatMemory(memoryBytes),
      detail: `of the ${formatMemory(memoryBudgetBytes)} budget`,
      ...(memoryBytes > memoryBudgetBytes ? { tone: 'err' as const } : {}),
    },
    {
      name: 'Blocks',
      value: formatCount(blocks),
      detail: blocks === 1 ? 'it can be resumed' : 'each one can be resumed',
    },
  ];
}

/** Keeps the height of a line. */
const THIN_LINE = '\u00a0';
