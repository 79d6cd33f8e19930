import { readFile, readdir } from 'node:fs/promises';

/**
 * Resident memory of a process and all that it started, bytes. Shared pages count in each. On systems other than Linux the processes
 * that were started are not seen, and this one alone is given.
 */
export async function residentBytes(pid: number = process.pid): Promise<number> {
  if (process.platform !== 'linux') return process.memoryUsage.rss();
  const children = await childrenOf(pid);
  const sizes = await Promise.all([ownBytes(pid), ...children.map((child) => residentBytes(child))]);
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** 0 for a process that has ended meanwhile. */
async function ownBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

/** Any thread may have started a process. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter((text) => text.trim() !== '')).map(Number);
}
