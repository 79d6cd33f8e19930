import { cp, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fingerprintVolume } from './fingerprint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fascicle-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('fingerprintVolume', () => {
  const bytes = Buffer.alloc(5_000_000, 7);

  it('does not depend on name and time', async () => {
    const [a, b] = [join(folder, 'a.raw'), join(folder, 'b.raw')];
    await writeFile(a, bytes);
    const before = await fingerprintVolume(a);
    await rename(a, b);
    await utimes(b, 1, 1);
    expect(await fingerprintVolume(b)).toBe(before);
    expect(before).toMatch(/^sampled-sha256:[0-9a-f]{64}$/);
  });

  it('depends on the size, the start and the end', async () => {
    const variants = [bytes, Buffer.concat([bytes, Buffer.of(7)]), Buffer.from(bytes), Buffer.from(bytes)];
    variants[2]![0] = 8;
    variants[3]![bytes.length - 1] = 8;
    const prints = await Promise.all(
      variants.map(async (content, index) => {
        const path = join(folder, String(index));
        await writeFile(path, content);
        return fingerprintVolume(path);
      }),
    );
    expect(new Set(prints).size).toBe(4);
  });

  it('of a Zarr folder depends on its metadata, its files and their content', async () => {
    const source = join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures', 'volumes', 'v3.zarr', 'zstd');
    const copy = join(folder, 'copy.zarr');
    await cp(source, copy, { recursive: true });
    const original = await fingerprintVolume(source);
    expect(await fingerprintVolume(copy)).toBe(original);
    await writeFile(join(copy, 'c', '0', '0', '0'), 'other');
    const changed = await fingerprintVolume(copy);
    await rm(join(copy, 'c', '1', '0', '0'));
    expect(new Set([original, changed, await fingerprintVolume(copy)]).size).toBe(3);
  });

  it('of nothing is an error', async () => {
    await expect(fingerprintVolume(join(folder, 'missing'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});
