import type { LabHost } from './lab-host.ts'

/** The fleet of the demo: thirteen hosts that answer, one that is down, one whose key has changed; the workers are nodes. */
export const demoFleet: readonly LabHost[] = [
  web('web01.shop', 'a'),
  web('web02.shop', 'b'),
  web('web03.shop', 'c'),
  // Its disk is not fit to be written: found out before anything is done to it.
  { ...web('web05.shop', 'a'), machineFault: 'refused' },
  node('pay01.bank', 'docker-node', { zone: 'a', owner: 'payments' }),
  node('pay02.bank', 'docker-node', { zone: 'b', owner: 'payments' }),
  { name: 'san01.data', recording: 'old-with-module', labels: { role: 'storage', zone: 'a', owner: 'data' } },
  node('gpu01.lab', 'gpu-node', { zone: 'a', owner: 'research', gpu: 'true' }),
  {
    name: 'cp01.prod',
    recording: 'control-plane',
    labels: { role: 'control-plane', zone: 'a', owner: 'platform' },
  },
  { name: 'edge01.net', recording: 'bonded-vlan', labels: { role: 'edge', zone: 'a', owner: 'network' } },
  { name: 'edge02.net', recording: 'bonded-vlan', labels: { role: 'edge', zone: 'b', owner: 'network' } },
  { name: 'ci01.build', recording: 'stream-host', labels: { role: 'build', zone: 'b', owner: 'platform' } },
  node('old01.misc', 'half-converted', { zone: 'c', owner: 'shop' }),
  { ...web('web04.shop', 'c'), isNode: false, fault: 'down' },
  { ...node('pay03.bank', 'docker-node', { zone: 'c', owner: 'payments' }), fault: 'key-changed' },
]

function web(name: string, zone: string): LabHost {
  return node(name, 'plain-worker', { zone, owner: 'shop', app: 'web' })
}

function node(name: string, recording: string, labels: Readonly<Record<string, string>>): LabHost {
  return { name, recording, labels: { role: 'worker', ...labels }, isNode: true }
}
