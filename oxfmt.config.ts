import { defineConfig } from 'oxfmt'

export default defineConfig({
  printWidth: 110,
  semi: false,
  singleQuote: true,
  trailingComma: 'all',
  ignorePatterns: [
    'dist',
    'coverage',
    'reports',
    'test/fixtures',
    'src/kernel/data',
    'package-lock.json',
    '**/*.md',
    '**/*.json',
    'docs/*.yaml',
  ],
})
