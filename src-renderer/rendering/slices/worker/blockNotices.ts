import type { VoxelBlock } from '#contract/voxelBlock.ts';

/** Which tiles are kept and, with null, which no longer are, by key. */
export type BlockNotices = ReadonlyMap<string, VoxelBlock | null>;

/** So late may the window learn what lies under the pointer, where no new picture is shown meanwhile. */
const DELAY_MS = 100;

/** Gathers what is to say about tiles, so that the window is woken once for many of them. */
export function createBlockNotices(post: (notices: BlockNotices) => void): {
  add(key: string, block: VoxelBlock | null): void;
  /** Says all there is to say, now. */
  flush(): void;
} {
  let waiting = new Map<string, VoxelBlock | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const notices = waiting;
    waiting = new Map();
    post(notices);
  };
  return {
    add(key, block) {
      waiting.set(key, block);
      timer ??= setTimeout(flush, DELAY_MS);
    },
    flush,
  };
}
