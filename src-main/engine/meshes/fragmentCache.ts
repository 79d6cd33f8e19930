import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import Database from 'better-sqlite3';

/** Names a fragment: the part of a supervoxel's surface in a block of a level. */
export interface FragmentKey {
  readonly level: number;
  readonly supervoxel: number;
  readonly block: number;
  /** Of the supervoxel's voxels; a fragment of another version is as good as none. */
  readonly version: number;
}

/** Encoded fragments by key, in memory and on disk. An empty array says that the supervoxel has no face in the block. */
export interface FragmentCache {
  get(key: FragmentKey): Uint8Array | undefined;
  /** Keeps fragments, in one transaction. */
  putAll(fragments: readonly (readonly [FragmentKey, Uint8Array])[]): void;
  close(): void;
}

export interface FragmentCacheOptions {
  /** File on disk; null to keep fragments in memory only. */
  readonly path: string | null;
  /** What fragments depend on besides their key; a file of another one is emptied. */
  readonly makers: string;
  readonly diskBytes: number;
  readonly memoryBytes: number;
}

/** 'FMSH': tells the cache from any other SQLite file. */
const APPLICATION_ID = 0x464d5348;

/** Rows that are dropped at a time when the file is full, oldest first. */
const ROWS_TO_DROP = 4096;

/**
 * Opens a cache. Everything in it can be made again, so nothing here is worth an error: a damaged entry is as good as none, a
 * damaged file is replaced, and a disk that is full or read-only leaves the memory.
 */
export function openFragmentCache(options: FragmentCacheOptions): FragmentCache {
  const memory = openMemory(options.memoryBytes);
  let disk = options.path === null ? null : openDisk(options.path, options);

  /** Runs `work` on the disk's cache, replacing it where it is damaged and going without where it fails. */
  function onDisk<T>(work: (disk: Disk) => T): T | undefined {
    if (disk === null) return undefined;
    try {
      return work(disk);
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      disk.close();
      disk = isDamage(error) ? replaceDisk(options.path!, options) : null;
      return undefined;
    }
  }

  return {
    get(key) {
      const name = nameOf(key);
      const kept = memory.get(name);
      if (kept !== undefined) return kept;
      const bytes = onDisk((open) => open.get(key));
      if (bytes !== undefined) memory.put(name, bytes);
      return bytes;
    },
    putAll(fragments) {
      for (const [key, bytes] of fragments) memory.put(nameOf(key), bytes);
      onDisk((open) => open.putAll(fragments));
    },
    close() {
      memory.clear();
      disk?.close();
      disk = null;
    },
  };
}

const nameOf = ({ level, supervoxel, block, version }: FragmentKey): string =>
  `${level}/${supervoxel}/${block}/${version}`;

interface Disk {
  get(key: FragmentKey): Uint8Array | undefined;
  putAll(fragments: readonly (readonly [FragmentKey, Uint8Array])[]): void;
  close(): void;
}

function openDisk(path: string, options: FragmentCacheOptions): Disk | null {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return makeDisk(path, options);
  } catch (error) {
    if (error instanceof Database.SqliteError && isDamage(error)) return replaceDisk(path, options);
    if (isExpected(error)) return null;
    throw error;
  }
}

function replaceDisk(path: string, options: FragmentCacheOptions): Disk | null {
  try {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
    return makeDisk(path, options);
  } catch (error) {
    if (isExpected(error)) return null;
    throw error;
  }
}

/** Errors of the database and of the file system; anything else is a defect. */
function isExpected(error: unknown): boolean {
  return error instanceof Database.SqliteError || (error instanceof Error && 'syscall' in error);
}

function isDamage({ code }: { code: string }): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|SCHEMA|ERROR|MISMATCH|CONSTRAINT)/.test(code);
}

function makeDisk(path: string, { makers, diskBytes }: FragmentCacheOptions): Disk {
  const database = new Database(path);
  try {
    // A lost cache costs time only, so the disk need not be waited for.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    prepare(database, makers);
    const select = database.prepare(
      'SELECT data, crc FROM fragments WHERE level = ? AND supervoxel = ? AND block = ? AND version = ?',
    );
    const insert = database.prepare('INSERT OR REPLACE INTO fragments VALUES (?, ?, ?, ?, ?, ?)');
    const dropOldest = database.prepare(
      'DELETE FROM fragments WHERE rowid IN (SELECT rowid FROM fragments ORDER BY rowid LIMIT ?)',
    );
    const usedBytes = (): number => {
      const pragma = (name: string) => database.pragma(name, { simple: true }) as number;
      return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
    };
    const putAll = database.transaction((fragments: readonly (readonly [FragmentKey, Uint8Array])[]) => {
      for (const [{ level, supervoxel, block, version }, bytes] of fragments)
        insert.run(level, supervoxel, block, version, crc32(bytes), bytes);
      while (usedBytes() > diskBytes && dropOldest.run(ROWS_TO_DROP).changes > 0);
    });
    return {
      get({ level, supervoxel, block, version }) {
        const row = select.get(level, supervoxel, block, version) as { data: Buffer; crc: number } | undefined;
        if (row === undefined || crc32(row.data) !== row.crc) return undefined;
        return row.data;
      },
      putAll: (fragments) => putAll.immediate(fragments),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: Database.Database, makers: string): void {
  database
    .transaction(() => {
      const isOurs = database.pragma('application_id', { simple: true }) === APPLICATION_ID;
      const made = isOurs ? database.prepare('SELECT made_by FROM maker').pluck().get() : undefined;
      if (made === makers) return;
      database.exec(`
        DROP TABLE IF EXISTS fragments;
        DROP TABLE IF EXISTS maker;
        CREATE TABLE maker (made_by TEXT NOT NULL) STRICT;
        CREATE TABLE fragments (
          level INTEGER NOT NULL,
          supervoxel INTEGER NOT NULL,
          block INTEGER NOT NULL,
          version INTEGER NOT NULL,
          crc INTEGER NOT NULL,
          data BLOB NOT NULL,
          PRIMARY KEY (level, supervoxel, block)
        ) STRICT;
      `);
      database.prepare('INSERT INTO maker VALUES (?)').run(makers);
      database.pragma(`application_id = ${APPLICATION_ID}`);
    })
    .immediate();
}

/** A map of at most `maxBytes`, the least recently used dropped first. */
function openMemory(maxBytes: number) {
  // What an entry costs besides its bytes.
  const OVERHEAD = 200;
  const kept = new Map<string, Uint8Array>();
  let bytes = 0;
  const drop = (name: string): void => {
    const value = kept.get(name);
    if (value === undefined) return;
    bytes -= value.byteLength + OVERHEAD;
    kept.delete(name);
  };
  return {
    get(name: string): Uint8Array | undefined {
      const value = kept.get(name);
      if (value === undefined) return undefined;
      // A Map lists its keys in the order of insertion: re-inserting on use makes the first the least recently used.
      kept.delete(name);
      kept.set(name, value);
      return value;
    },
    put(name: string, value: Uint8Array): void {
      drop(name);
      kept.set(name, value);
      bytes += value.byteLength + OVERHEAD;
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
    clear(): void {
      kept.clear();
      bytes = 0;
    },
  };
}
