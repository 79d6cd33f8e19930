import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import { createClient } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';
import type { Layer, ProjectInfo } from '#contract/routes/projects.ts';
import type { Plane } from '#contract/values.ts';
import { residentBytes } from '#engine/system/residentMemory.ts';

import { spread } from './samples.ts';
import type { Spread } from './samples.ts';
import { startServer } from './serverProcess.ts';

/** A view of the window, CSS pixels. */
export interface View {
  readonly plane: Plane;
  readonly columns: number;
  readonly rows: number;
}

/** The views of a window of 1920 x 1080. */
const VIEWS: readonly View[] = [
  { plane: 'xy', columns: 1000, rows: 700 },
  { plane: 'xz', columns: 500, rows: 400 },
  { plane: 'yz', columns: 500, rows: 400 },
];

const LAYERS: readonly Layer['id'][] = ['raw', 'supervoxels'];
const JUMPS = 24;
const SLICES = 500;
/** Voxels of the finest level for each of the coarse picture, along each axis. */
const COARSE = 4;
/** How long an idle call of the API is waited for between two of them: it shows how long the engine is busy at a stretch. */
const PROBE_MS = 5;

/** What `fascicle bench view` measures of the engine: through HTTP, in a process of its own, as a window is served. */
export interface ServerBenchmark {
  readonly shape: readonly number[];
  /** From the start of the engine to its address; to the open project; to the first coarse and the first sharp picture of three views. */
  readonly start: {
    readonly listening: number;
    readonly open: number;
    readonly coarse: number;
    readonly sharp: number;
  };
  /** At a random place, nothing of it in memory of the engine: until three views have all coarse, and all sharp voxels. */
  readonly jump: { readonly coarse: Spread; readonly sharp: Spread };
  /** The same places once more, from memory or not as the budget allows. */
  readonly back: { readonly sharp: Spread };
  /** One view scrolled slice by slice, each asked for when the last has come. */
  readonly scroll: { readonly slices: number; readonly slice: Spread; readonly slicesPerSecond: number };
  /** A slice of the full width across the stacking direction, which meets the most chunks. */
  readonly wide: { readonly xz: number; readonly yz: number };
  /** A slice of 1000 x 1000 at an angle, the second time. */
  readonly oblique: { readonly raw: number; readonly supervoxels: number };
  /** How long a call that costs nothing took meanwhile. */
  readonly probe: Spread;
  /** Resident, of the engine and what it started, MiB. */
  readonly memory: {
    readonly opened: number;
    readonly beforeScroll: number;
    readonly afterScroll: number;
    readonly peak: number;
  };
}

/** Measures the engine on a project. Its numbers depend on the file cache of the system; a second run is warm. */
export async function benchServer(
  directory: string,
  options: { signal?: AbortSignal | undefined; onProgress?: ((name: string) => void) | undefined } = {},
): Promise<ServerBenchmark> {
  const started = performance.now();
  const server = await startServer(options.signal);
  try {
    const listening = performance.now() - started;
    const client = createClient(server);
    const run = createRun(client, await client.projects.open({ body: { directory } }));
    const open = performance.now() - started;
    const memory = { opened: await mebibytes(server.pid), peak: 0 };
    const watch = setInterval(() => {
      void mebibytes(server.pid).then((now) => (memory.peak = Math.max(memory.peak, now)));
    }, 100);
    const probes = probe(client);
    try {
      options.onProgress?.('first picture');
      const first = await run.pictures(run.centre());
      options.onProgress?.('jumps');
      const random = randomNumbers(1);
      const places = Array.from({ length: JUMPS }, () => run.randomPlace(random));
      const jumps = [];
      for (const place of places) jumps.push(await run.pictures(place));
      const back = [];
      for (const place of places) back.push(await run.pictures(place));
      options.onProgress?.('wide slices');
      const wide = { xz: await run.wide('xz'), yz: await run.wide('yz') };
      options.onProgress?.('oblique slices');
      const oblique = { raw: await run.oblique('raw'), supervoxels: await run.oblique('supervoxels') };
      options.onProgress?.('scrolling');
      const beforeScroll = await mebibytes(server.pid);
      const scrolled = performance.now();
      const slices = await run.scroll();
      const seconds = (performance.now() - scrolled) / 1000;
      return {
        shape: run.shape,
        start: { listening, open, coarse: open + first.coarse, sharp: open + first.sharp },
        jump: { coarse: spread(jumps.map(({ coarse }) => coarse)), sharp: spread(jumps.map(({ sharp }) => sharp)) },
        back: { sharp: spread(back.map(({ sharp }) => sharp)) },
        scroll: { slices: slices.length, slice: spread(slices), slicesPerSecond: slices.length / seconds },
        wide,
        oblique,
        probe: spread(await probes.end()),
        memory: { ...memory, beforeScroll, afterScroll: await mebibytes(server.pid) },
      };
    } finally {
      clearInterval(watch);
      await probes.end();
    }
  } finally {
    await server.close();
  }
}

