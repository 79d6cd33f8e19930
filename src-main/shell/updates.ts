/** The part of Electron's updater that is used. */
export interface Updater {
  setFeedURL(options: { url: string }): void;
  checkForUpdates(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Looks for a new version, once, where a lab hosts a feed and names it. Off by default: without a feed nothing leaves the machine.
 *
 * @param feed an https address, e.g. of FASCICLE_UPDATE_FEED; undefined for none
 * @returns what was done, for the log
 */
export function startUpdates(feed: string | undefined, updater: Updater, log: (line: string) => void): string {
  if (feed === undefined || feed === '') return 'Updates are off: no feed is named.';
  if (!URL.canParse(feed) || new URL(feed).protocol !== 'https:')
    return `Updates are off: the feed must be an https address; found ${feed}.`;
  updater.on('error', (error) => log(`Looking for updates failed: ${error.message}`));
  updater.setFeedURL({ url: feed });
  updater.checkForUpdates();
  return `Looking for updates at ${feed}.`;
}
