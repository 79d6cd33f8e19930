import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Starts a new measurement of this process's peak memory. Linux can reset its high-water mark; elsewhere the peak is that of
 * the whole life of the process, so later figures are upper bounds.
 */
export function resetPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** The most memory that this process had resident since the last reset, bytes. */
export function peakMemoryBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
  return process.resourceUsage().maxRSS * 1024;
}
