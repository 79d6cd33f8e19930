/** What the address of the page carries after '#', or this tab knows from before: the token, and the project to open. */
export interface Session {
  /** Null where none is known: the page cannot speak to the engine. */
  readonly token: string | null;
  /** Id of a project that the engine has open. */
  readonly project: string | null;
}

const TOKEN_KEY = 'fascicle.token';
const PROJECT_KEY = 'fascicle.project';

/**
 * Reads the fragment and takes it out of the address bar, so that the token is in no history, no bookmark and no screenshot. The
 * token and the project stay for this tab, so that the page can be loaded again.
 */
export function readSession(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): Session {
  const given = new URLSearchParams(location.hash.replace(/^#/, ''));
  const token = given.get('token');
  if (location.hash !== '') history.replaceState(null, '', `${location.pathname}${location.search}`);
  if (token === null) return { token: storage.getItem(TOKEN_KEY), project: storage.getItem(PROJECT_KEY) };
  storage.setItem(TOKEN_KEY, token);
  return { token, project: given.get('project') };
}

/** Notes the project that is shown in this tab; null for none. */
export function keepProject(id: string | null, storage: Pick<Storage, 'setItem' | 'removeItem'>): void {
  if (id === null) storage.removeItem(PROJECT_KEY);
  else storage.setItem(PROJECT_KEY, id);
}
