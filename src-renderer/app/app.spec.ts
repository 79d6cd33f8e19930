import { describe, expect, it, vi } from 'vitest';

import { parsePosition, writePosition } from './parsePosition.ts';
import { keepProject, readSession } from './session.ts';

describe('readSession', () => {
  /** A tab's storage. */
  const storage = (entries: readonly (readonly [string, string])[] = []) => {
    const kept = new Map(entries);
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
  };
  const location = (hash: string) => ({ hash, pathname: '/', search: '' });
  const history = () => ({ replaceState: vi.fn() });

  it('takes the token out of the address bar and keeps it for this tab', () => {
    const [bar, tab] = [history(), storage()];
    expect(readSession(location('#token=abc&project=p1'), bar, tab)).toEqual({ token: 'abc', project: 'p1' });
    expect(bar.replaceState).toHaveBeenCalledWith(null, '', '/');
    expect([...tab.kept]).toEqual([['fascicle.token', 'abc']]);
  });
  it('remembers the token and the project that was shown when the page is loaded again', () => {
    const tab = storage();
    readSession(location('#token=abc'), history(), tab);
    keepProject('p2', tab);
    expect(readSession(location(''), history(), tab)).toEqual({ token: 'abc', project: 'p2' });
    keepProject(null, tab);
    expect(readSession(location(''), history(), tab)).toEqual({ token: 'abc', project: null });
  });
  it('goes where a new address says, not where the tab was', () => {
    const tab = storage([
      ['fascicle.token', 'old'],
      ['fascicle.project', 'p2'],
    ]);
    expect(readSession(location('#token=abc'), history(), tab)).toEqual({ token: 'abc', project: null });
  });
  it('has none where none was ever given', () =>
    expect(readSession(location(''), history(), storage()).token).toBeNull());
});

describe('positions', () => {
  const shape = [80, 1024, 1024] as const;
  const voxelSize = [30, 6, 6] as const;

  it.each(['585, 236, 47', '585 236 47', '(585; 236; 47)', 'x 585 y 236 z 47'])('reads %s', (text) =>
    expect(parsePosition(text, 'voxels', shape, voxelSize)).toEqual([47, 236, 585]),
  );
  it('reads nanometres', () => expect(parsePosition('60, 12, 90', 'nm', shape, voxelSize)).toEqual([3, 2, 10]));
  it('refuses what is outside or no position', () => {
    expect(parsePosition('1024, 0, 0', 'voxels', shape, voxelSize)).toBeNull();
    expect(parsePosition('-1, 0, 0', 'voxels', shape, voxelSize)).toBeNull();
    expect(parsePosition('1, 2', 'voxels', shape, voxelSize)).toBeNull();
    expect(parsePosition('1, 2, 3', 'nm', shape, null)).toBeNull();
  });
  it('writes what it reads', () => {
    expect(writePosition([47, 236, 585], 'voxels', voxelSize)).toBe('585, 236, 47');
    expect(writePosition([3, 2, 10], 'nm', voxelSize)).toBe('60, 12, 90');
  });
});
