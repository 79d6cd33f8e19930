import { useEventListener } from '@vueuse/core';
import { ref, shallowRef } from 'vue';
import type { Ref, ShallowRef } from 'vue';

import { useShell } from '#renderer/engine/shell.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError } from '#renderer/features/notices/index.ts';

/** A file on its way to the engine. */
export interface RunningUpload {
  readonly name: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface FileDrop {
  /** Something that could be dropped is over the window. */
  readonly isOver: Ref<boolean>;
  readonly upload: ShallowRef<RunningUpload | null>;
  readonly failure: Ref<string | null>;
  cancelUpload(): void;
}

const ONE_FILE = 'Drop one file, or choose a folder of images with Choose a file.';
const NO_FOLDER =
  'A browser does not say where a dropped folder lies. Choose it with Choose a file, which shows the folders of the engine’s machine.';

/**
 * Takes what is dropped anywhere on the window. In the shell its path is known; a browser sends the file to the engine first, with
 * progress, and the path is that of the copy.
 */
export function useFileDrop(onPath: (path: string) => void): FileDrop {
  const engine = useEngine();
  const shell = useShell();
  const isOver = ref(false);
  const upload = shallowRef<RunningUpload | null>(null);
  const failure = ref<string | null>(null);
  let controller: AbortController | null = null;
  /** Enter and leave come for every element under the pointer. */
  let depth = 0;

  async function take(transfer: DataTransfer): Promise<void> {
    failure.value = null;
    if (transfer.files.length !== 1) return void (failure.value = ONE_FILE);
    const [file] = transfer.files;
    if (shell) return onPath(shell.pathOfFile(file));
    if (transfer.items[0]?.webkitGetAsEntry()?.isDirectory) return void (failure.value = NO_FOLDER);
    await send(file);
  }

  async function send(file: File): Promise<void> {
    controller?.abort();
    const mine = (controller = new AbortController());
    const show = (sentBytes: number) =>
      void (upload.value = { name: file.name, sentBytes, totalBytes: Math.max(1, file.size) });
    show(0);
    try {
      const path = await engine.upload(file, { onProgress: show, signal: mine.signal });
      if (controller === mine) onPath(path);
    } catch (error) {
      // Null for what the user cancelled.
      if (controller === mine) failure.value = describeError(error)?.reason ?? null;
    }
    if (controller === mine) upload.value = null;
  }

  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  useEventListener(window, 'dragenter', (event) => {
    if (holdsFiles(event)) isOver.value = ++depth > 0;
  });
  useEventListener(window, 'dragleave', (event) => {
    if (holdsFiles(event)) isOver.value = (depth = Math.max(0, depth - 1)) > 0;
  });
  useEventListener(window, 'dragover', (event) => {
    // Without this the window would leave the page for the file.
    if (holdsFiles(event)) event.preventDefault();
  });
  useEventListener(window, 'drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    isOver.value = false;
    void take(event.dataTransfer!);
  });

  return { isOver, upload, failure, cancelUpload: () => controller?.abort() };
}
