import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the engine keeps what is not part of a project. Made when they are first written to. */
export interface EngineDirectories {
  /** Settings and the list of recent projects. */
  readonly data: string;
  /** What can be made again: thumbnails. */
  readonly cache: string;
  readonly logs: string;
  /** Where new projects go unless the user named another folder. */
  readonly projects: string;
}

/**
 * The folders of this user by the customs of the platform (XDG base directories on Linux); all of them below FASCICLE_HOME where that is
 * set. FASCICLE_LOGS names the folder of the log alone.
 */
export function engineDirectories(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): EngineDirectories {
  const directories = customaryDirectories(environment, platform, home);
  return { ...directories, logs: environment['FASCICLE_LOGS'] || directories.logs };
}

function customaryDirectories(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  home: string,
): EngineDirectories {
  const own = environment['FASCICLE_HOME'];
  if (own)
    return {
      data: join(own, 'data'),
      cache: join(own, 'cache'),
      logs: join(own, 'logs'),
      projects: join(own, 'projects'),
    };
  const projects = join(home, 'Fascicle');
  if (platform === 'win32') {
    const local = environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
    const roaming = environment['APPDATA'] || join(home, 'AppData', 'Roaming');
    return {
      data: join(roaming, 'Fascicle'),
      cache: join(local, 'Fascicle', 'cache'),
      logs: join(local, 'Fascicle', 'logs'),
      projects,
    };
  }
  if (platform === 'darwin') {
    const library = join(home, 'Library');
    return {
      data: join(library, 'Application Support', 'Fascicle'),
      cache: join(library, 'Caches', 'Fascicle'),
      logs: join(library, 'Logs', 'Fascicle'),
      projects,
    };
  }
  return {
    data: join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'fascicle'),
    cache: join(environment['XDG_CACHE_HOME'] || join(home, '.cache'), 'fascicle'),
    logs: join(environment['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'fascicle', 'logs'),
    projects,
  };
}
