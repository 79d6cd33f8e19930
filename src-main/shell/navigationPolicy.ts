/**
 * What a window may do besides showing the engine's page. Everything is refused that is not named here; an address of the web that
 * a person clicks is opened in their browser, never in the program.
 */

/** Permissions of the web platform that the page uses; none of them reaches a device or the network. */
const GRANTED_PERMISSIONS = new Set(['clipboard-sanitized-write', 'fullscreen']);

/** True where a navigation stays on the page of the engine. */
export function mayNavigate(target: string, engineAddress: string): boolean {
  return URL.canParse(target) && new URL(target).origin === new URL(engineAddress).origin;
}

/** The address to hand to the system's browser for a link that asks for a new window, or null. */
export function externalAddress(target: string): string | null {
  if (!URL.canParse(target)) return null;
  const { protocol, href } = new URL(target);
  return protocol === 'https:' ? href : null;
}

export function mayUsePermission(permission: string, origin: string, engineAddress: string): boolean {
  return GRANTED_PERMISSIONS.has(permission) && mayNavigate(origin, engineAddress);
}
