/** What the address of the page carries after '#': the token, and the project to open. */
export interface Session {
  /** Null where none is known: the page cannot speak to the engine. */
  readonly token: string | null;
  /** Id of a project that the engine has open. */
  readonly project: string | null;
}

const TOKEN_KEY = 'fascicle.token';

/**
 * Reads the fragment and takes it out of the address bar, so that the token is in no history, no bookmark and no screenshot. The
 * token stays for this tab, so that the page can be loaded again.
 */
export function readSession(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): Session {
  const given = new URLSearchParams(location.hash.replace(/^#/, ''));
  const token = given.get('token') ?? storage.getItem(TOKEN_KEY);
  if (token !== null) storage.setItem(TOKEN_KEY, token);
  if (location.hash !== '') history.replaceState(null, '', `${location.pathname}${location.search}`);
  return { token, project: given.get('project') };
}
