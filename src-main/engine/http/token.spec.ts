import { expect, it } from 'vitest';

import { bearsToken, createToken } from './token.ts';

it('makes another token of 256 bits each time', () => {
  const tokens = Array.from({ length: 20 }, createToken);
  expect(new Set(tokens).size).toBe(20);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
});

it('accepts the token as a bearer and nothing else', () => {
  const token = createToken();
  expect(bearsToken(`Bearer ${token}`, token)).toBe(true);
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token} ${token}`,
    'Bearer \u00e9',
  ])
    expect(bearsToken(header, token)).toBe(false);
});
