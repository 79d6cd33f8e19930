import { expect, it, vi } from 'vitest';

import { createInterrupts } from './interrupts.ts';

it('asks first, takes an echo for the same, and ends at the second', () => {
  const end = vi.fn();
  let time = 1000;
  const { signal, interrupt } = createInterrupts(end, () => time);
  expect(signal.aborted).toBe(false);
  interrupt();
  expect(signal.aborted).toBe(true);
  time += 20;
  interrupt();
  expect(end).not.toHaveBeenCalled();
  time += 1000;
  interrupt();
  expect(end).toHaveBeenCalledOnce();
});
