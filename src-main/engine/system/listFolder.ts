import { opendir, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, extname, isAbsolute, join } from 'node:path';

import type { FileEntry } from '#contract/routes/system.ts';
import { FascicleError } from '#domain/errors.ts';
import { forEachLimited } from '#volumes/concurrency.ts';
import { errorCode, withFileErrors } from '#volumes/fileErrors.ts';

/** A folder as a file dialog shows it. */
export interface Folder {
  readonly directory: string;
  /** Null for the root. */
  readonly parent: string | null;
  /** Folders first, then by name; hidden ones are left out. */
  readonly entries: FileEntry[];
}

const VOLUME_FILES = /\.(h5|hdf5?|hdf|tiff?|nrrd|nhdr)$/i;
const SLICE_FILES = /\.(png|tiff?)$/i;

/** Entries of a folder that are looked at to tell what it is; a folder of slices shows in its first few. */
const GLANCE = 32;
const CONCURRENCY = 16;

/**
 * Lists a folder. Files are not read: what they are is told by their names, and of folders by the names in them.
 *
 * @param directory absolute; the home folder when absent
 * @throws FascicleError 'bad-request' for a path that is not absolute, 'not-found', 'storage' without the right to read it
 */
export async function listFolder(directory: string = homedir()): Promise<Folder> {
  if (!isAbsolute(directory) || directory.includes('\0'))
    throw new FascicleError('bad-request', 'The folder is no full path. Name it from its root.');
  const path = join(directory, '.');
  const names = await withFileErrors(`Listing ${path}`, () => readdir(path));
  const entries: FileEntry[] = [];
  await forEachLimited(
    names.filter((name) => !name.startsWith('.')),
    CONCURRENCY,
    async (name) => {
      const entry = await describe(join(path, name), name);
      if (entry !== null) entries.push(entry);
    },
  );
  const parent = dirname(path);
  return { directory: path, parent: parent === path ? null : parent, entries: entries.sort(inOrder) };
}

/** Null for a link that leads nowhere, and for what vanished meanwhile. */
async function describe(path: string, name: string): Promise<FileEntry | null> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) return null;
  const isFolder = facts.isDirectory();
  return {
    name,
    path,
    kind: isFolder ? await kindOfFolder(path) : facts.isFile() && VOLUME_FILES.test(name) ? 'volume' : 'other',
    sizeBytes: facts.isFile() ? facts.size : null,
    modifiedAt: facts.mtime.toISOString(),
  };
}

async function kindOfFolder(path: string): Promise<FileEntry['kind']> {
  if (/\.(zarr|n5)$/i.test(path)) return 'volume';
  const names = await firstNames(path);
  if (names.includes('project.sqlite')) return 'project';
  if (names.some((name) => ['zarr.json', '.zarray', '.zgroup'].includes(name))) return 'volume';
  const slices = names.filter((name) => SLICE_FILES.test(name) && /\d/.test(name));
  const [first] = slices;
  // A folder that holds nothing but numbered pictures of one kind is a stack of slices.
  const isStack = slices.length > 1 && slices.length === names.length && slices.every(sameKindAs(first));
  return isStack ? 'volume' : 'folder';
}

const sameKindAs = (first: string) => (name: string) => extname(name).toLowerCase() === extname(first).toLowerCase();

/** Names at the beginning of a folder; none where it cannot be read. */
async function firstNames(path: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(path)) {
      names.push(name);
      if (names.length === GLANCE) break;
    }
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
  return names;
}

const rank = (entry: FileEntry): number => (entry.kind === 'folder' || entry.kind === 'project' ? 0 : 1);
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function inOrder(a: FileEntry, b: FileEntry): number {
  return rank(a) - rank(b) || collator.compare(a.name, b.name);
}
