import type { Client } from '#contract/client.ts';
import { EVENTS_PATH, eventSchema } from '#contract/events.ts';

/** Listens to the events of an engine as a window does. */
export interface EditFollower {
  /** Ends when the event of an edit at this revision of its project, or a later one, has come and was read. */
  at(revision: number): Promise<void>;
  end(): void;
}

/** Begins to listen; returns when the line stands. */
export async function followEdits(client: Client): Promise<EditFollower> {
  const controller = new AbortController();
  const answer = await client.fetch(EVENTS_PATH, { signal: controller.signal });
  let waiting: { revision: number; done: () => void }[] = [];
  void listen(answer, (revision) => {
    const reached = waiting.filter((one) => one.revision <= revision);
    waiting = waiting.filter((one) => one.revision > revision);
    for (const { done } of reached) done();
  }).catch(() => undefined);
  return {
    at: (revision) => new Promise((done) => waiting.push({ revision, done })),
    end: () => controller.abort(),
  };
}

async function listen(answer: Response, tell: (projectRevision: number) => void): Promise<void> {
  let text = '';
  for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
    const messages = (text + part).split('\n\n');
    text = messages.pop()!;
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data === undefined) continue;
      const event = eventSchema.parse(JSON.parse(data));
      if (event.type === 'assignment') tell(event.projectRevision);
    }
  }
}
