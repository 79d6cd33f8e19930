import type { EditRequest } from '#contract/routes/edits.ts';

import type { PreparedEdit } from './prepareEdit.ts';

/**
 * Keeps the last split that was worked out: a window asks for its numbers, for its voxels, and then for the edit itself, and dividing a
 * supervoxel reads all of its voxels. What was worked out at another revision is never given.
 *
 * @param prepare works a request out
 */
export function rememberSplit(prepare: (request: EditRequest, signal?: AbortSignal) => Promise<PreparedEdit>) {
  let last: { readonly revision: number; readonly request: string; readonly edit: PreparedEdit } | null = null;
  return async (request: EditRequest, revision: () => number, signal?: AbortSignal): Promise<PreparedEdit> => {
    if (request.kind !== 'split') return prepare(request, signal);
    const name = JSON.stringify(request);
    if (last?.request === name && last.revision === revision()) return last.edit;
    const asked = revision();
    const edit = await prepare(request, signal);
    last = asked === revision() ? { revision: asked, request: name, edit } : null;
    return edit;
  };
}
