import { isFascicleError } from '#domain/errors.ts';
import type { ChildMessage } from '#engine/jobs/childJob.ts';

/**
 * Makes this process the child that `runInChild` talks to: runs the one request that comes, reports, and ends.
 * It also ends when the parent is gone, so that nothing is left running.
 */
export function serveJob<Request, Progress, Result>(
  run: (request: Request, onProgress: (progress: Progress) => void) => Promise<Result>,
): void {
  const send = (message: ChildMessage<Progress, Result>) =>
    new Promise<void>((resolve) => process.send!(message, undefined, {}, () => resolve()));
  process.on('disconnect', () => process.exit(1));
  process.once('message', async (request: Request) => {
    try {
      const result = await run(request, (progress) => void send({ type: 'progress', progress }));
      await send({ type: 'done', result });
    } catch (error) {
      const kind = isFascicleError(error) ? error.kind : 'internal';
      const message =
        isFascicleError(error) || !(error instanceof Error) ? String((error as Error).message ?? error) : error.stack!;
      await send({ type: 'failed', error: { kind, message } });
    }
    process.exit(0);
  });
}
