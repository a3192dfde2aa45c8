import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { recordKind } from './record-kind.ts'

const preload = fileURLToPath(new URL('kill-at-records.ts', import.meta.url))
/**
 * What is waited for, what has failed for now and is tried again, which gate is found closed, and whether a step begins that may find
 * nothing to do or to wait for.
 */
const hangsOnTime =
  /^(step-waiting|step-failed|gate|step-started \S+ (cluster.snapshot|cluster.drain|cluster.wait-detach|node.wait-ready|workloads.verify))( |$)/

/** Command lines that are killed at the first record of every kind, each at one. */
export interface KillKinds {
  /** For each of them. */
  env: Readonly<Record<string, string>>
  /** At which one was killed. */
  killedAt(): ReadonlySet<string>
}

/** Keeps in a file of the directory at what was killed. */
export function killKinds(cwd: string): KillKinds {
  const file = path.join(cwd, 'killed-at')
  writeFileSync(file, '')
  return {
    env: { KILLED_AT: file, NODE_OPTIONS: `--import=${preload}` },
    killedAt: () => new Set(readFileSync(file, 'utf8').split('\n')),
  }
}

/** Kinds of the records of an undisturbed run that every other run of its plan has, too. */
export function certainKinds(stdout: string): readonly string[] {
  const kinds = stdout.split('\n').flatMap((line) => recordKind(line) ?? [])
  return kinds.filter((kind) => !hangsOnTime.test(kind))
}
