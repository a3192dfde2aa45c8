import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bin, osferry } from '../support/osferry.ts'
import { measure, median, printTable, ratio } from './measure.ts'

/**
 * Start-up as a ratio to `node -e 0`, commands in turn, warm compile cache. To reach: `--help` and `--version` at most
 * 1.25x, any command at most 5x.
 */
const rounds = Number(process.argv[2] ?? 15)
const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-startup-'))
fs.writeFileSync(path.join(cwd, 'inventory.yaml'), 'schema: inventory/v1\nhosts:\n  - name: node1\n')
// One host that nobody asked: what a command costs before its work begins.
await osferry(['assess'], { cwd })
const commands: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  '--version': [bin, '--version'],
  '--help': [bin, '--help'],
  'collect --help': [bin, 'collect', '--help'],
  'config view': [bin, 'config', 'view'],
  'inventory list': [bin, 'inventory', 'list'],
  'inventory script': [bin, 'inventory', 'script'],
  'checks list': [bin, 'checks', 'list'],
  'checks explain swap-on': [bin, 'checks', 'explain', 'swap-on'],
  'checks test': [bin, 'checks', 'test'],
  assess: [bin, 'assess'],
  report: [bin, 'report', '--format', 'json'],
  doctor: [bin, 'doctor'],
  'completion bash': [bin, 'completion', 'bash'],
  'schema facts': [bin, 'schema', 'facts'],
}
const times = new Map<string, number[]>()
for (let round = -1; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(commands)) {
    const { wallMs } = await measure([process.execPath, ...args], { cwd })
    if (round >= 0) times.set(name, [...(times.get(name) ?? []), wallMs])
  }
}
const base = median(times.get('node -e 0') ?? [])
printTable([
  ['command', 'median ms', 'x node -e 0'],
  ...[...times].map(([name, values]) => [name, median(values).toFixed(1), ratio(median(values), base)]),
])
fs.rmSync(cwd, { recursive: true, force: true })
