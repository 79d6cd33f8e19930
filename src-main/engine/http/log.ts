/** The log of the engine. One line for each call; `cause` is an error whose stack goes below it. */
export interface Log {
  info(text: string): void;
  warn(text: string, cause?: unknown): void;
  error(text: string, cause?: unknown): void;
  /** Waits until everything is on disk. */
  close(): Promise<void>;
}
