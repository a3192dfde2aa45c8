import type { Edit } from './recording.ts'

/** One host of the demo: a recording under another name, with what is different about it. */
export interface DemoHost {
  name: string
  recording: string
  labels: Readonly<Record<string, string>>
  /** `down` = nobody listens; `key-changed` = it shows another host key than known_hosts has. */
  fault?: 'down' | 'key-changed'
  edits?: readonly Edit[]
}

/** The fleet of the demo: twelve hosts that answer, one that is down, one whose key has changed. */
export const demoFleet: readonly DemoHost[] = [
  { name: 'web01.shop', recording: 'plain-worker', labels: { role: 'worker', zone: 'a', owner: 'shop' } },
  { name: 'web02.shop', recording: 'plain-worker', labels: { role: 'worker', zone: 'b', owner: 'shop' } },
  { name: 'web03.shop', recording: 'plain-worker', labels: { role: 'worker', zone: 'c', owner: 'shop' } },
  { name: 'pay01.bank', recording: 'docker-node', labels: { role: 'worker', zone: 'a', owner: 'payments' } },
  { name: 'pay02.bank', recording: 'docker-node', labels: { role: 'worker', zone: 'b', owner: 'payments' } },
  { name: 'san01.data', recording: 'old-with-module', labels: { role: 'storage', zone: 'a', owner: 'data' } },
  {
    name: 'gpu01.lab',
    recording: 'gpu-node',
    labels: { role: 'worker', zone: 'a', owner: 'research', gpu: 'true' },
  },
  {
    name: 'cp01.prod',
    recording: 'control-plane',
    labels: { role: 'control-plane', zone: 'a', owner: 'platform' },
  },
  { name: 'edge01.net', recording: 'bonded-vlan', labels: { role: 'edge', zone: 'a', owner: 'network' } },
  { name: 'edge02.net', recording: 'bonded-vlan', labels: { role: 'edge', zone: 'b', owner: 'network' } },
  { name: 'ci01.build', recording: 'stream-host', labels: { role: 'build', zone: 'b', owner: 'platform' } },
  { name: 'old01.misc', recording: 'half-converted', labels: { role: 'worker', zone: 'c', owner: 'shop' } },
  {
    name: 'web04.shop',
    recording: 'plain-worker',
    labels: { role: 'worker', zone: 'c', owner: 'shop' },
    fault: 'down',
  },
  {
    name: 'pay03.bank',
    recording: 'docker-node',
    labels: { role: 'worker', zone: 'c', owner: 'payments' },
    fault: 'key-changed',
  },
]
