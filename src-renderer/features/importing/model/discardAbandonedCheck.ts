import type { Client } from '#contract/client.ts';

/**
 * Deletes the check that a window or an engine left behind when it ended; its folder would be in the way of the next. The engine deletes no
 * other folder, and a check that runs is somebody's.
 *
 * @returns whether there was one and it is gone
 */
export async function discardAbandonedCheck(client: Client, directory: string): Promise<boolean> {
  try {
    const { id } = await client.projects.open({ body: { directory } });
    const jobs = await client.jobs.list();
    if (jobs.some(({ project, state }) => project === id && state === 'running')) return false;
    await client.projects.discard({ params: { project: id } });
    return true;
  } catch {
    // It is no project, or no check: what the engine said about the folder stands.
    return false;
  }
}
