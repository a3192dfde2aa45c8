import { resolve } from 'node:path'
import { plainHttpUrl } from '../model/plain-url.ts'
import type { JournalEvent } from '../model/journal-record.ts'
import type { NotifiedEvent, WebhookSettings } from '../model/notify-settings.ts'
import { openWebhook } from '../monitoring/webhook.ts'
import type { Configured } from './config-file.ts'
import { configuredSecret } from './configured-secret.ts'
import { eventText } from './messages-runs.ts'
import type { RunWorld } from './run-world.ts'
import { sleep } from './sleep.ts'

/** Told of every event of a run; it never throws, and nobody waits for it. */
export interface RunSink {
  onEvent(event: JournalEvent): void
  /** When the run is over: waits a moment for what is on its way. */
  finish(): Promise<void>
}

const usual: readonly NotifiedEvent[] = [
  'run-started',
  'run-paused',
  'run-ended',
  'point-of-no-return',
  'node-ended',
]

/** The webhooks of osferry.yaml, each told of the events that it wants. */
export function runWebhooks(world: RunWorld): RunSink {
  const { settings, log, clock } = world.context
  const hooks = settings.notify.map((configured) => ({
    events: new Set<string>(configured.settings.events ?? usual),
    hook: openWebhook({
      name: configured.settings.name,
      target: async () => await targetOf(world, configured),
      log,
      clock,
      wait: sleep,
    }),
  }))
  return {
    onEvent(event): void {
      for (const { events, hook } of hooks)
        if (events.has(event.body.type))
          hook.tell({ id: `${event.run}:${event.seq}`, body: messageOf(world, event) })
    },
    async finish(): Promise<void> {
      await Promise.all(hooks.map(async ({ hook }) => await hook.finish()))
    },
  }
}

/** What is in the journal, and a line of text for chats. */
function messageOf({ plan, run, context }: RunWorld, { seq, at, node, body }: JournalEvent): string {
  const about = node === null ? '' : `${node}: `
  return JSON.stringify({
    schema: 'run-message/v1',
    run: run.id,
    playbook: plan.playbook.name,
    seq,
    at,
    node,
    event: body,
    text: `osferry ${run.id}: ${about}${context.say(eventText(body))}`,
  })
}

async function targetOf(
  { context }: RunWorld,
  { settings, directory }: Configured<WebhookSettings>,
): Promise<{ url: string; secret: string | undefined; ca: string | undefined }> {
  const { url, secret, caFile } = settings
  const reveal = async (reference: string): Promise<string> =>
    await configuredSecret(context, { reference, directory })
  const isPlain = plainHttpUrl.safeParse(url).success
  const address = isPlain ? url : (await reveal(url)).trim()
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new Error('what its url points to is no http(s) address')
  return {
    url: address,
    secret: secret === undefined ? undefined : await reveal(secret),
    ca: caFile === undefined ? undefined : await readCa(resolve(directory, caFile)),
  }
}

async function readCa(path: string): Promise<string> {
  const { readBounded } = await import('../inventory/read-bounded.ts')
  return await readBounded(path)
}
