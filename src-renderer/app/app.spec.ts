import { describe, expect, it, vi } from 'vitest';

import { parsePosition, writePosition } from './parsePosition.ts';
import { readSession } from './session.ts';

describe('readSession', () => {
  const storage = (token: string | null = null) => ({ getItem: () => token, setItem: vi.fn() });
  const location = (hash: string) => ({ hash, pathname: '/', search: '' });

  it('takes the token out of the address bar and keeps it for this tab', () => {
    const replaceState = vi.fn();
    const kept = storage();
    const session = readSession(location('#token=abc&project=p1'), { replaceState }, kept);
    expect(session).toEqual({ token: 'abc', project: 'p1' });
    expect(replaceState).toHaveBeenCalledWith(null, '', '/');
    expect(kept.setItem).toHaveBeenCalledWith('fascicle.token', 'abc');
  });
  it('remembers the token when the page is loaded again', () =>
    expect(readSession(location(''), { replaceState: vi.fn() }, storage('abc'))).toEqual({
      token: 'abc',
      project: null,
    }));
  it('has none where none was ever given', () =>
    expect(readSession(location(''), { replaceState: vi.fn() }, storage()).token).toBeNull());
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
