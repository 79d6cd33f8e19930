import { describe, expect, it } from 'vitest';

import { PROVIDERS, candidates, wayTo } from './providers.ts';

describe('candidates', () => {
  it('ends with the processor for auto on every platform', () => {
    for (const platform of ['linux', 'win32', 'darwin', 'freebsd'] as const)
      expect(candidates('auto', platform).at(-1)).toBe('cpu');
    expect(candidates('auto', 'linux')[0]).toBe('cuda');
    expect(candidates('auto', 'win32')[0]).toBe('dml');
  });

  it('is the one that was named, without the processor behind it', () => {
    for (const provider of PROVIDERS) expect(candidates(provider, 'linux')).toEqual([provider]);
  });
});

describe('wayTo', () => {
  it('says what each provider needs', () => {
    for (const provider of PROVIDERS) expect(wayTo(provider)).toMatch(/^It .+\.$/);
  });
});
