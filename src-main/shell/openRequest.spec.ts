import { resolve } from 'node:path';

import { expect, it } from 'vitest';

import { openRequest } from './openRequest.ts';

it('finds the path between switches, relative to where the program was started', () => {
  expect(openRequest(['--no-sandbox', 'data/cortex.h5', '--enable-logging'], '/home/ann')).toBe(
    resolve('/home/ann', 'data/cortex.h5'),
  );
  expect(openRequest(['--no-sandbox'], '/home/ann')).toBe(null);
  expect(openRequest([], '/home/ann')).toBe(null);
});
