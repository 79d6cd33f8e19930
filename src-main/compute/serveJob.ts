import { isFascicleError } from '#domain/errors.ts';
import type { ChildFailure, ChildMessage } from '#engine/jobs/childJob.ts';

/**
 * Makes this process the child that `runInChild` talks to: runs the one request that comes, reports, and ends. It may be
 * killed at any time; it also ends when its parent does, so that nothing is left running.
 */
export function serveJob<Request, Progress, Result>(
  run: (request: Request, onProgress: (progress: Progress) => void) => Promise<Result>,
): void {
  const send = (message: ChildMessage<Progress, Result>, then: () => void = () => undefined) =>
    void process.send?.(message, then);
  const end = () => process.disconnect();
  process.once('disconnect', () => process.exit());
  process.once('message', (request: Request) => {
    run(request, (progress) => send({ type: 'progress', progress })).then(
      (result) => send({ type: 'done', result }, end),
      (error: unknown) => send({ type: 'failed', error: describeFailure(error) }, end),
    );
  });
}

/** An error as it crosses to the parent. */
export function describeFailure(error: unknown): ChildFailure {
  if (isFascicleError(error)) return { kind: error.kind, message: error.message };
  if (error instanceof Error) return { kind: 'internal', message: error.message, stack: error.stack };
  return { kind: 'internal', message: String(error) };
}
