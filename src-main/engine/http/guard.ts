import { hostname, networkInterfaces } from 'node:os';

import type { MiddlewareHandler } from 'hono';

import { refuse } from './refusal.ts';
import { bearsToken } from './token.ts';

/** Names of this machine that reach no other. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'] as const;

/**
 * Refuses requests under a name that is not ours. A page from elsewhere whose name is made to point at this machine (DNS
 * rebinding) is of the same origin as the engine for a browser, but it cannot hide that name.
 *
 * @param hosts 'name:port', lower case
 */
export function requireHost(hosts: () => ReadonlySet<string>): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host')?.toLowerCase();
    if (host !== undefined && hosts().has(host)) return next();
    return refuse(context, 403, {
      kind: 'forbidden',
      message:
        'The engine does not answer under this host name or port. Open the address that `fascicle serve` printed; through an SSH ' +
        'tunnel, forward the same port number.',
    });
  };
}

/** Refuses what a page of another origin sends. Programs that are no browsers send neither header. */
export function requireSameOrigin(): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header('origin');
    const site = context.req.header('sec-fetch-site');
    const isOwn = origin === undefined || origin === `http://${context.req.header('host')}`;
    if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) return next();
    return refuse(context, 403, {
      kind: 'forbidden',
      message: 'The engine does not answer pages of other origins.',
    });
  };
}

/** Refuses whoever does not know the token of this life of the engine. */
export function requireToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    if (bearsToken(context.req.header('authorization'), token)) return next();
    context.header('www-authenticate', 'Bearer');
    return refuse(context, 401, {
      kind: 'unauthorised',
      message: 'The token is missing or of an earlier start. Open the address that the engine printed when it started.',
    });
  };
}

/**
 * The Host headers that the server answers to.
 *
 * @param bound what it listens on; other than loopback only where a user asked for it
 */
export function hostsFor(bound: string, port: number): ReadonlySet<string> {
  const names = new Set<string>(LOOPBACK_NAMES);
  if (isEveryAddress(bound)) for (const name of ownNames()) names.add(name);
  else names.add(bracketed(bound.toLowerCase()));
  // Browsers leave out the port that the scheme implies.
  return new Set([...names].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/** The name to show for what the server listens on. */
export function nameToShow(bound: string): string {
  return isEveryAddress(bound) ? hostname().toLowerCase() : bracketed(bound);
}

/** True where nothing but this machine reaches the server. */
export function isLoopback(bound: string): boolean {
  return (LOOPBACK_NAMES as readonly string[]).includes(bracketed(bound)) || /^127\.\d+\.\d+\.\d+$/.test(bound);
}

const isEveryAddress = (bound: string): boolean => bound === '0.0.0.0' || bound === '::';
const bracketed = (name: string): string => (name.includes(':') && !name.startsWith('[') ? `[${name}]` : name);

function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return [hostname().toLowerCase(), ...addresses.map(({ address }) => bracketed(address.toLowerCase()))];
}