/** What a window asks of the engine, timed. Places are z, y, x in voxels of the project. */
function createRun(client: Client, { id, layers, shape }: ProjectInfo) {
  const shown = LAYERS.flatMap((wanted) => layers.filter((layer) => layer.id === wanted));
  const extents = shape!;

  /** The rectangle of a view around a place, of one layer. Returns when its voxels have arrived and been looked at. */
  async function load(layer: Layer, level: number, view: View, place: readonly number[]): Promise<void> {
    const { factor, shape: size } = layer.levels[level];
    const [across, rowAxis, columnAxis] = { xy: [0, 1, 2], xz: [1, 0, 2], yz: [2, 0, 1] }[view.plane];
    const span = (axis: number, pixels: number) => {
      const extent = Math.min(size[axis], Math.ceil(pixels / factor[axis]));
      const first = Math.round(place[axis] / factor[axis] - extent / 2);
      return { first: Math.max(0, Math.min(size[axis] - extent, first)), extent };
    };
    const [rows, columns] = [span(rowAxis, view.rows), span(columnAxis, view.columns)];
    const position = Math.min(size[across] - 1, Math.floor(place[across] / factor[across]));
    const bytes = await client.voxels.slice({
      params: { project: id, layer: layer.id, level, plane: view.plane, position },
      query: { row: rows.first, rows: rows.extent, column: columns.first, columns: columns.extent },
    });
    decodeVoxelBlock(bytes);
  }

  const coarseLevel = (layer: Layer): number => {
    const found = layer.levels.findLastIndex(({ factor }) => Math.max(...factor) <= COARSE);
    return Math.max(0, found);
  };

  return {
    shape: extents,
    centre: () => extents.map((extent) => extent / 2),
    randomPlace: (random: () => number) => extents.map((extent) => Math.floor(random() * extent)),
    /** Three views at a place: the coarse picture is asked for first, the sharp one along with it. */
    async pictures(place: readonly number[]): Promise<{ coarse: number; sharp: number }> {
      const start = performance.now();
      const loadAll = (level: (layer: Layer) => number) =>
        Promise.all(VIEWS.flatMap((view) => shown.map((layer) => load(layer, level(layer), view, place)))).then(
          () => performance.now() - start,
        );
      const [coarse, sharp] = await Promise.all([loadAll(coarseLevel), loadAll(() => 0)]);
      return { coarse, sharp };
    },
    async wide(plane: 'xz' | 'yz'): Promise<number> {
      const start = performance.now();
      const view = { plane, columns: 4096, rows: 4096 };
      const place = extents.map((extent) => extent / 3);
      await Promise.all(shown.map((layer) => load(layer, 0, view, place)));
      return performance.now() - start;
    },
    async oblique(name: Layer['id']): Promise<number> {
      const size = 1000;
      // A turn about the x axis by 30 degrees, then about z by 20, about the centre of the volume.
      const right = [0, Math.sin(0.35), Math.cos(0.35)];
      const down = [Math.sin(0.52), Math.cos(0.52) * Math.cos(0.35), -Math.cos(0.52) * Math.sin(0.35)];
      const origin = extents.map((extent, axis) => extent / 2 - (size / 2) * (right[axis] + down[axis]));
      const query = {
        ...{ originZ: origin[0], originY: origin[1], originX: origin[2] },
        ...{ rightZ: right[0], rightY: right[1], rightX: right[2] },
        ...{ downZ: down[0], downY: down[1], downX: down[2] },
        ...{ rows: size, columns: size },
      };
      const call = { params: { project: id, layer: name, level: 0 }, query };
      await client.voxels.oblique(call);
      const start = performance.now();
      await client.voxels.oblique(call);
      return performance.now() - start;
    },
    async scroll(): Promise<number[]> {
      const times: number[] = [];
      for (let z = 0; z < Math.min(SLICES, extents[0]); z++) {
        const start = performance.now();
        const place = [z, extents[1] / 2, extents[2] / 2];
        await Promise.all(shown.map((layer) => load(layer, 0, VIEWS[0], place)));
        times.push(performance.now() - start);
      }
      return times;
    },
  };
}

/** Calls that cost nothing, one after the other, while other work is done. */
function probe(client: Client): { end(): Promise<number[]> } {
  const times: number[] = [];
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      const start = performance.now();
      await client.jobs.list();
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
    }
  })();
  return {
    async end() {
      isOver = true;
      await running;
      return times;
    },
  };
}

const mebibytes = async (pid: number): Promise<number> => (await residentBytes(pid)) / 2 ** 20;

/** The same numbers in every run, 0..1 (xorshift, Marsaglia 2003). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
