import { createLoopbackKey, startLoopbackServer } from '../hosts/loopback-server.ts'
import type { LoopbackAnswer, LoopbackCall, LoopbackKey, LoopbackServer } from '../hosts/loopback-server.ts'
import { demoFleet } from '../simulate/demo-fleet.ts'
import type { DemoHost } from '../simulate/demo-fleet.ts'
import { replay } from '../simulate/recording.ts'
import { recordings } from '../simulate/recordings.ts'
import { unpack } from './recorded-hosts.ts'

/** The running demo fleet, as files of a directory would describe it. */
export interface DemoServers {
  key: LoopbackKey
  knownHosts: string
  /** An Ansible inventory of the hosts. */
  ansible: string
  close(): Promise<void>
}

interface Running {
  host: DemoHost
  server: LoopbackServer
}

/** Starts one ssh server a demo host, on 127.0.0.1 and free ports, in this process. */
export async function startDemoServers(): Promise<DemoServers> {
  const key = createLoopbackKey()
  const answers = new Map(recordings.map((recording) => [recording.name, unpack(recording)]))
  const running: Running[] = []
  const close = async (): Promise<void> => {
    await Promise.all(running.map(({ server }) => server.close()))
  }
  try {
    for (const host of demoFleet) {
      const recorded = answers.get(host.recording)
      if (recorded === undefined) throw new Error(`there is no recording ${host.recording}`)
      const handler = (call: LoopbackCall): LoopbackAnswer => answerCall(call, host, recorded)
      running.push({ host, server: await startLoopbackServer({ host: host.name, clientKey: key, handler }) })
    }
    const knownHosts = running.map((one, index) => knownHostsLine(one, running[index - 1])).join('')
    for (const { host, server } of running) if (host.fault === 'down') await server.close()
    return { key, knownHosts, ansible: ansibleInventory(running), close }
  } catch (error) {
    await close()
    throw error
  }
}

function answerCall(call: LoopbackCall, host: DemoHost, recorded: Uint8Array): LoopbackAnswer {
  const nonce = /^nonce=([0-9a-f]{32}) /m.exec(new TextDecoder().decode(call.stdin))?.[1]
  if (nonce === undefined) return { stdout: '', exitCode: 0 }
  const edits = [{ from: host.recording, to: host.name }, ...(host.edits ?? [])]
  return {
    stdout: replay(recorded, { nonce, edits, epochSeconds: Math.floor(Date.now() / 1000) }),
    exitCode: 0,
  }
}

/** A host whose key changed is known by the key of its neighbour. */
function knownHostsLine({ host, server }: Running, neighbour: Running | undefined): string {
  if (host.fault !== 'key-changed' || neighbour === undefined) return server.knownHosts
  const foreign = neighbour.server.knownHosts.trim().split(' ').slice(1).join(' ')
  return `[127.0.0.1]:${server.port} ${foreign}\n`
}

function ansibleInventory(running: readonly Running[]): string {
  const groups = Map.groupBy(running, ({ host }) => host.labels['role'] ?? 'other')
  const lines = [...groups].flatMap(([role, members]) => [
    `[${role.replaceAll('-', '_')}]`,
    ...members.map(({ host, server }) => {
      const labels = Object.entries(host.labels).map(([name, value]) => `${name}=${value}`)
      return [host.name, 'ansible_host=127.0.0.1', `ansible_port=${server.port}`, ...labels].join(' ')
    }),
    '',
  ])
  return ['# The demo fleet, as an Ansible inventory.', '', ...lines].join('\n')
}
