import { spawn } from 'node:child_process'
import type { Host, RunRequest } from '../../src/model/ports.ts'

/** A host that is this machine: programs run as whoever runs the tests. `onRun` is told before each, and may throw. */
export function localHost(name: string, onRun: (request: RunRequest) => void = () => undefined): Host {
  return {
    name,
    via: 'ssh2',
    privilege: 'root',
    run: async (request) => {
      onRun(request)
      const [program = '', ...words] = request.argv
      const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'], signal: request.signal })
      const parts: Uint8Array[] = []
      child.stdout.on('data', (part: Uint8Array) => parts.push(part))
      const exitCode = await new Promise<number | null>((resolve, reject) =>
        child.on('error', reject).on('close', resolve),
      )
      const stdout = Buffer.concat(parts)
      return {
        exitCode,
        signal: null,
        stdout,
        stderr: new Uint8Array(),
        durationMs: 0,
        cut: null,
      }
    },
    stream: () => Promise.reject(new Error('nothing is streamed')),
    close: async () => await Promise.resolve(),
  }
}
