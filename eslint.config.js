import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/**
 * Dependencies point one way (docs/architecture.md). Each zone lists what its files must not import;
 * the strings are import specifiers, so a deep relative path out of a folder is caught by the '../' rule.
 */
// Patterns follow gitignore, where '#' begins a comment.
const escapeComment = (pattern) => pattern.replace(/^(!?)#/, '$1\\#');

const zone = (files, forbidden) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group: ['../../*'], message: 'Across folders use the aliases of package.json, not a relative path.' },
          ...forbidden.map(([group, message]) => ({ group: group.map(escapeComment), message })),
        ],
      },
    ],
  },
});

const NODE = [['node:*', 'fs', 'path', 'electron'], 'The domain and the contract run anywhere.'];
const ADDON = [['**/*.node', 'bindings'], 'Only src-main/native loads the addon.'];
const ELECTRON = [['electron', 'electron/*'], 'Only src-main/shell imports electron.'];
const RUNTIME = [['onnxruntime-node'], 'Only src-main/compute holds ONNX Runtime sessions.'];
const upward = (...groups) => [groups, 'This would turn a dependency round; see docs/architecture.md.'];

export default tseslint.config(
  { ignores: ['node_modules/', 'native/', 'training/', 'resources/', 'output/', 'release/', '**/dist*/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['src-renderer/**'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    // The type checker knows the names of the page; ESLint would need a list of them.
    rules: {
      'no-undef': 'off',
      'vue/multi-word-component-names': 'off',
      // A prop that may be left out is undefined, as its type says.
      'vue/require-default-prop': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
    },
  },
  prettier,
  {
    rules: {
      'max-lines': ['error', { max: 600, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
    },
  },
  { files: ['*.config.*'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['bin/**', 'scripts/**'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  zone(
    ['src-shared/domain/**'],
    [NODE, ELECTRON, upward('#contract/*', '#engine/*', '#volumes/*', '#compute/*', '#native/*')],
  ),
  zone(['src-shared/contract/**'], [NODE, ELECTRON, upward('#engine/*', '#volumes/*', '#compute/*', '#native/*')]),
  zone(['src-main/native/**'], [ELECTRON, RUNTIME, upward('#engine/*', '#volumes/*', '#compute/*', '#contract/*')]),
  zone(['src-main/compute/**'], [ELECTRON, ADDON, upward('#engine/project/*', '#contract/*')]),
  zone(['src-main/engine/**'], [ELECTRON, ADDON, RUNTIME]),
  zone(['src-main/cli/**'], [ELECTRON, ADDON, RUNTIME]),
  zone(['src-main/shell/**'], [ADDON, RUNTIME, upward('#engine/*', '#volumes/*', '#compute/*', '#native/*')]),
  zone(
    ['src-renderer/**'],
    [
      NODE,
      ELECTRON,
      upward('#engine/*', '#volumes/*', '#compute/*', '#native/*', '#shell/*'),
      [['#renderer/features/*/*', '!#renderer/features/*/index.ts'], 'A feature has one door: its index.ts.'],
    ],
  ),
);
