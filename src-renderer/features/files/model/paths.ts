/** Paths of the engine's machine, which may run another system than this window: the separator is that of the path. */

const separatorOf = (path: string) => (/^[a-zA-Z]:|\\/.test(path) && !path.startsWith('/') ? '\\' : '/');

/** The last part of a path. */
export function baseName(path: string): string {
  return (
    path
      .split(/[/\\]/)
      .filter((part) => part !== '')
      .at(-1) ?? path
  );
}

/** A path in a folder. */
export function joinPath(folder: string, name: string): string {
  const separator = separatorOf(folder);
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}

/** The folder that holds a path; the root for the root. */
export function parentPath(path: string): string {
  const crumbs = breadcrumbs(path);
  return crumbs.at(-2)?.path ?? crumbs[0].path;
}

/** Each folder on the way to a path, the root first. */
export function breadcrumbs(path: string): { name: string; path: string }[] {
  const separator = separatorOf(path);
  const names = path.split(separator).filter((part) => part !== '');
  const root = separator === '/' ? '/' : `${names.shift() ?? 'C:'}\\`;
  const crumbs = [{ name: root, path: root }];
  for (const name of names) crumbs.push({ name, path: joinPath(crumbs.at(-1)!.path, name) });
  return crumbs;
}

/** True for what can only be meant as a full path. */
export function isFullPath(text: string): boolean {
  return text.startsWith('/') || /^[a-zA-Z]:[/\\]/.test(text);
}

/** A name for a project from that of its volume: without folders, extension and what a folder's name must not have. */
export function projectNameFor(path: string): string {
  const stem = baseName(path).replace(/(\.(ome|tar))?\.[a-z0-9]{1,5}(\.gz)?$/i, '');
  return stem.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'project';
}

/** Why a name cannot be that of a folder; null where it can, on every system, so that projects can move. */
export function folderNameProblem(name: string): string | null {
  if (name.trim() === '') return 'A project needs a name.';
  const bad = /[/\\:*?"<>|]/.exec(name)?.[0];
  if (bad !== undefined) return `A folder's name cannot hold ${bad}`;
  // Control characters are refused by Windows and unreadable elsewhere.
  if ([...name].some((character) => character < ' ')) return 'A folder’s name cannot hold control characters.';
  if (/[. ]$/.test(name)) return 'A folder’s name cannot end in a dot or a space.';
  return null;
}
