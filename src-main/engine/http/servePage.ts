import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

import type { Context, Hono } from 'hono';

import { errorCode } from '#volumes/fileErrors.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** What stands where the page would be. */
const NOT_BUILT = 'The page of Fascicle is not built. Run `npm run build:page` and load this again.\n';

/**
 * Serves the built page. Addresses are looked up in the list of its files, so that no address can lead anywhere else; symbolic links are
 * no files here.
 *
 * @param directory what `npm run build:page` made
 */
export function servePage(app: Hono, directory: string): void {
  let files = new Map<string, string>();
  app.get('*', async (context) => {
    const address = context.req.path === '/' ? '/index.html' : context.req.path;
    // Listed again with each load of the page, which a new build gives other names.
    if (address === '/index.html' || !files.has(address)) files = await listFiles(directory);
    const file = files.get(address);
    const content = file === undefined ? null : await readIfThere(file);
    if (file !== undefined && content !== null) return send(context, address, file, content);
    if (address === '/index.html') return context.text(NOT_BUILT, 503);
    return context.text('There is nothing at this address.\n', 404);
  });
}

/** True where there is a page to serve. */
export async function isPageBuilt(directory: string): Promise<boolean> {
  return (await listFiles(directory)).has('/index.html');
}

async function listFiles(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [`/${relative(directory, path).split(sep).join('/')}`, path]),
  );
}

/** Null where a new build has removed it a moment ago. */
function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  return readFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
}

function send(context: Context, address: string, file: string, content: Uint8Array<ArrayBuffer>): Response {
  context.header('content-type', CONTENT_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream');
  // The build names files in assets/ after their content.
  const isNamedByContent = address.startsWith('/assets/');
  context.header('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
  return context.body(content);
}
