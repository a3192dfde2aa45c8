import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import { factsWith } from './facts-fixture.ts'
import { osferry, type OsferryOptions, type OsferryRun } from './osferry.ts'

/** A project of hosts without a cluster, whose new system is given to them by a script of the test. */
export interface HostProject {
  cwd: string
  run(args: readonly string[], options?: Partial<OsferryOptions>): Promise<OsferryRun>
  /** Assesses and plans; gives the digest of `plan.json`. */
  plan(): Promise<string>
  /** Writes the facts of a host anew. */
  facts(name: string, kernel?: string): void
  /** Names of the hosts that the script was run for, in order. */
  acts(): string[]
  remove(): void
}

const playbook = `
schema: playbook/v1
name: hosts-only
title: { en: Hosts only, zh: 仅主机 }
target: containeros
phases:
  migrate: []
  replace:
    - uses: host.provision
      pointOfNoReturn: true
      timeout: 5m
  restore: []
`

/** The script fails while a file \`fail-HOST\` is there, and waits while there is a file \`wait-HOST\`. */
const script = `
host=$(sed -n 's/.*"host":"\\([^"]*\\)".*/\\1/p')
echo "$host" >> acts
while test -e "wait-$host"; do sleep 0.05; done
! test -e "fail-$host"
`

const options = `
schema: plan-options/v1
playbook: ./hosts-only.yaml
rollback: { means: reinstall }
acceptFindings: high
canary: { perClass: 0, soak: 0s }
soak: 0s
with:
  host.provision: { provider: command, machine: as-listed, argv: [/bin/sh, ./provision.sh] }
`

/** A project of these hosts, or one that begins as another one is. */
export function hostProject(from: readonly string[] | HostProject): HostProject {
  const cwd = mkdtempSync(path.join(tmpdir(), 'osferry-hosts-'))
  const write = (name: string, text: string): void => writeFileSync(path.join(cwd, name), text)
  const facts = (name: string, release = '4.18.0-348.7.1.el8_5.x86_64'): void => {
    const made = factsWith({ kernel: { release }, images: { localOnly: [] }, kubelet: { installed: false } })
    write(
      path.join('.osferry', 'facts', `${name}.json`),
      JSON.stringify({ ...made, host: { ...made.host, name } }),
    )
  }
  if ('cwd' in from) cpSync(from.cwd, cwd, { recursive: true })
  else {
    mkdirSync(path.join(cwd, '.osferry', 'facts'), { recursive: true })
    for (const name of from) facts(name)
    write('hosts-only.yaml', playbook)
    write('options.yaml', options)
    write('provision.sh', script)
  }
  const run = async (args: readonly string[], more: Partial<OsferryOptions> = {}): Promise<OsferryRun> =>
    await osferry(args, { cwd, env: { HOME: cwd }, ...more })
  return {
    cwd,
    run,
    facts,
    async plan(): Promise<string> {
      await run(['assess', '--target', 'containeros', '-q'])
      const made = await run(['plan', 'create', '--options', 'options.yaml'])
      if (made.exitCode !== 0) throw new Error(`${made.stdout}${made.stderr}`)
      const plan: unknown = JSON.parse(readFileSync(path.join(cwd, 'plan.json'), 'utf8'))
      return createHash('sha256').update(canonicalJson(plan)).digest('hex')
    },
    acts: () =>
      existsSync(path.join(cwd, 'acts'))
        ? readFileSync(path.join(cwd, 'acts'), 'utf8').trim().split('\n')
        : [],
    remove: () => rmSync(cwd, { recursive: true }),
  }
}
