import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `npm run build`: compiles the sources to dist/ and makes the entry point executable. */
export function build(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
  rmSync(`${root}dist`, { recursive: true, force: true })
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
  chmodSync(`${root}dist/src/cli/bin.js`, 0o755)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build()
