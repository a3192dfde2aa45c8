import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { personalities } from '../support/fleet/personalities.ts'
import { startFleet } from '../support/fleet/start.ts'
import { bin, osferry } from '../support/osferry.ts'
import { measure, printTable, ratio } from './measure.ts'

/**
 * Ten thousand hosts x all checks from saved facts, against JSON.parse of the same files. The facts are those of the
 * real-sshd fleet, under other names. To reach: under 20 s and under 1 GiB.
 */
const hosts = Number(process.argv[2] ?? 10_000)
const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-assess-'))
const fleet = await startFleet(
  personalities.map(({ name }) => ({ name, personality: name })),
  { network: 73 },
)
fs.writeFileSync(path.join(cwd, 'inventory.yaml'), fleet.inventory())
const collected = await osferry(['collect'], { cwd })
await fleet.stop()
if (collected.exitCode !== 0) throw new Error(collected.stderr)
const folder = path.join(cwd, '.osferry', 'facts')
const templates = fs
  .readdirSync(folder)
  .map((file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as { host: { name: string } })
fs.rmSync(folder, { recursive: true })
fs.mkdirSync(folder, { mode: 0o700 })
let bytes = 0
for (let index = 0; index < hosts; index += 1) {
  const name = `host${String(index).padStart(5, '0')}`
  const template = templates[index % templates.length] as { host: { name: string } }
  const text = JSON.stringify({ ...template, host: { ...template.host, name } })
  bytes += text.length
  fs.writeFileSync(path.join(folder, `${name}.json`), text, { mode: 0o600 })
}
fs.rmSync(path.join(cwd, 'inventory.yaml'))
const parseOnly = `const fs=require('fs');for(const f of fs.readdirSync('.osferry/facts'))JSON.parse(fs.readFileSync('.osferry/facts/'+f,'utf8'))`
const floor = await measure([process.execPath, '-e', parseOnly], { cwd })
const assess = await measure([process.execPath, bin, 'assess', '--fail-on', 'never'], { cwd })
const report = await measure([process.execPath, bin, 'report', '--format', 'html', '--format', 'csv'], {
  cwd,
})
printTable([
  ['what', 'wall s', 'CPU s', 'peak MiB', 'exit', 'x JSON.parse (CPU)'],
  ...(
    [
      ['JSON.parse alone', floor],
      ['assess', assess],
      ['report html + csv', report],
    ] as const
  ).map(([name, run]) => [
    name,
    (run.wallMs / 1000).toFixed(1),
    (run.cpuMs / 1000).toFixed(1),
    run.peakMiB.toFixed(0),
    String(run.exitCode),
    ratio(run.cpuMs, floor.cpuMs),
  ]),
])
console.log(`${hosts} hosts, ${(bytes / hosts / 1024).toFixed(0)} KiB of facts a host`)
fs.rmSync(cwd, { recursive: true, force: true })
