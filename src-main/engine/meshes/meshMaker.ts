import { boxOfShape, boxShape, growBox, intersectBoxes, voxelCount } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { surfaceApron } from '#native/surfaceNets.ts';
import { forEachLimited } from '#volumes/concurrency.ts';
import { openOmeZarr } from '#volumes/zarr/index.ts';
import type { OmeZarrStore } from '#volumes/zarr/index.ts';

import type { BlockInput, EncodedFragment } from './blockFragments.ts';
import { planBlockTasks } from './blockTasks.ts';
import type { BlockTask } from './blockTasks.ts';
import { openFragmentCache } from './fragmentCache.ts';
import type { BlockKey, FragmentCache, FragmentKey } from './fragmentCache.ts';
import type { MeshLevel } from './meshLevels.ts';
import type { FragmentCounts, FragmentsCall, MeshServiceConfig } from './meshMessages.ts';
import type { WorkerPool } from './workerPool.ts';

/** Decoded chunks of each level that are kept: neighbouring blocks share those of their aprons. */
const CHUNK_CACHE_BYTES = 96 * 2 ** 20;

/** Fragments are handed on in pieces of about this size: large enough for the pipe, small enough to be drawn soon. */
const PART_BYTES = 512 * 2 ** 10;

/** Raised with every change of what fragments hold (blocks, smoothing, tolerance, codec): it begins a new cache. */
const MAKERS = 'makers 2';

/** Makes fragments, or finds them in the cache. One lives in the mesh process of a project. */
export interface MeshMaker {
  /**
   * The fragments of supervoxels at a level: what is cached first, then what is made, block by block.
   *
   * @param send gets encoded records, any number at a time
   * @throws FascicleError 'cancelled' is not thrown: an aborted call ends early and keeps what it has made
   */
  fragments(
    call: FragmentsCall,
    options: { signal: AbortSignal; send(records: Uint8Array): Promise<void> },
  ): Promise<FragmentCounts>;
  /** Forgets the voxels that were read; call it when those on disk have changed. */
  refresh(): Promise<void>;
}

export function createMeshMaker(config: MeshServiceConfig, pool: WorkerPool<BlockInput, EncodedFragment[]>): MeshMaker {
  const { cacheFile, diskBytes, memoryBytes, threads } = config;
  const cache = openFragmentCache({ path: cacheFile, makers: MAKERS, diskBytes, memoryBytes });
  let store: Promise<OmeZarrStore> | null = null;
  const openStore = () => (store ??= openOmeZarr(config.supervoxels, { cacheBytes: CHUNK_CACHE_BYTES }));

  async function makeBlock(call: FragmentsCall, task: BlockTask): Promise<EncodedFragment[]> {
    const { level } = call;
    const window = call.joined ? windowOfAll(task, level) : task.window;
    if (voxelCount(boxShape(window)) === 0) return [];
    const labels = (await (await openStore()).read(window, { level: level.level })) as Uint32Array<ArrayBuffer>;
    const { position, box } = task;
    const supervoxels = call.joined ? call.ids : Uint32Array.from(task.rows, (row) => call.ids[row]!);
    const joinedAs = call.joined ? call.ids[0]! : null;
    return pool.run({ level, position, box, labels, window, supervoxels, joinedAs }, [labels.buffer]);
  }

  return {
    async fragments(call, { signal, send }) {
      const counts = { fragments: 0, cached: 0, bytes: 0 };
      const outbox = makeOutbox(call.deliver ? send : () => Promise.resolve());
      const add = async (records: Uint8Array): Promise<void> => {
        counts.fragments++;
        counts.bytes += records.length;
        await outbox.add(records);
      };

      const missing: BlockTask[] = [];
      for (const task of planBlockTasks(call.level, call)) {
        if (call.joined) {
          missing.push(task);
          continue;
        }
        const found = cache.get(
          blockOf(call, task),
          task.rows.map((row) => keyOf(call, row)),
        );
        const rows = task.rows.filter((_, i) => found[i] === undefined);
        for (const records of found) {
          if (records === undefined || records.length === 0) continue;
          counts.cached++;
          await add(records);
        }
        if (rows.length > 0) missing.push({ ...task, rows });
        if (signal.aborted) return counts;
      }
      await outbox.flush();

      // One block more than threads is read ahead while they work.
      await forEachLimited(missing, threads + 1, async (task) => {
        if (signal.aborted) return;
        const made = await makeBlock(call, task);
        for (const { bytes } of made) await add(bytes);
        await outbox.flush();
        if (!call.joined) keep(cache, call, task, made);
      });
      return counts;
    },
    async refresh() {
      const open = store;
      store = null;
      await (await open)?.close();
    },
  };
}

/** What a joined surface in a block depends on: also supervoxels that only come near its own. */
function windowOfAll({ box, window }: BlockTask, { shape }: MeshLevel): Box {
  const apron = surfaceApron();
  const grown = (inner: Box) => growBox(inner, [apron, apron, apron], boxOfShape(shape));
  return intersectBoxes(grown(window), grown(box));
}

const blockOf = ({ level }: FragmentsCall, { index }: BlockTask): BlockKey => ({ level: level.level, block: index });

const keyOf = ({ ids, versions }: FragmentsCall, row: number): FragmentKey => ({
  supervoxel: ids[row]!,
  version: versions[row]!,
});

/** Stores the fragments of a block, and that the other supervoxels have none there. */
function keep(cache: FragmentCache, call: FragmentsCall, task: BlockTask, made: readonly EncodedFragment[]): void {
  const bySupervoxel = new Map(made.map(({ supervoxel, bytes }) => [supervoxel, bytes]));
  cache.put(
    blockOf(call, task),
    task.rows.map((row) => [keyOf(call, row), bySupervoxel.get(call.ids[row]!) ?? NOTHING]),
  );
}

const NOTHING = new Uint8Array(0);

/** Joins records to parts of a useful size. */
function makeOutbox(send: (records: Uint8Array) => Promise<void>) {
  let held: Uint8Array[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (bytes === 0) return;
    const joined = Buffer.concat(held, bytes);
    held = [];
    bytes = 0;
    await send(joined);
  };
  return {
    flush,
    async add(records: Uint8Array): Promise<void> {
      held.push(records);
      bytes += records.length;
      if (bytes >= PART_BYTES) await flush();
    },
  };
}
