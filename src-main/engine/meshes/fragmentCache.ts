import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import Database from 'better-sqlite3';

/** A block of a level. */
export interface BlockKey {
  readonly level: number;
  readonly block: number;
}

/** A supervoxel whose fragment in a block is meant. */
export interface FragmentKey {
  readonly supervoxel: number;
  /** Of the supervoxel's voxels; a fragment of another version is as good as none. */
  readonly version: number;
}

/** Encoded fragments of blocks, in memory and on disk. An empty one says that the supervoxel has no face in the block. */
export interface FragmentCache {
  /** The fragment of each key, in their order; undefined where it must be made. Keys rise by supervoxel. */
  get(block: BlockKey, keys: readonly FragmentKey[]): (Uint8Array | undefined)[];
  /** Keeps fragments of a block, in one transaction. */
  put(block: BlockKey, fragments: readonly (readonly [FragmentKey, Uint8Array])[]): void;
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

/** From so many supervoxels of a block on, its rows are read one after the other rather than looked up. */
const FEWEST_TO_SCAN = 32;

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
    get(block, keys) {
      const found = keys.map((key) => memory.get(nameOf(block, key)));
      const missing = keys.flatMap((_, i) => (found[i] === undefined ? [i] : []));
      if (missing.length === 0) return found;
      const stored = onDisk((open) =>
        open.get(
          block,
          missing.map((i) => keys[i]!),
        ),
      );
      for (const [position, bytes] of stored?.entries() ?? []) {
        if (bytes === undefined) continue;
        const i = missing[position]!;
        found[i] = bytes;
        memory.put(nameOf(block, keys[i]!), bytes);
      }
      return found;
    },
    put(block, fragments) {
      for (const [key, bytes] of fragments) memory.put(nameOf(block, key), bytes);
      onDisk((open) => open.put(block, fragments));
    },
    close() {
      memory.clear();
      disk?.close();
      disk = null;
    },
  };
}

const nameOf = ({ level, block }: BlockKey, { supervoxel, version }: FragmentKey): string =>
  `${level}/${block}/${supervoxel}/${version}`;

type Disk = FragmentCache;

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

type Row = [supervoxel: number, version: number, crc: number, data: Buffer];

function makeDisk(path: string, { makers, diskBytes }: FragmentCacheOptions): Disk {
  const database = new Database(path);
  try {
    // A lost cache costs time only, so the disk need not be waited for.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    prepare(database, makers);
    const columns = 'SELECT supervoxel, version, crc, data FROM fragments WHERE level = ? AND block = ?';
    const selectOne = database.prepare(`${columns} AND supervoxel = ?`).raw();
    const selectRange = database.prepare(`${columns} AND supervoxel BETWEEN ? AND ?`).raw();
    const insert = database.prepare('INSERT OR REPLACE INTO fragments VALUES (?, ?, ?, ?, ?, ?)');
    const dropOldest = database.prepare(
      'DELETE FROM fragments WHERE rowid IN (SELECT rowid FROM fragments ORDER BY rowid LIMIT ?)',
    );
    const usedBytes = (): number => {
      const pragma = (name: string) => database.pragma(name, { simple: true }) as number;
      return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
    };
    const put = database.transaction<Disk['put']>(({ level, block }, fragments) => {
      for (const [{ supervoxel, version }, bytes] of fragments)
        insert.run(level, block, supervoxel, version, crc32(bytes), bytes);
      while (usedBytes() > diskBytes && dropOldest.run(ROWS_TO_DROP).changes > 0);
    });
    const intact = (row: Row | undefined, version: number): Uint8Array | undefined =>
      row !== undefined && row[1] === version && crc32(row[3]) === row[2] ? row[3] : undefined;
    return {
      get({ level, block }, keys) {
        if (keys.length < FEWEST_TO_SCAN)
          return keys.map(({ supervoxel, version }) =>
            intact(selectOne.get(level, block, supervoxel) as Row | undefined, version),
          );
        const [first, last] = [keys[0]!.supervoxel, keys.at(-1)!.supervoxel];
        const stored = new Map<number, Row>();
        for (const row of selectRange.iterate(level, block, first, last) as Iterable<Row>) stored.set(row[0], row);
        return keys.map(({ supervoxel, version }) => intact(stored.get(supervoxel), version));
      },
      put: (block, fragments) => put.immediate(block, fragments),
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
          block INTEGER NOT NULL,
          supervoxel INTEGER NOT NULL,
          version INTEGER NOT NULL,
          crc INTEGER NOT NULL,
          data BLOB NOT NULL,
          PRIMARY KEY (level, block, supervoxel)
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
