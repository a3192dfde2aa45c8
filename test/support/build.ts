import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown, type RolldownOutput } from 'rolldown'
import { leanSsh2 } from './lean-ssh2.ts'
import { licencesOf, packagesByChunk } from './licences.ts'

/**
 * `npm run build`: bundles the command line into dist/, one chunk for what is loaded together, and swaps it in when it is
 * whole. Packages are bundled too: finding and reading a few hundred small files is most of a command's start-up.
 * Types are checked by `npm run types`.
 */
export async function build(): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'osferry-build-'))
  try {
    const fresh = join(work, 'new')
    const output = await bundle(root, fresh)
    writeFileSync(join(fresh, 'THIRD-PARTY-LICENSES'), licencesOf(output, root))
    writeFileSync(join(fresh, 'packages.json'), JSON.stringify(packagesByChunk(output, root)))
    chmodSync(join(fresh, 'src/cli/bin.js'), 0o755)
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), join(work, 'old'))
    renameSync(fresh, join(root, 'dist'))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function bundle(root: string, directory: string): Promise<RolldownOutput> {
  const bundler = await rolldown({
    cwd: root,
    // A thread's file is found beside the chunk that starts it.
    input: { 'src/cli/bin': 'src/cli/bin.ts', 'chunks/judge-worker': 'src/cli/judge-worker.ts' },
    platform: 'node',
    // ssh2 does without its native parts; CommonJS packages expect __dirname.
    external: ['cpu-features', /\.node$/],
    plugins: [leanSsh2()],
    transform: { define: { __dirname: 'import.meta.dirname' } },
  })
  try {
    // Chunks lie two folders below package.json, as the sources do: version and templates are found by path.
    return await bundler.write({
      dir: directory,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    })
  } finally {
    await bundler.close()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
