import { FascicleError } from '#domain/errors.ts';
import { describeTraits } from '#engine/editing/describeHistory.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

/** Ids in one request for meshes; a segment of more supervoxels is asked for in parts. */
const MOST_IDS = 2 ** 22;

/** Tables of supervoxels and segments of open projects, and surfaces. */
export function createSegmentsHandlers(engine: EngineContext): Handlers['segments'] {
  const project = (id: string) => engine.projects.get(id);
  return {
    assignment: ({ params }) => project(params.project).views.assignment(),
    async traits({ params }) {
      requireSegmentation(project(params.project).project);
      const { revision, traits } = project(params.project).editing.traits();
      return { revision, traits: describeTraits(traits) };
    },
    supervoxels: ({ params }) => project(params.project).views.supervoxels(),
    neighbours: ({ params, query, signal }) =>
      project(params.project).views.neighbours(params.segment, query.limit, signal),
    async meshes({ params, query, body, signal }) {
      const bytes = await body.whole(4 * MOST_IDS);
      if (bytes.byteLength % 4 !== 0)
        throw new FascicleError('bad-request', `Ids are 4 bytes each; the body has ${bytes.byteLength} bytes.`);
      const ids = new Uint32Array(bytes.slice().buffer);
      const meshes = await project(params.project).meshes.open();
      const level = typeof query.level === 'number' ? query.level : meshes.chooseLevels(ids)[query.level];
      return streamOf(meshes.fragments(ids, level, { signal, joined: query.joined }));
    },
    async meshLevels({ params }) {
      const { levels } = await project(params.project).meshes.open();
      return { levels: levels.map(({ voxelSizeNm }, level) => ({ level, voxelSizeNm })) };
    },
  };
}

/**
 * What a generator makes, as it is read. The first part is made before the answer begins, so that a refusal still is one; not to read
 * on ends the generator.
 */
async function streamOf(parts: AsyncGenerator<Uint8Array, unknown>): Promise<ReadableStream<Uint8Array>> {
  const first = await parts.next();
  let pending: IteratorResult<Uint8Array, unknown> | null = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = pending ?? (await parts.next());
        pending = null;
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await parts.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
