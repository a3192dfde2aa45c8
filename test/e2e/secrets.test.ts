import { execFileSync, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { osferry, type OsferryRun } from '../support/osferry.ts'
import { watchProcesses, type ProcessWatch } from '../support/process-watch.ts'
import {
  filesBelow,
  filesWithSecrets,
  formsOf,
  secretSearch,
  type SecretSearch,
} from '../support/secret-search.ts'
import { startSecretProject, type SecretProject } from '../support/secret-project.ts'

vi.setConfig({ testTimeout: 500_000, hookTimeout: 300_000 })

/**
 * Programs that may have a secret in their environment: osferry itself, which is told by it where `env:` points to; what a
 * reference `exec:` names, which has the environment of whoever runs osferry; and the provider's program, what its plan names.
 */
const osferryItself = /^\S+ \S+\/dist\/src\/cli\/bin\.js /
const asked = [/^\/bin\/sh -c sleep 0\.11; exec cat /, /^sleep 0\.11$/, /^cat \S+\/keys\/join$/]
const provider = [/^\/bin\/sh \.\/provision\.sh$/, /^sleep 0\.12$/, /^(sed|tr|cp|rm) /]
const holders: Readonly<Record<string, readonly RegExp[]>> = {
  'S3 key id': [osferryItself, ...asked],
  sudo: [osferryItself, ...asked],
  webhook: [osferryItself, ...asked],
  provider: [osferryItself, ...asked, ...provider],
}

const forms = ['html', 'md', 'json'].flatMap((form) => ['--format', form])

let project: SecretProject
let search: SecretSearch
beforeAll(async () => {
  project = await startSecretProject()
  search = secretSearch(project.secrets)
})
afterAll(async () => await project.stop())

const file = (...names: string[]): string => path.join(project.cwd, ...names)
const read = (...names: string[]): string => readFileSync(path.join(project.machines, ...names), 'utf8')

describe('the search', () => {
  it('finds a secret in a file in every form', () => {
    for (const [name, secret] of Object.entries(project.secrets)) {
      const forms = [
        ...formsOf(secret),
        btoa(secret),
        btoa(`u:${secret}`),
        btoa(`us:${secret}@x`),
        JSON.stringify({ secret }),
        `?q=${encodeURIComponent(secret)}`,
        new URLSearchParams({ secret }).toString(),
      ]
      for (const form of forms) {
        writeFileSync(file('.osferry', 'planted'), `before\0${form}after`)
        expect([form, filesWithSecrets(project.cwd, search)]).toEqual([form, [`.osferry/planted: ${name}`]])
      }
    }
    rmSync(file('.osferry', 'planted'))
    expect(filesWithSecrets(project.cwd, search)).toEqual([])
  })

  it('finds a secret in arguments and in the environment of a process', async () => {
    const { sudo, gate } = project.secrets
    const watch = watchProcesses(search)
    const child = spawn('sleep', ['0.3'], { argv0: gate, env: { PLANTED: sudo } })
    await once(child, 'close')
    watch.stop()
    expect([...watch.found]).toEqual([
      `gate in arguments of ${gate} 0.3`,
      `sudo in the environment of ${gate} 0.3`,
    ])
  })
})

describe('a run with a credential of every kind', () => {
  const said: OsferryRun[] = []
  let watch: ProcessWatch
  let id = ''

  async function run(...args: readonly string[]): Promise<OsferryRun> {
    const { cwd, env } = project
    const end = await osferry([...args, '-vv', '--log-file', 'logs/osferry.log'], { cwd, env })
    said.push(end)
    return end
  }

  async function insist(...args: readonly string[]): Promise<OsferryRun> {
    const end = await run(...args)
    expect([args, end.exitCode, end.stderr]).toEqual([args, 0, end.stderr])
    return end
  }

  beforeAll(() => {
    watch = watchProcesses(search)
  })
  afterAll(() => watch.stop())

  it('is planned', async () => {
    expect(await project.inRegistry(project.secrets.registry)).toEqual([])
    expect((await run('assess', '--target', 'containeros')).exitCode).toBe(2)
    await insist('report', ...forms)
    await insist('config', 'view', '--origin', '-o', 'json')
    await insist('inventory', 'list', '-o', 'json')
    await insist('plan', 'create', '--options', 'options.yaml')
    await insist('plan', 'show', 'plan.json')
    await insist('plan', 'show', 'plan.json', '-o', 'json')
    await insist('plan', 'validate', 'plan.json', '--playbook', 'secrets.yaml')
    const approve = ['--key', project.approver, '--identity', 'ops@example.com', '--yes']
    await insist('plan', 'approve', 'plan.json', ...approve)
    await insist('plan', 'verify', 'plan.json')
    expect(filesWithSecrets(project.cwd, search)).toEqual([])
  })

  it('fails with one node, which keeps its configuration for another try', async () => {
    const failed = await run('apply', 'plan.json', '--playbook', 'secrets.yaml')
    expect([failed.exitCode, failed.stdout]).toEqual([
      7,
      expect.stringContaining('the key *** was not taken'),
    ])
    expect(failed.stderr).toContain('gate alerts is unknown: proxy: cannot use Bearer ***')
    const [, found = ''] = /next: osferry runs resume (\S+) --retry/.exec(failed.stderr) ?? []
    id = found
    await insist('runs', 'report', id, ...forms)
    await insist('runs', 'show', id)
    // What is to be the configuration of the node, for its owner only.
    const config = path.join('.osferry', 'runs', id, 'ignition', 'ferry-a.ign')
    expect(filesWithSecrets(project.cwd, search)).toEqual([`${config}: join`])
    expect(statSync(file(config)).mode & 0o777).toBe(0o600)
  })

  it('goes on to its end', async () => {
    writeFileSync(file('works'), '')
    await insist('runs', 'resume', id, '--retry', 'ferry-a')
    const ended = await insist('runs', 'resume', id, '-o', 'ndjson')
    expect(ended.stdout).toContain('"type":"run-ended"')
    await insist('runs', 'show', id, '-o', 'json')
    await insist('runs', 'list', '-o', 'json')
    await insist('runs', 'report', id, ...forms)
    await insist('runs', 'export', id)
    await insist('runs', 'verify')
    const listed = await insist('data', 'list', '-o', 'json')
    expect(listed.stdout).toContain(`${id}/ferry-b/`)
    await insist('data', 'verify')
  })

  it('has used every one of them', async () => {
    const { secrets, server, proxy, asked, sshd, key } = project
    const asks = server.seen.filter(({ path: to }) => to.startsWith('/api/'))
    expect(asks.length).toBeGreaterThan(2)
    for (const { headers } of asks) expect(headers.authorization).toBe(`Bearer ${secrets.gate}`)

    const told = server.seen.filter(({ path: to }) => to === '/hook')
    expect(told.length).toBeGreaterThan(4)
    for (const { headers, body } of told) {
      const signed = createHmac('sha256', secrets.webhook).update(
        `${String(headers['x-osferry-sent-at'])}.${body}`,
      )
      expect(headers['x-osferry-signature']).toBe(`sha256=${signed.digest('hex')}`)
    }

    // The server takes nothing that is not signed with the secret of the id.
    expect((await fetch(`${proxy.endpoint}/${project.s3.bucket}`)).status).toBe(403)
    const puts = proxy.seen.filter(({ method }) => method === 'PUT')
    expect(puts.length).toBeGreaterThan(1)
    for (const { headers } of puts)
      expect(headers.authorization).toContain(`Credential=${secrets['S3 key id']}/`)
    const stored = filesBelow(path.join(project.s3.directory, 'data', project.s3.bucket))
    expect(stored.filter((name) => name.startsWith(`${id}/ferry-b/`)).length).toBeGreaterThan(1)

    expect(await project.inRegistry()).toBeUndefined()
    expect(await project.inRegistry(secrets.registry)).toEqual(['moved/app'])

    const noPhrase = (): Buffer =>
      execFileSync('ssh-keygen', ['-y', '-P', '', '-f', key.file], { stdio: 'pipe' })
    expect(noPhrase).toThrow('incorrect passphrase')
    const login = (user: string): RegExp =>
      new RegExp(`Accepted publickey for ${user} .*${escaped(key.fingerprint)}`)
    expect(sshd['ferry-a'].log()).toMatch(login('root'))
    expect(sshd['ferry-b'].log()).toMatch(login('osferry-canary'))

    // The data was root's only, was gone with the old system, and is there again.
    expect(project.isFree()).toBe(false)
    expect([read('data', 'letter'), statSync(path.join(project.machines, 'data')).uid]).toEqual([
      'not sent yet',
      0,
    ])
    expect(readFileSync(file('acts'), 'utf8')).toBe('ferry-a\nferry-b\n')

    expect(
      asked.filter(({ user, status }) => user?.name === 'ferryman' && status === 200).length,
    ).toBeGreaterThan(10)

    for (const node of ['ferry-a', 'ferry-b']) {
      expect(search(read(`${node}.ign`))).toEqual(['join'])
      expect(JSON.parse(read(`request-${node}`))).toMatchObject({ ignition: { complete: true } })
      const names = read(`environment-${node}`).trim().split('\n').sort()
      expect(names).toEqual([`FERRY_KEY=${secrets.provider}`, expect.stringMatching(/^PATH=/)])
    }
  })

  it('has left none of them in a file', () => {
    // Files that are read at all, by a word that they all hold.
    const readable = filesWithSecrets(project.cwd, secretSearch({ there: 'ferry-a' }))
    const written = ['.osferry/journal.db', 'logs/osferry.log', 'plan.json']
    const reports = ['html', 'md', 'json'].map((form) => `osferry-report/run-${id}.${form}`)
    expect(readable).toEqual(expect.arrayContaining([...written, ...reports].map((name) => `${name}: there`)))
    expect(filesWithSecrets(project.cwd, search)).toEqual([])
    expect(readdirSync(file('tmp'))).toEqual([])
    expect(existsSync(file('.osferry', 'runs', id, 'ignition', 'ferry-a.ign'))).toBe(false)
    // What it has written elsewhere: parked data with its manifests.
    expect(filesWithSecrets(path.join(project.s3.directory, 'data', project.s3.bucket), search)).toEqual([])
    // What the hosts have written down of it.
    for (const sshd of Object.values(project.sshd)) expect(search(sshd.log())).toEqual([])
  })

  it('has told none of them to anybody', async () => {
    expect(said.flatMap(({ stdout, stderr }) => search(`${stdout}${stderr}`))).toEqual([])
    for (const { path: to, headers, body } of project.server.seen) {
      const { authorization: _, ...others } = headers
      expect(search(JSON.stringify([to, others, body]))).toEqual([])
    }
    for (const from of [
      '/api/v1/nodes',
      '/apis/coordination.k8s.io/v1/leases',
      '/apis/events.k8s.io/v1/events',
    ]) {
      const text = await project.inCluster(from)
      expect([from, text.includes('ferry'), search(text)]).toEqual([from, true, []])
    }
  })

  it('has shown none of them to whoever lists processes', () => {
    // Those that run long enough to be seen for certain.
    const programs = [
      /^\S+ \S+\/bin\.js apply /,
      /^ssh /,
      /^sudo /,
      /^skopeo .*copy /,
      /^\/bin\/sh \.\/provision\.sh$/,
      /^\/bin\/sh -c sleep 0\.11; exec cat /,
    ]
    const commands = [...watch.commands]
    for (const program of programs)
      expect([program, commands.some((command) => program.test(command))]).toEqual([program, true])
    const strangers = [...watch.found].filter((line) => {
      const [, name = '', command = ''] = /^(.+?) in the environment of (.*)$/s.exec(line) ?? []
      return !(holders[name] ?? []).some((form) => form.test(command))
    })
    expect(strangers).toEqual([])
  })
})

function escaped(text: string): string {
  return text.replace(/[^\w]/g, '\\$&')
}
