import { EventEmitter } from 'node:events';

import { expect, it } from 'vitest';

import { createEngineHost } from './engineHost.ts';
import type { EngineProcess, EngineStart, EngineState } from './engineHost.ts';

class FakeEngine extends EventEmitter implements EngineProcess {
  readonly sent: EngineStart[] = [];
  isKilled = false;
  postMessage(message: EngineStart): void {
    this.sent.push(message);
  }
  kill(): boolean {
    this.isKilled = true;
    return true;
  }
}

function host() {
  const engines: FakeEngine[] = [];
  const states: EngineState[] = [];
  const delays: { milliseconds: number; then: () => void }[] = [];
  const engine = createEngineHost({
    spawn: () => engines[engines.push(new FakeEngine()) - 1]!,
    token: 'secret',
    onState: (state) => states.push(state),
    delay: (milliseconds, then) => delays.push({ milliseconds, then }),
  });
  return { engine, engines, states, delays };
}

const ready = { type: 'ready', port: 4711, address: 'http://127.0.0.1:4711/#token=secret' } as const;

it('starts a crashed engine again at the same port with the same token, so that windows find it', () => {
  const { engine, engines, states, delays } = host();
  engine.start();
  engines[0]!.emit('message', ready);
  engines[0]!.emit('exit', 139);
  expect(states.at(-1)).toEqual({ kind: 'restarting', exitCode: 139, attempt: 1 });
  delays[0]!.then();
  expect(engines[1]!.sent).toEqual([{ type: 'start', port: 4711, token: 'secret' }]);
  engines[1]!.emit('message', ready);
  expect(states.at(-1)).toEqual({ kind: 'ready', address: ready.address });
});

it('waits longer with each failed start and then gives up until it is asked', () => {
  const { engine, engines, states, delays } = host();
  engine.start();
  for (let i = 0; states.at(-1)!.kind !== 'given-up'; i++) {
    engines[i]!.emit('exit', 1);
    delays[i]?.then();
  }
  const pauses = delays.map(({ milliseconds }) => milliseconds);
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  const before = engines.length;
  engine.restart();
  expect(engines.length).toBe(before + 1);
  expect(states.at(-1)).toEqual({ kind: 'starting' });
});

it('ends the engine when the program ends, and does not take that for a crash', () => {
  const { engine, engines, states } = host();
  engine.start();
  engine.stop();
  expect(engines[0]!.isKilled).toBe(true);
  engines[0]!.emit('exit', 0);
  expect(engines.length).toBe(1);
  expect(states.at(-1)).toEqual({ kind: 'stopped' });
});

it('replaces an engine that hangs without counting it as a crash', () => {
  const { engine, engines, states } = host();
  engine.start();
  engine.restart();
  expect(engines[0]!.isKilled).toBe(true);
  engines[0]!.emit('exit', 9);
  expect(states.filter(({ kind }) => kind === 'restarting')).toEqual([]);
});
