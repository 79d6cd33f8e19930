import { expect, it } from 'vitest';

import { crc32c } from './crc32c.ts';

// Check value of the catalogue of CRC algorithms, and vectors of RFC 3720, B.4.
it.each([
  ['123456789', Buffer.from('123456789'), 0xe306_9283],
  ['32 zeros', new Uint8Array(32), 0x8a91_36aa],
  ['32 bytes of ff', new Uint8Array(32).fill(0xff), 0x62a8_ab43],
])('gives the published checksum of %s', (_, bytes, checksum) => {
  expect(crc32c(bytes)).toBe(checksum);
});
