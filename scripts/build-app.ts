/**
 * Makes dist-app/: the program as plain JavaScript in the layout of the source tree, which is what electron-builder packs and what any
 * Node 24 can run. File by file rather than bundled, because compute processes are started by the address of their module.
 *
 * Usage: node scripts/build-app.ts   (after `npm run build:native` and `npm run build:page`)
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import ts from 'typescript';
import { build } from 'vite';

const repository = join(import.meta.dirname, '..');
const output = join(repository, 'dist-app');

/** Specifiers and module addresses that end in .ts: `from './x.ts'`, `import('#a/x.ts')`, `new URL('../x.ts', …)`. */
const SPECIFIER = /(\bfrom\s+|\bimport\s*\(?\s*|new URL\(\s*)(['"])([^'"\n]+)\.ts\2/g;

function compile(folder: string): void {
  for (const name of readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts') || name.endsWith('preload.ts')) continue;
    const source = join(repository, folder, name);
    const target = join(output, folder, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, toJavaScript(readFileSync(source, 'utf8')));
  }
}

function toJavaScript(source: string): string {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      removeComments: false,
    },
  });
  return outputText.replace(SPECIFIER, '$1$2$3.js$2');
}

/** The sandboxed preload script must be one CommonJS file. */
async function bundlePreload(): Promise<void> {
  await build({
    root: repository,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: join(output, 'src-main', 'shell'),
      emptyOutDir: false,
      minify: false,
      target: 'node24',
      lib: { entry: join(repository, 'src-main/shell/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
      rollupOptions: { external: ['electron'] },
    },
  });
}

function packageManifest(): void {
  const { name, productName, version, description, license, type, imports, dependencies, author, homepage } =
    JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const manifest = { name, productName, version, description, license, author, homepage, type, imports, dependencies };
  writeFileSync(
    join(output, 'package.json'),
    `${JSON.stringify({ ...manifest, main: 'src-main/shell/main.js', bin: { fascicle: 'bin/fascicle.js' } }, null, 2)}\n`,
  );
}

function copy(path: string): void {
  const source = join(repository, path);
  if (!existsSync(source))
    throw new Error(`${path} is missing. Run npm run build:native and npm run build:page first.`);
  cpSync(source, join(output, path), { recursive: true });
}

rmSync(output, { recursive: true, force: true });
compile('src-main');
compile('src-shared');
await bundlePreload();
mkdirSync(join(output, 'bin'), { recursive: true });
writeFileSync(
  join(output, 'bin', 'fascicle.js'),
  toJavaScript(readFileSync(join(repository, 'bin', 'fascicle.js'), 'utf8')),
);
for (const path of ['dist-renderer', 'native/prebuilds', 'resources', 'LICENSE']) copy(path);
packageManifest();
console.log(`dist-app is ready: node dist-app/bin/fascicle.js --help`);
