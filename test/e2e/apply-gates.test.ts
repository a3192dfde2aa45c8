import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { httpHere, type HttpHere } from '../monitoring/http-here.ts'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords, type OsferryRun } from '../support/osferry.ts'

let planned: HostProject
let project: HostProject
let digest = ''
beforeAll(async () => {
  planned = hostProject(['a', 'b'])
  digest = await planned.plan()
})
afterAll(() => planned.remove())
beforeEach(() => {
  project = hostProject(planned)
})
afterEach(() => project.remove())

const write = (name: string, text: string): void => writeFileSync(path.join(project.cwd, name), text)
const apply = (): readonly string[] => applyWords('hosts-only.yaml', digest)

/** Runs until it waits for a gate, and presses Ctrl-C then. */
async function stoppedAtGate(args: readonly string[]): Promise<OsferryRun> {
  let said = ''
  let isStopped = false
  return await project.run(args, {
    started: (child) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (isStopped || !said.includes('waits for the gate')) return
        isStopped = true
        child.kill('SIGINT')
      })
    },
  })
}

/** Applied, stopped where the gate holds b, asked again, opened, and gone on with by the command that was printed. */
async function expectHeldAtB(words: string, open: () => void): Promise<void> {
  const held = await stoppedAtGate(apply())
  expect([held.exitCode, held.stderr]).toEqual([6, expect.stringContaining(words)])
  expect(held.stdout).toMatch(/^a +✔ done\nb +not started$/m)
  expect(project.acts()).toEqual(['a'])
  const [, next = ''] = /^next: osferry (runs resume \S+)$/m.exec(held.stderr) ?? []
  const shown = await project.run(['runs', 'show', next.replace('runs resume ', '')])
  expect(shown.stdout).toMatch(/^gate \S+.* is closed since \S+: /m)
  const again = await stoppedAtGate(next.split(' '))
  expect([again.exitCode, again.stderr]).toEqual([6, expect.stringContaining(words)])
  expect(project.acts()).toEqual(['a'])
  open()
  const resumed = await project.run(next.split(' '))
  expect([resumed.exitCode, resumed.stdout]).toEqual([0, expect.stringMatching(/^a +✔ done\nb +✔ done$/m)])
  expect(project.acts()).toEqual(['a', 'b'])
}

describe('osferry apply with a gate in osferry.yaml', () => {
  it('starts no further node while a program says no, and goes on when it says yes', async () => {
    write(
      'gate.sh',
      `
read -r request
echo "$request" >> asked
case $request in
  *'"node":"b"'*) test -e open || { echo 'two carts are open' >&2; exit 1; } ;;
esac
`,
    )
    write('osferry.yaml', 'gates: [{ name: carts, type: command, argv: [/bin/sh, ./gate.sh] }]\n')
    await expectHeldAtB('waits for the gate carts (closed): two carts are open', () => write('open', ''))
    const [first, ...others] = readFileSync(path.join(project.cwd, 'asked'), 'utf8').trim().split('\n')
    expect(JSON.parse(first!)).toMatchObject({ gate: 'carts', wave: 0, node: 'a' })
    for (const one of others) expect(JSON.parse(one)).toMatchObject({ gate: 'carts', node: 'b' })
  })

  describe('that asks Prometheus', () => {
    let server: HttpHere
    let isResolved = false
    beforeEach(async () => {
      isResolved = false
      // Alerts begin to fire when the first host has got its new system.
      server = await httpHere((_, response) => {
        const firing = isResolved || project.acts().length === 0 ? '0' : '3'
        const result = [{ metric: {}, value: [1, firing] }]
        response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
      })
    })
    afterEach(async () => await server.close())

    it('starts no further node while alerts fire, and goes on when none does', async () => {
      write('token', 'prometheus-token\n')
      chmodSync(path.join(project.cwd, 'token'), 0o600)
      write(
        'osferry.yaml',
        `gates: [{ name: alerts, type: promql, url: "${server.url}", query: "count(ALERTS)", threshold: { is: below, value: 1 }, token: "file:token" }]\n`,
      )
      await expectHeldAtB('waits for the gate alerts (closed): 3, not below 1', () => {
        isResolved = true
      })
      for (const { path: asked, headers } of server.seen)
        expect([asked, headers.authorization]).toEqual([
          '/api/v1/query?query=count%28ALERTS%29',
          'Bearer prometheus-token',
        ])
      // Once for a, and for b by each of the three processes.
      expect(server.seen.length).toBeGreaterThanOrEqual(4)
    })
  })
})
