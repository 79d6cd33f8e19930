import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';

import { useNoticeStore } from './store.ts';

const fake = createFakeEngine({ system: { report: () => undefined } });
beforeEach(() => {
  vi.useFakeTimers();
  provideEngine(fake.engine);
  setActivePinia(createPinia());
});

describe('notices', () => {
  it('keep errors and let good news go', () => {
    const store = useNoticeStore();
    store.notify({ level: 'err', title: 'The disk is full' });
    store.notify({ level: 'ok', title: 'Exported' });
    vi.runAllTimers();
    expect(store.notices.map(({ title }) => title)).toEqual(['The disk is full']);
  });
  it('say the same thing once', () => {
    const store = useNoticeStore();
    store.notify({ level: 'err', title: 'Lost', reason: 'a' });
    store.notify({ level: 'err', title: 'Lost', reason: 'a' });
    expect(store.notices).toHaveLength(1);
  });
  it('write defects into the log', async () => {
    useNoticeStore().report(new TypeError('broken'), 'A part of the window failed');
    await expect.poll(() => fake.callsOf('system.report')).toHaveLength(1);
    expect(fake.callsOf('system.report')[0].body).toMatchObject({ message: 'A part of the window failed: broken' });
  });
});

describe('ask', () => {
  it('resolves with the answer and closes', async () => {
    const store = useNoticeStore();
    const answer = store.ask({ title: 'Cancel?', text: '', confirm: 'Cancel the run' });
    store.question?.answer(true);
    expect(await answer).toBe(true);
    expect(store.question).toBeNull();
  });
  it('answers an open question with no when another comes', async () => {
    const store = useNoticeStore();
    const first = store.ask({ title: 'First', text: '', confirm: 'Yes' });
    void store.ask({ title: 'Second', text: '', confirm: 'Yes' });
    expect(await first).toBe(false);
    expect(store.question?.title).toBe('Second');
  });
});
