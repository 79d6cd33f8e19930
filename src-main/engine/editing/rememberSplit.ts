import type { PlacedSeed, SplitEditProposal } from '#engine/proofreading/proposeSplit.ts';

/** Works out the ways to split an object between the seeds of each side, best first. */
export type ProposeSplit = (
  sides: readonly (readonly PlacedSeed[])[],
  signal?: AbortSignal,
) => Promise<readonly SplitEditProposal[]>;

/**
 * Keeps the last split that was worked out, with all of its ways: a window asks for its numbers, for its voxels, and then for the edit
 * itself by whichever way was chosen, and what is committed is what was shown. What was worked out at another revision is never given.
 *
 * @param propose works a split out
 * @param revision that the project is at
 */
export function rememberSplit(propose: ProposeSplit, revision: () => number): ProposeSplit {
  let last: { readonly revision: number; readonly seeds: string; readonly ways: readonly SplitEditProposal[] } | null =
    null;
  return async (sides, signal) => {
    const seeds = JSON.stringify(sides.map((side) => side.map(({ supervoxel, voxel }) => [supervoxel, ...voxel])));
    const asked = revision();
    if (last?.seeds === seeds && last.revision === asked) return last.ways;
    const ways = await propose(sides, signal);
    last = asked === revision() ? { revision: asked, seeds, ways } : null;
    return ways;
  };
}
