import { describe, expect, it } from 'vitest';

import { createOutbox } from './outbox.ts';
import type { ToWorker } from './protocol.ts';

function setUp() {
  const sent: ToWorker[] = [];
  const frames: (() => void)[] = [];
  const outbox = createOutbox({ post: (message) => sent.push(message), schedule: (run) => frames.push(run) });
  return { sent, outbox, frame: () => frames.splice(0).forEach((run) => run()) };
}
const assignment = (id: number): ToWorker => ({ type: 'assignment', assignment: Uint32Array.of(0, id) });

describe('createOutbox', () => {
  it('sends the newest of a kind once a frame', () => {
    const { sent, outbox, frame } = setUp();
    outbox.put('assignment', assignment(1));
    outbox.put('scene', { type: 'scene', scene: null });
    outbox.put('assignment', assignment(2));
    expect(sent).toEqual([]);
    frame();
    expect(sent).toEqual([assignment(2), { type: 'scene', scene: null }]);
    frame();
    expect(sent.length).toBe(2);
  });

  it('sends what waits before what is asked at once, and goes on with frames', () => {
    const { sent, outbox, frame } = setUp();
    outbox.put('assignment', assignment(1));
    outbox.send({ type: 'usage', request: 0 });
    expect(sent.map(({ type }) => type)).toEqual(['assignment', 'usage']);
    outbox.put('assignment', assignment(2));
    expect(sent.length).toBe(2);
    frame();
    outbox.put('assignment', assignment(3));
    frame();
    expect(sent.slice(2)).toEqual([assignment(2), assignment(3)]);
  });
});
