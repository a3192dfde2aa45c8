import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resolveSettings, type Settings } from '../../src/cli/config.ts'
import type { RunWorld } from '../../src/cli/run-world.ts'
import { modelPlan } from '../migrate/model-plan.ts'

/** The value of every secret. */
export const canary = 'canary-0d9b72'

/** Settings of an osferry.yaml in a directory of the test. */
export async function settingsOf(directory: string, text: string): Promise<Settings> {
  await writeFile(join(directory, 'osferry.yaml'), text)
  return await resolveSettings({
    flags: new Map(),
    configFiles: [],
    cwd: directory,
    language: 'en',
    env: { HOME: join(directory, 'home') },
  })
}

/** As much of a run's world as gates and webhooks look at. */
export async function worldOf(directory: string, text: string, logged: unknown[] = []): Promise<RunWorld> {
  const write = (message: string, fields?: unknown): void => void logged.push([message, fields])
  const context = {
    settings: await settingsOf(directory, text),
    env: { PATH: process.env['PATH'], HOOK_SECRET: canary },
    log: { debug: write, info: write, warn: write },
    clock: { now: () => '2026-11-21T20:00:00.000Z', monotonicMs: () => performance.now() },
    say: ({ en }: { en: string }) => en,
  }
  return {
    context: context as unknown as RunWorld['context'],
    plan: modelPlan([{ nodes: ['node-1'] }]),
    run: { id: '20261121-2000-abc', holder: 'me@here' },
    cluster: undefined,
    holder: undefined,
    hosts: new Map(),
    signal: new AbortController().signal,
    onClose: () => undefined,
  }
}
