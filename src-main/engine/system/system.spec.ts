import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { freeDiskBytes, requireFreeDisk } from './freeDisk.ts';
import { listFolder } from './listFolder.ts';
import { receiveUpload } from './receiveUpload.ts';
import { residentBytes } from './residentMemory.ts';

const root = mkdtempSync(join(tmpdir(), 'fascicle-system-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'x'));
});
const put = (...parts: string[]) => {
  mkdirSync(join(folder, ...parts.slice(0, -1)), { recursive: true });
  writeFileSync(join(folder, ...parts), 'x');
};
const kinds = async () => Object.fromEntries((await listFolder(folder)).entries.map(({ name, kind }) => [name, kind]));

describe('a folder', () => {
  it('lists folders first, then files, in the order that a person counts, without hidden ones', async () => {
    for (const name of ['b10.h5', 'b9.h5', 'A.txt', '.hidden']) put(name);
    mkdirSync(join(folder, 'z'));
    mkdirSync(join(folder, '.git'));
    expect((await listFolder(folder)).entries.map(({ name }) => name)).toEqual(['z', 'A.txt', 'b9.h5', 'b10.h5']);
  });

  it('tells volumes and projects by names, and reads no file', async () => {
    for (const name of ['a.h5', 'b.HDF5', 'c.tif', 'd.nrrd', 'e.txt', 'f.png']) put(name);
    mkdirSync(join(folder, 'g.zarr'));
    put('h', 'zarr.json');
    put('i', 'project.sqlite');
    put('j', 'notes.txt');
    for (const n of ['01', '02', '03']) put('stack', `slice${n}.png`);
    for (const n of ['01', '02']) put('mixed', `slice${n}.png`);
    put('mixed', 'readme.md');
    expect(await kinds()).toEqual({
      'a.h5': 'volume',
      'b.HDF5': 'volume',
      'c.tif': 'volume',
      'd.nrrd': 'volume',
      'e.txt': 'other',
      'f.png': 'other',
      'g.zarr': 'volume',
      h: 'volume',
      i: 'project',
      j: 'folder',
      stack: 'volume',
      mixed: 'folder',
    });
  });

  it('leaves out links that lead nowhere, and gives sizes of files alone', async () => {
    put('a.h5');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    const { entries, parent } = await listFolder(folder);
    expect(entries).toMatchObject([{ name: 'a.h5', sizeBytes: 1 }]);
    expect(parent).toBe(root);
    expect((await listFolder('/')).parent).toBeNull();
  });

  it('that is not there, or not named from the root, is refused', async () => {
    await expect(listFolder(join(folder, 'nowhere'))).rejects.toMatchObject({ kind: 'not-found' });
    await expect(listFolder('somewhere')).rejects.toMatchObject({ kind: 'bad-request' });
    put('file');
    await expect(listFolder(join(folder, 'file'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('an upload', () => {
  const never = new AbortController().signal;
  const streamOf = (...parts: string[]) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of parts) controller.enqueue(Buffer.from(part));
        controller.close();
      },
    });
  const upload = (name: string, parts: string[] = ['abc', 'def'], length: number | null = null) =>
    receiveUpload(join(folder, 'uploads'), { name, length, stream: streamOf(...parts) }, never);
  const left = () => (existsSync(join(folder, 'uploads')) ? readdirSync(join(folder, 'uploads')) : []);

  it('is kept under its name, and under another where that is taken', async () => {
    const [first, second] = await Promise.all([upload('a.h5'), upload('a.h5', ['other'])]);
    expect(readFileSync(first.path, 'utf8')).toBe('abcdef');
    expect(first.sizeBytes).toBe(6);
    expect(readFileSync(second.path, 'utf8')).toBe('other');
    expect(left().sort()).toEqual(['a (2).h5', 'a.h5']);
  });

  it.each(['../a.h5', 'a/b', 'a\\b', '.', '..', '.hidden', 'a\u0000b', 'a\n', 'C:', 'nul.txt', 'a ', 'x'.repeat(201)])(
    'named %j is refused',
    async (name) => {
      await expect(upload(name)).rejects.toMatchObject({ kind: 'bad-request' });
      expect(left()).toEqual([]);
    },
  );

  it('that is empty, cut off or given up leaves nothing behind', async () => {
    await expect(upload('a', [])).rejects.toMatchObject({ kind: 'bad-request' });
    await expect(upload('b', ['abc'], 7)).rejects.toMatchObject({ kind: 'bad-request' });
    const giveUp = new AbortController();
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(Buffer.from('abc'));
        giveUp.abort();
      },
    });
    await expect(
      receiveUpload(join(folder, 'uploads'), { name: 'c', length: null, stream }, giveUp.signal),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    expect(left()).toEqual([]);
  });

  it('that does not fit on the disk is refused before a byte is taken', async () => {
    await expect(upload('a', ['abc'], 1e18)).rejects.toMatchObject({ kind: 'storage' });
    expect(left()).toEqual([]);
  });
});

it('free disk is told for a folder that is yet to be made', async () => {
  expect(await freeDiskBytes(join(folder, 'not', 'made', 'yet'))).toBeGreaterThan(0);
  await expect(requireFreeDisk(folder, 1)).resolves.toBeUndefined();
});

it('resident memory is that of this process at least', async () => {
  expect(await residentBytes()).toBeGreaterThan(10 * 2 ** 20);
});
