import { expect, it } from 'vitest';

import { startUpdates } from './updates.ts';

function fakeUpdater() {
  const calls: string[] = [];
  let fail: (error: Error) => void = () => undefined;
  return {
    calls,
    fail: (error: Error) => fail(error),
    updater: {
      setFeedURL: ({ url }: { url: string }) => void calls.push(url),
      checkForUpdates: () => void calls.push('check'),
      on: (_event: 'error', listener: (error: Error) => void) => (fail = listener),
    },
  };
}

it.each([undefined, '', 'http://example.org/feed', 'file:///etc', 'nonsense'])(
  'asks nobody for the feed %j',
  (feed) => {
    const { calls, updater } = fakeUpdater();
    expect(startUpdates(feed, updater, () => undefined)).toContain('off');
    expect(calls).toEqual([]);
  },
);

it('looks once at a feed that a lab names, and a failure is only a line in the log', () => {
  const { calls, fail, updater } = fakeUpdater();
  const lines: string[] = [];
  startUpdates('https://lab.example.org/fascicle', updater, (line) => lines.push(line));
  expect(calls).toEqual(['https://lab.example.org/fascicle', 'check']);
  fail(new Error('no route'));
  expect(lines).toEqual(['Looking for updates failed: no route']);
});
