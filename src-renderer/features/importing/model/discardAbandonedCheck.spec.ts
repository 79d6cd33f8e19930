import { describe, expect, it } from 'vitest';

import type { Client } from '#contract/client.ts';

import { discardAbandonedCheck } from './discardAbandonedCheck.ts';

/** An engine with one folder that was left behind. */
function engine(state: 'interrupted' | 'running', discard: () => Promise<void>) {
  const asked: string[] = [];
  const client = {
    projects: {
      open: ({ body }: { body: { directory: string } }) => {
        asked.push(body.directory);
        return Promise.resolve({ id: 'left0001' });
      },
      discard: () => discard(),
    },
    jobs: { list: () => Promise.resolve([{ project: 'left0001', state }]) },
  };
  return { client: client as unknown as Client, asked };
}
const refuse = () => Promise.reject(new Error('It was not made as a trial.'));

describe('a check that was left behind', () => {
  it('is discarded where its job has ended', async () => {
    let isThere = true;
    const { client, asked } = engine('interrupted', () => Promise.resolve(void (isThere = false)));
    expect(await discardAbandonedCheck(client, '/projects/a-check')).toBe('discarded');
    expect(asked).toEqual(['/projects/a-check']);
    expect(isThere).toBe(false);
  });

  it('is left alone while its job runs: it is of another window', async () => {
    const { client } = engine('running', refuse);
    expect(await discardAbandonedCheck(client, '/projects/a-check')).toBe('running');
  });

  it('is none where the engine does not discard the project', async () => {
    const { client } = engine('interrupted', refuse);
    expect(await discardAbandonedCheck(client, '/projects/a-check')).toBe('none');
  });
});
