import { readFile } from 'node:fs/promises';

import type { Browser } from 'playwright-core';

/** Processor time of each kind of process of the browser, and of the engine: what remains comparable on a busy machine. */
export interface Processor {
  /** The page, with its workers. */
  readonly page: number;
  /** What draws: where there is no graphics card, the rasteriser is a part of it. */
  readonly graphics: number;
  /** All else of the browser; its network among it. */
  readonly rest: number;
  /** NaN where the system does not tell. */
  readonly engine: number;
}

/** Milliseconds of processor time for each of `count` actions, of a browser and of the process of an engine. */
export async function processorOf(
  browser: Browser,
  engine: number,
  count: number,
  work: () => Promise<void>,
): Promise<Processor> {
  const session = await browser.newBrowserCDPSession();
  const read = async (): Promise<Record<keyof Processor, number>> => {
    const seconds = { page: 0, graphics: 0, rest: 0, engine: await processorSeconds(engine) };
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    for (const { type, cpuTime } of processInfo)
      seconds[type === 'renderer' ? 'page' : type === 'GPU' ? 'graphics' : 'rest'] += cpuTime;
    return seconds;
  };
  const before = await read();
  await work();
  const after = await read();
  await session.detach();
  const each = (part: keyof Processor): number => (1000 * (after[part] - before[part])) / count;
  return { page: each('page'), graphics: each('graphics'), rest: each('rest'), engine: each('engine') };
}

/** Clock ticks in a second, as Linux counts a process's time everywhere. */
const TICKS = 100;

/** Linux alone keeps this where it can be read; NaN elsewhere. */
async function processorSeconds(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in brackets, may hold spaces; user and system time are the 12th and 13th word after it.
  const [user, system] = status
    .slice(status.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11);
  return (Number(user) + Number(system)) / TICKS;
}
