import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** One measured run. CPU is of the whole control group, children included; memory is its peak of resident pages. */
export interface Measurement {
  wallMs: number
  cpuMs: number
  peakMiB: number
  exitCode: number | null
  stdout: string
}

/** A control group whose processes are counted together (cgroup v1 cpuacct and memory, as root). */
export interface Group {
  name: string
  cpuMs(): number
  enter(pid: number): void
  remove(): void
}

const controllers = ['cpuacct', 'memory'] as const

export function createGroup(name: string): Group {
  const folders = controllers.map(
    (controller) => `/sys/fs/cgroup/${controller}/osferry-bench-${process.pid}-${name}`,
  )
  for (const folder of folders) fs.mkdirSync(folder, { recursive: true })
  return {
    name,
    cpuMs: () => Number(fs.readFileSync(`${folders[0]}/cpuacct.usage`, 'utf8')) / 1e6,
    enter: (pid) => folders.forEach((folder) => fs.writeFileSync(`${folder}/cgroup.procs`, String(pid))),
    remove: () => folders.forEach((folder) => fs.rmdirSync(folder)),
  }
}

/** Leaves every group that `createGroup` made. */
export function leaveGroups(pid: number): void {
  for (const controller of controllers)
    fs.writeFileSync(`/sys/fs/cgroup/${controller}/cgroup.procs`, String(pid))
}

/** Runs a program in a group of its own and measures it; `hosts` is measured beside it by the caller. */
export async function measure(
  argv: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>>; stdin?: string },
): Promise<Measurement> {
  const group = createGroup(`run-${Math.random().toString(36).slice(2)}`)
  const procs = controllers.map(
    (controller) => `/sys/fs/cgroup/${controller}/osferry-bench-${process.pid}-${group.name}/cgroup.procs`,
  )
  const started = performance.now()
  const child = spawn(
    'sh',
    ['-c', `for f in ${procs.join(' ')}; do echo $$ >"$f"; done; exec "$@"`, 'sh', ...argv],
    {
      cwd: options.cwd,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  )
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin ?? '')
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  let exitCode: number | null = null
  let done = false
  const closed = new Promise<void>((resolve) => {
    child.once('close', (code) => {
      exitCode = code
      done = true
      resolve()
    })
  })
  const watch = peakOf(path.dirname(procs[1] ?? ''), () => done)
  await closed
  const wallMs = performance.now() - started
  const peakMiB = await watch
  const cpuMs = group.cpuMs()
  await emptied(group)
  return { wallMs, cpuMs, peakMiB, exitCode, stdout: Buffer.concat(chunks).toString() }
}

/** Anonymous memory of the whole group, looked at every 25 ms: shared pages are counted once. */
async function peakOf(folder: string, isDone: () => boolean): Promise<number> {
  let peak = 0
  while (!isDone()) {
    const stat = fs.readFileSync(`${folder}/memory.stat`, 'utf8')
    peak = Math.max(peak, Number(/^total_rss (\d+)$/m.exec(stat)?.[1] ?? 0))
    await wait(25)
  }
  return peak / 2 ** 20
}

/** Control masters outlive the command that started them: ends what is left in the group, by pid. */
async function emptied(group: Group): Promise<void> {
  const file = `/sys/fs/cgroup/cpuacct/osferry-bench-${process.pid}-${group.name}/cgroup.procs`
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const pids = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)
    if (pids.length === 0) return group.remove()
    for (const pid of pids) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It went by itself.
      }
    }
    await wait(50)
  }
  throw new Error(`processes of ${group.name} do not end`)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Prints rows of equal width; the first row is the head. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

export function ratio(value: number, base: number): string {
  return `${(value / base).toFixed(value / base < 0.1 ? 3 : 2)}x`
}
