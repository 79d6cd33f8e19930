import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Command } from './command.ts';
import {
  commandsOfChord,
  currentCommands,
  keysOf,
  onCommandFailed,
  onCommandRun,
  refusalOf,
  registerCommands,
  runCommand,
  setKeySettings,
} from './registry.ts';

const command = (more: Partial<Command> = {}): Command => ({
  id: 'test.run',
  label: 'Run',
  group: 'Test',
  run: () => undefined,
  ...more,
});
const endings: (() => void)[] = [];
const register = (...commands: Command[]): void => void endings.push(registerCommands(commands));
afterEach(() => {
  for (const end of endings.splice(0)) end();
  setKeySettings('neuroglancer', {});
});

describe('registerCommands', () => {
  it('refuses an id twice', () => {
    register(command());
    expect(() => registerCommands([command()])).toThrow(/twice/);
  });
  it('is undone by what it returns', () => {
    registerCommands([command()])();
    expect(currentCommands()).toEqual([]);
  });
});

describe('runCommand', () => {
  it('runs what exists and is not refused', () => {
    const run = vi.fn();
    const heard = vi.fn();
    endings.push(onCommandRun(heard));
    register(command({ run }));
    expect(runCommand('test.run')).toBe(true);
    expect(run).toHaveBeenCalledOnce();
    expect(heard).toHaveBeenCalledOnce();
  });
  it('runs nothing that is refused, absent here, or unknown', () => {
    const run = vi.fn();
    register(command({ run, refusal: () => 'No' }), command({ id: 'test.absent', run, when: () => false }));
    expect([runCommand('test.run'), runCommand('test.absent'), runCommand('test.none')]).toEqual([false, false, false]);
    expect(run).not.toHaveBeenCalled();
  });
  it.each([
    [
      'at once',
      () => {
        throw new Error('broken');
      },
    ],
    ['later', () => Promise.reject(new Error('broken'))],
  ])('tells who listens of a failure %s', async (_, run) => {
    const failed = vi.fn();
    endings.push(onCommandFailed(failed));
    register(command({ run }));
    runCommand('test.run');
    await expect.poll(() => failed.mock.calls).toHaveLength(1);
    expect(failed.mock.calls[0][1]).toEqual(new Error('broken'));
  });
});

describe('keys', () => {
  it('follow the settings', () => {
    register(command({ keys: ['ctrl+j', 'J'] }));
    expect(keysOf('test.run')).toBe('Mod+J');
    expect(commandsOfChord('J').map(({ id }) => id)).toEqual(['test.run']);
    setKeySettings('neuroglancer', { 'test.run': 'X' });
    expect(keysOf('test.run')).toBe('X');
    expect(commandsOfChord('J')).toEqual([]);
  });
  it('may belong to commands of which one exists here', () => {
    register(command({ keys: 'X', when: () => false }), command({ id: 'test.other', keys: 'X' }));
    expect(commandsOfChord('X')).toHaveLength(2);
    expect(refusalOf(commandsOfChord('X')[0])).not.toBeNull();
  });
});
