import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Provisioner, ProvisionOptions } from '../../src/model/provisioner-port.ts'
import { NodeGoesBack } from '../../src/model/node-goes-back.ts'
import { RunLeft } from '../../src/model/run-left.ts'
import { StepError } from '../../src/model/step-error.ts'
import { stepRow, type StepParameters } from '../../src/model/step-parameters.ts'
import { commandProvider } from '../../src/provision/command-provider.ts'
import { noPrograms } from '../support/no-programs.ts'

const request = {
  node: 'node-1',
  host: 'db-7',
  target: 'containeros',
  run: 'r1',
  token: 'r1:node-1:3',
} as const
const canary = 'canary-4f9a1c'
type Settings = StepParameters<'host.provision'>

describe('the command provider', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'osferry-provision-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  function script(name: string, text: string): string {
    const file = path.join(directory, name)
    writeFileSync(file, `#!/bin/sh\ncd '${directory}'\n${text}\n`)
    chmodSync(file, 0o755)
    return file
  }

  function provider(settings: Partial<Settings>, graceMs = 200): Provisioner {
    const { PATH } = process.env
    const given = { provider: 'command', argv: ['/bin/true'], ...settings }
    const parsed = stepRow('host.provision').planned.parse(given) as Settings
    return commandProvider(parsed, {
      variables: { PATH, KEY: canary, OTHER: 'not yours' },
      graceMs,
      programs: noPrograms,
    })
  }

  const options = (more: Partial<ProvisionOptions> = {}): ProvisionOptions => ({
    signal: new AbortController().signal,
    timeoutMs: 60_000,
    ...more,
  })
  const text = (name: string): string => readFileSync(path.join(directory, name), 'utf8')
  const isThere = (name: string): boolean => existsSync(path.join(directory, name))

  /** True while a process of that id is there and no zombie. */
  function isAlive(pid: string): boolean {
    const file = `/proc/${pid.trim()}/stat`
    return existsSync(file) && !/\) Z/.test(readFileSync(file, 'utf8'))
  }

  it('tells a program where the configuration lies that the run has made', async () => {
    const ignition = { path: '/state/runs/r/ignition/a.ign', sha256: 'a'.repeat(64), complete: true }
    await provider({ argv: [script('act', 'cat > request')] }).act({ ...request, ignition }, options())
    expect(JSON.parse(text('request'))).toEqual({ verb: 'act', ...request, ignition })
  })

  it('gives a program the request on stdin, and of the environment what is named', async () => {
    const act = [script('act', 'cat > request; env > environment; echo "$1" > argument'), 'a b; $(id)']
    await provider({ argv: act, environment: ['KEY'] }).act(request, options())
    expect(JSON.parse(text('request'))).toEqual({ verb: 'act', ...request })
    expect(text('argument')).toBe('a b; $(id)\n')
    const names = text('environment')
      .split('\n')
      .map((line) => line.split('=')[0])
    expect(names).toEqual(expect.arrayContaining(['PATH', 'KEY']))
    expect(names).not.toContain('OTHER')
    expect(names).not.toContain('HOME')
  })

  it.each([
    [75, 'transient', 'PROVISION_TRY_AGAIN'],
    [1, 'config', 'PROVISION_FAILED'],
    [255, 'config', 'PROVISION_FAILED'],
  ])('takes the exit status %i for %s', async (status, failureClass, code) => {
    const act = [script('act', `echo first >&2; echo "the disk is busy" >&2; exit ${status}`)]
    await expect(provider({ argv: act }).act(request, options())).rejects.toMatchObject({
      failureClass,
      code,
      message: expect.stringContaining('the disk is busy') as string,
    })
  })

  it('shows the last words of a program without what it was given, and without secrets', async () => {
    const act = [script('act', 'seq 1 1000 >&2; echo "$KEY has token=hunter22" >&2; exit 3')]
    const failure = provider({ argv: act, environment: ['KEY'] }).act(request, options())
    const message = await failure.then(
      () => '',
      (error: Error) => error.message,
    )
    expect(message).toMatch(/ended with 3: 997\n998\n999\n1000\n\*\*\* has token=\*\*\*$/)
  })

  it('shows nothing of a line whose begin it has forgotten', async () => {
    const act = [
      script(
        'act',
        'printf "%09000d$KEY" 0 | tail -c 8195 >&2; head -c 8190 /dev/zero | tr "\\0" x >&2; exit 3',
      ),
    ]
    const failure = provider({ argv: act, environment: ['KEY'] }).act(request, options())
    await expect(failure).rejects.toThrow(/ended with 3$/)
  })

  it('does not start without a variable that is named, and does not wait for who does not read', async () => {
    const act = [script('act', 'touch started')]
    await expect(
      provider({ argv: act, environment: ['GONE'] }).act(request, options()),
    ).rejects.toMatchObject({
      code: 'PROVISION_NOT_STARTED',
      message: expect.stringContaining('GONE') as string,
    })
    expect(isThere('started')).toBe(false)
    await provider({ argv: act }).act(request, options())
    expect(isThere('started')).toBe(true)
  })

  it.each(['missing', 'not executable', 'a directory', 'a name that is nowhere', 'without a variable'])(
    'says before anything is begun that a program cannot be started: %s',
    async (how) => {
      const file = path.join(directory, 'program')
      if (how === 'not executable') writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 })
      const programs: Readonly<Record<string, string>> = {
        'a directory': directory,
        'a name that is nowhere': 'no-such-program-here',
        'without a variable': '/bin/true',
      }
      const environment = how === 'without a variable' ? ['GONE'] : []
      const looked = provider({ argv: [programs[how] ?? file], environment }).observe(request, options())
      await expect(looked).rejects.toMatchObject({ failureClass: 'config', code: 'PROVISION_NOT_STARTED' })
    },
  )

  it('finds a program by PATH, and starts nothing to see that it is there', async () => {
    expect(await provider({ argv: ['true'] }).observe(request, options())).toBe('todo')
    expect(await provider({ argv: [script('act', 'touch started')] }).observe(request, options())).toBe(
      'todo',
    )
    expect(isThere('started')).toBe(false)
  })

  it.each(['missing', 'not executable', 'a directory'])(
    'says why a program cannot be started: %s',
    async (how) => {
      const file = path.join(directory, 'program')
      if (how === 'not executable') writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 })
      const act = [how === 'a directory' ? directory : file]
      await expect(provider({ argv: act }).act(request, options())).rejects.toMatchObject({
        failureClass: 'config',
        code: 'PROVISION_NOT_STARTED',
        message: expect.stringMatching(how === 'missing' ? /ENOENT/ : /EACCES/) as string,
      })
    },
  )

  it('ends a program that hangs, with its children, also when they ignore SIGTERM', async () => {
    const act = [
      script(
        'act',
        "trap '' TERM; sh -c \"trap '' TERM; sleep 600\" & echo $! > child; echo busy >&2; sleep 600",
      ),
    ]
    const failure = provider({ argv: act }).act(request, options({ timeoutMs: 1500 }))
    await expect(failure).rejects.toMatchObject({
      code: 'PROVISION_TIMEOUT',
      message: expect.stringContaining('did not end in 1.5 s and was ended: busy') as string,
    })
    await vi.waitUntil(() => !isAlive(text('child')), 30_000)
  })

  it('lets a program that listens to SIGTERM clean up', async () => {
    const act = [script('act', "trap 'touch cleaned; exit 0' TERM; touch ready; while :; do sleep 0.1; done")]
    const abort = new AbortController()
    const failure = provider({ argv: act }, 60_000).act(request, options({ signal: abort.signal }))
    failure.catch(() => undefined)
    await vi.waitUntil(() => isThere('ready'), 30_000)
    abort.abort(new NodeGoesBack())
    await expect(failure).rejects.toThrow(NodeGoesBack)
    expect(isThere('cleaned')).toBe(true)
  })

  it.each([
    ['the person leaves', new RunLeft()],
    [
      'a lease is lost',
      new StepError('lost-lock', 'another process has the lease', { code: 'CLUSTER_LOCKED' }),
    ],
    ['the run stops for another node', new Error('the journal cannot be written')],
  ])(
    'leaves a program that changes a machine to itself when %s: no signal, and its words',
    async (_, reason) => {
      const noted = 'for s in TERM HUP INT PIPE; do trap "echo $s >> signals" $s; done'
      const act = [
        script(
          'act',
          `${noted}; touch ready; while ! test -e go; do sleep 0.05; done; seq 1 100000 >&2; touch finished`,
        ),
      ]
      const abort = new AbortController()
      const failure = provider({ argv: act }).act(request, options({ signal: abort.signal }))
      failure.catch(() => undefined)
      await vi.waitUntil(() => isThere('ready'), 30_000)
      abort.abort(reason)
      await expect(failure).rejects.toBe(reason)
      writeFileSync(path.join(directory, 'go'), '')
      await vi.waitUntil(() => isThere('finished'), 30_000)
      expect(isThere('signals')).toBe(false)
    },
  )

  it('ends a program that only looks when the person leaves', async () => {
    const observe = [
      script('observe', "trap 'touch told; exit 0' TERM; touch ready; while :; do sleep 0.05; done"),
    ]
    const abort = new AbortController()
    const looked = provider({ observe }, 60_000).observe(request, options({ signal: abort.signal }))
    looked.catch(() => undefined)
    await vi.waitUntil(() => isThere('ready'), 30_000)
    abort.abort(new RunLeft())
    await expect(looked).rejects.toThrow(RunLeft)
    expect(isThere('told')).toBe(true)
  })

  it('keeps of endless output only the end', async () => {
    const act = [
      script(
        'act',
        'yes out | head -c 20000000; yes err | head -c 20000000 >&2; echo "that was it" >&2; exit 2',
      ),
    ]
    await expect(provider({ argv: act }).act(request, options())).rejects.toMatchObject({
      message: expect.stringMatching(/^.{1,400}that was it$/s) as string,
    })
  })

  it('does not wait for a child that a program has left running', async () => {
    const act = [script('act', 'sleep 600 & echo $! > child')]
    await provider({ argv: act }).act(request, options())
    const child = Number(text('child'))
    expect(isAlive(`${child}`)).toBe(true)
    process.kill(child)
  })

  it('looks by a program of its own: done, to do, or an error, never a guess', async () => {
    const observe = [script('observe', 'cat > request; exit "$(cat status)"')]
    const one = provider({ observe })
    const says = (status: number): void => writeFileSync(path.join(directory, 'status'), `${status}`)
    says(0)
    expect(await one.observe(request, options())).toBe('done')
    await one.verify(request, options())
    expect(JSON.parse(text('request'))).toMatchObject({ verb: 'observe', token: request.token })
    says(1)
    expect(await one.observe(request, options())).toBe('todo')
    await expect(one.verify(request, options())).rejects.toMatchObject({ code: 'PROVISION_NOT_DONE' })
    says(2)
    await expect(one.observe(request, options())).rejects.toMatchObject({ code: 'PROVISION_FAILED' })
    expect(await provider({}).observe(request, options())).toBe('todo')
  })

  it('gives back by a program of its own, when there is one', async () => {
    await provider({}).undo(request, options())
    await provider({ undo: [script('undo', 'cat > request')] }).undo(request, options())
    expect(JSON.parse(text('request'))).toMatchObject({ verb: 'undo' })
    const broken = provider({ undo: [script('undo', 'exit 9')] })
    await expect(broken.undo(request, options())).rejects.toMatchObject({ code: 'PROVISION_FAILED' })
  })

  it('puts the old system back by a program that is told the means, and looks that it is', async () => {
    const back = { ...request, means: 'snapshot', token: 'r1:node-1:3:back' } as const
    const rollback = [script('rollback', 'cat > request; rm -f new')]
    const observe = [script('observe', 'test -e new')]
    writeFileSync(path.join(directory, 'new'), '')
    await provider({ rollback, observe }).rollback?.(back, options())
    expect(JSON.parse(text('request'))).toEqual({ verb: 'rollback', ...back })
    writeFileSync(path.join(directory, 'new'), '')
    const idle = provider({ rollback: ['/bin/true'], observe })
    await expect(idle.rollback?.(back, options())).rejects.toMatchObject({
      code: 'PROVISION_NOT_ROLLED_BACK',
      message: expect.stringContaining('db-7 still has the new system') as string,
    })
    expect('rollback' in provider({})).toBe(false)
  })

  it('never takes a rollback for done that nobody has looked at', async () => {
    expect(() => provider({ rollback: ['/bin/true'] })).toThrow('is needed with rollback')
    const unseen = { ...request, means: 'snapshot' } as const
    const settings = {
      machine: 'proven' as const,
      argv: ['/bin/true'],
      rollback: ['/bin/true'],
      environment: [],
      retryExitCodes: [75],
    }
    const one = commandProvider(settings, { variables: process.env, graceMs: 200, programs: noPrograms })
    await expect(one.rollback?.(unseen, options())).rejects.toMatchObject({
      code: 'PROVISION_NOT_ROLLED_BACK',
    })
    const observe = [script('observe', 'exit 3')]
    const unsure = provider({ rollback: ['/bin/true'], observe })
    await expect(unsure.rollback?.(unseen, options())).rejects.toMatchObject({ code: 'PROVISION_FAILED' })
  })
})
