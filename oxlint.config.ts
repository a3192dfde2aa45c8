import { defineConfig, type OxlintOverride } from 'oxlint'

/**
 * The import table of ARCHITECTURE.md: which folder may import which folder, which packages it owns, and
 * whether it may touch `node:*`. Breaking a row fails `npm run lint`.
 */
const table = {
  model: { imports: [], packages: ['zod'], node: false },
  kernel: { imports: ['model'], packages: [], node: false },
  checks: { imports: ['model', 'kernel'], packages: [], node: false },
  facts: { imports: ['model', 'kernel'], packages: [], node: false },
  assess: { imports: ['model', 'checks'], packages: [], node: false },
  report: { imports: ['model'], packages: ['eta'], node: false },
  simulate: { imports: ['model'], packages: [], node: false },
  steps: { imports: ['model'], packages: [], node: false },
  plan: { imports: ['model'], packages: [], node: false },
  ignition: { imports: ['model'], packages: [], node: false },
  migrate: { imports: ['model', 'steps'], packages: [], node: false },
  journal: { imports: ['model'], packages: [], node: true },
  artifacts: {
    imports: ['model'],
    packages: ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', 'execa'],
    node: true,
  },
  provision: { imports: ['model', 'ignition'], packages: [], node: true },
  monitoring: { imports: ['model'], packages: [], node: true },
  inventory: { imports: ['model'], packages: ['yaml', 'ssh-config', 'execa'], node: true },
  hosts: { imports: ['model'], packages: ['ssh2', 'execa', 'p-queue'], node: true },
  lab: { imports: ['model', 'simulate', 'hosts', 'artifacts'], packages: ['execa'], node: true },
  cluster: { imports: ['model'], packages: ['@kubernetes/client-node'], node: true },
  wizard: {
    imports: ['model'],
    packages: ['inquirer', '@inquirer/core', '@inquirer/i18n', 'string-width'],
    node: true,
  },
} as const

const folders = [...Object.keys(table), 'cli']
const effectful = [
  'ssh2',
  'execa',
  'inquirer',
  '@inquirer/core',
  '@inquirer/i18n',
  'listr2',
  'commander',
  'pino',
  'yaml',
  'eta',
  'ssh-config',
  'p-queue',
  'playwright-core',
  '@kubernetes/client-node',
  '@aws-sdk/client-s3',
  '@aws-sdk/lib-storage',
]

const pureGlobals: ['error', ...string[]] = ['error', 'process', 'fetch', 'setTimeout', 'setInterval']

const overrides = Object.entries(table).map(([folder, row]): OxlintOverride => {
  const imports: readonly string[] = row.imports
  const packages: readonly string[] = row.packages
  const foreign = folders.filter((name) => name !== folder && !imports.includes(name))
  const patterns = foreign.map((name) => ({
    group: [`../${name}/*`, `../src/${name}/*`, `../../${name}/*`],
    message: `${folder} may not import ${name}: see the import table in ARCHITECTURE.md`,
  }))
  const strangers = effectful.filter((name) => !packages.includes(name))
  return {
    files: [folder === 'checks' ? 'checks/**/*.ts' : `src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...patterns,
            {
              group: strangers,
              message: `${folder} does not own this package: see the import table in ARCHITECTURE.md`,
            },
            ...(row.node ? [] : [{ group: ['node:*'], message: `${folder} is pure: no node:* imports` }]),
          ],
        },
      ],
      ...(row.node ? {} : { 'no-restricted-globals': pureGlobals }),
    },
  }
})

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'import', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['dist', 'coverage', 'reports', 'test/fixtures'],
  rules: {
    'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
    'max-params': ['error', { max: 3 }],
    'no-console': 'error',
    'no-eval': 'error',
    'import/no-default-export': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/explicit-module-boundary-types': 'error',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/consistent-type-imports': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-array-sort': 'off',
    // It is about windows; our messages go to threads.
    'unicorn/require-post-message-target-origin': 'off',
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    'vitest/require-mock-type-parameters': 'off',
  },
  overrides: [
    ...overrides,
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off', 'max-lines': 'off' } },
    {
      files: ['test/**/*.ts'],
      rules: {
        'max-lines': ['error', { max: 500 }],
        'no-console': 'off',
        'typescript/explicit-module-boundary-types': 'off',
        'typescript/no-non-null-assertion': 'off',
      },
    },
  ],
})
