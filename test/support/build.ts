import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `npm run build`: compiles the sources and puts them in place of dist/ when they are whole; the entry point is executable. */
export function build(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'osferry-build-'))
  try {
    const fresh = join(work, 'new')
    const words = [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh]
    execFileSync(process.execPath, words, { cwd: root, stdio: 'inherit' })
    chmodSync(join(fresh, 'src/cli/bin.js'), 0o755)
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), join(work, 'old'))
    renameSync(fresh, join(root, 'dist'))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build()
