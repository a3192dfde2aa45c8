import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { personalities } from './personalities.ts'
import { startFleet } from './start.ts'

/** Starts a fleet by hand: `node test/support/fleet/main.ts --count 50`; Ctrl-C ends it. */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '8' }, network: { type: 'string', default: '78' } },
})
const count = Number(values.count)
const fleet = await startFleet(
  Array.from({ length: count }, (_, index) => ({
    name: `node${String(index + 1).padStart(3, '0')}`,
    personality: personalities[index % personalities.length]?.name ?? 'plain-worker',
  })),
  { network: Number(values.network) },
)
const inventory = path.join(fleet.directory, 'inventory.json')
fs.writeFileSync(inventory, fleet.inventory())
console.log(`inventory ${inventory}`)
console.log(`ssh -i ${fleet.keyFile} -p ${fleet.hosts[0]?.port} root@${fleet.hosts[0]?.address}`)
process.once('SIGINT', () => void fleet.stop())
process.once('SIGTERM', () => void fleet.stop())
