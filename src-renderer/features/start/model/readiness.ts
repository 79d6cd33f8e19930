import type { SystemInfo } from '#contract/routes/system.ts';
import { formatMemoryOf, formatQuantity } from '#renderer/format/index.ts';
import type { IconName } from '#renderer/ui/iconNames.ts';

/** One line on whether this machine is ready. */
export interface ReadinessLine {
  readonly icon: IconName;
  readonly text: string;
  readonly title?: string;
  /** 'budget' can be changed in the preferences. */
  readonly status: 'ready' | 'budget' | 'none';
}

const isProcessor = (name: string) => /^cpu/i.test(name);

/** What runs networks, the memory that may be used, and that nothing leaves the machine. */
export function readinessLines(system: SystemInfo): ReadinessLine[] {
  const best = system.providers.find(({ available }) => available);
  const refused = system.providers.filter(({ available, name }) => !available && !isProcessor(name));
  const title = refused.map(({ name, detail }) => `${name}: ${detail}`).join('\n');
  return [
    {
      icon: 'chip',
      text:
        best === undefined || isProcessor(best.name)
          ? `CPU, ${formatQuantity(system.processors, 'core')}`
          : gpuText(best),
      ...(title === '' ? {} : { title }),
      status: 'ready',
    },
    {
      icon: 'mem',
      text: `Memory budget, ${formatMemoryOf(system.memoryBudgetBytes, system.memoryBytes)}`,
      status: 'budget',
    },
    { icon: 'shield', text: 'Network access', status: 'none' },
  ];
}

function gpuText({ name, detail }: SystemInfo['providers'][number]): string {
  return detail === '' || detail.length > 40 ? `GPU, ${name.toUpperCase()}` : `${detail}, ${name.toUpperCase()}`;
}
