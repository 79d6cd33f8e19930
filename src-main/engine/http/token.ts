import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret of 256 bits, for one life of the engine. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether an Authorization header bears the token. How long it takes says nothing of the token. */
export function bearsToken(header: string | undefined, token: string): boolean {
  const given = /^Bearer ([\w-]+)$/i.exec(header ?? '')?.[1] ?? '';
  // Digests have one length, which is what the comparison needs.
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
