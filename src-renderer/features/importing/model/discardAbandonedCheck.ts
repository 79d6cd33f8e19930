import type { Client } from '#contract/client.ts';

/**
 * Deletes the check that a window or an engine left behind when it ended; its folder would be in the way of the next. The engine deletes no
 * other folder, and a check that runs is somebody's.
 *
 * @returns whether it is gone, it still runs, or there is none
 */
export async function discardAbandonedCheck(
  client: Client,
  directory: string,
): Promise<'discarded' | 'running' | 'none'> {
  try {
    const { id } = await client.projects.open({ body: { directory } });
    const jobs = await client.jobs.list();
    if (jobs.some(({ project, state }) => project === id && state === 'running')) return 'running';
    await client.projects.discard({ params: { project: id } });
    return 'discarded';
  } catch {
    // It is no project, or no check: what the engine said about the folder stands.
    return 'none';
  }
}
