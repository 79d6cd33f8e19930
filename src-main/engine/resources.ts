import { join } from 'node:path';

/**
 * The path of something that ships with the program: 'models', 'sample/…'. In a packaged program these lie beside the archive, because
 * libraries read them by path.
 */
export function resourcePath(...parts: string[]): string {
  const root = join(import.meta.dirname, '..', '..').replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
  return join(root, 'resources', ...parts);
}
