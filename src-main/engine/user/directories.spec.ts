import { join } from 'node:path';

import { expect, it } from 'vitest';

import { engineDirectories } from './directories.ts';

const home = '/home/ada';

it('follows the XDG base directories on Linux', () => {
  expect(engineDirectories({}, 'linux', home)).toEqual({
    data: '/home/ada/.local/share/fascicle',
    cache: '/home/ada/.cache/fascicle',
    logs: '/home/ada/.local/state/fascicle/logs',
    projects: '/home/ada/Fascicle',
  });
  expect(engineDirectories({ XDG_DATA_HOME: '/data' }, 'linux', home).data).toBe('/data/fascicle');
});

it('follows the customs of macOS and Windows', () => {
  expect(engineDirectories({}, 'darwin', home).logs).toBe('/home/ada/Library/Logs/Fascicle');
  expect(engineDirectories({ LOCALAPPDATA: 'L', APPDATA: 'R' }, 'win32', home)).toMatchObject({
    data: join('R', 'Fascicle'),
    cache: join('L', 'Fascicle', 'cache'),
  });
});

it('puts everything below FASCICLE_HOME, and the log where FASCICLE_LOGS says', () => {
  const directories = engineDirectories({ FASCICLE_HOME: '/f', XDG_DATA_HOME: '/data' }, 'linux', home);
  expect(Object.values(directories).every((path) => path.startsWith('/f/'))).toBe(true);
  expect(engineDirectories({ FASCICLE_HOME: '/f', FASCICLE_LOGS: '/l' }, 'linux', home).logs).toBe('/l');
});
