import { join } from 'node:path'
import { execa } from 'execa'
import { packScript } from '../artifacts/host-scripts.ts'
import type { LoopbackAnswer, LoopbackCall, LoopbackHandler } from '../hosts/loopback-server.ts'
import { startingSystem } from '../simulate/machine-systems.ts'
import type { MachineState } from '../simulate/machine.ts'
import type { MachineDisk } from './machine-disk.ts'

export interface MachineShellOptions {
  disk: MachineDisk
  state: () => MachineState
  /** What the recorded host answers to the collection script of this nonce. */
  collect: (nonce: string) => Uint8Array
  signal: AbortSignal
}

const mostOutputBytes = 64 * 1024 * 1024

/**
 * Answers what osferry runs on hosts. The collection is played back; small scripts (`sh -c`, `bash --norc -c`) are run by this
 * computer, with the tools of the machine only, and with absolute paths led to its disk. That is no jail: who may log in is
 * who runs the lab.
 */
export function machineShell({ disk, state, collect, signal }: MachineShellOptions): LoopbackHandler {
  return async ({ argv, stdin }: LoopbackCall): Promise<LoopbackAnswer> => {
    if (argv.at(-1) === '-s') return collected(/^nonce=([0-9a-f]{32}) /m.exec(decoded(stdin))?.[1])
    const at = scriptAt(argv)
    if (at !== undefined) return await run(argv, at, stdin)
    if (argv.length === 1 && argv[0] === 'true') return { stdout: '', exitCode: 0 }
    return { stdout: '', stderr: `${argv[0] ?? ''}: not in the lab\n`, exitCode: 127 }
  }

  function collected(nonce: string | undefined): LoopbackAnswer {
    const { system } = state()
    if (nonce === undefined) return { stdout: '', exitCode: 0 }
    if (system === startingSystem) return { stdout: collect(nonce), exitCode: 0 }
    return { stdout: '', stderr: `the lab has no recording of ${system.osImage}\n`, exitCode: 1 }
  }

  async function run(argv: readonly string[], at: number, stdin: Uint8Array): Promise<LoopbackAnswer> {
    const [program = '', ...words] = argv.map((word, index) => {
      if (index === at) return word.replaceAll(systemPath, (path) => join(disk.root, path))
      return index > at && word.startsWith('/') ? join(disk.root, join('/', word)) : word
    })
    const end = await execa(join(disk.bin, program), words, {
      input: stdin,
      env: { PATH: disk.bin },
      extendEnv: false,
      encoding: 'buffer',
      reject: false,
      stripFinalNewline: false,
      maxBuffer: mostOutputBytes,
      cancelSignal: signal,
    })
    const isArchive = argv[at] === packScript
    return {
      stdout: isArchive ? end.stdout : decoded(end.stdout).replaceAll(disk.root, ''),
      stderr: decoded(end.stderr).replaceAll(disk.root, ''),
      exitCode: end.exitCode ?? 255,
    }
  }
}

/** Files of the system that scripts name themselves, at the beginning of a word. */
const systemPath = /(?<=\s)\/(?:etc|usr\/lib)\/os-release(?![\w.-])/g

/** Where the text of the script is. */
function scriptAt(argv: readonly string[]): number | undefined {
  if (argv[0] === 'sh' && argv[1] === '-c') return 2
  return argv[0] === 'bash' && argv[1] === '--norc' && argv[2] === '-c' ? 3 : undefined
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
