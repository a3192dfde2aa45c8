import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerOf, parseAnswer } from '../../src/facts/answer.ts'
import { readFrames } from '../../src/facts/frame.ts'
import { composeScript, planCollection, scriptOf } from '../../src/facts/script.ts'
import type { Collector } from '../../src/model/collector.ts'
import { factSets } from '../../src/model/collector.ts'

const nonce = '0123456789abcdef0123456789abcdef'
const shells = ['dash', 'bash', 'bash --posix'] as const

/** CentOS 8 runs bash under the name sh, which is bash --posix. */
function program(shell: string): string {
  return shell.split(' ', 1)[0] ?? shell
}

function flags(shell: string): string[] {
  return shell.split(' ').slice(1)
}

function run(shell: string, script: string): Uint8Array {
  const done = spawnSync(program(shell), [...flags(shell), '-s'], {
    input: script,
    maxBuffer: 64 * 1024 * 1024,
  })
  return done.stdout
}

function options(): Parameters<typeof parseAnswer>[1] {
  return {
    nonce,
    set: 'full',
    collectedAt: '2026-01-01T00:00:00Z',
    receivedAtSeconds: Date.now() / 1000,
    hash: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  }
}

/** A collector that keeps its output; `dns` and the others are only names with a schema that takes lists of words. */
function echo(
  fact: 'lsm' | 'versionlock' | 'csi' | 'trustAnchors',
  script: string,
  more: object = {},
): Collector {
  const collector = {
    fact,
    set: 'basic',
    command: script,
    script,
    parse: ({ stdout }: { stdout: string }) => {
      const words = stdout.split('\n').filter((line) => line !== '')
      return { active: words, entries: words, files: words, sockets: words, drivers: [] }
    },
    ...more,
  }
  return collector as unknown as Collector
}

function collect(shell: string, all: readonly Collector[]): ReturnType<typeof answerOf> {
  return answerOf(all, run(shell, scriptOf(planCollection(all, 'full'), { set: 'full', nonce })), options())
}

describe.each(shells)('the script under %s', (shell) => {
  it.each(factSets)('is good syntax for the %s set', (set) => {
    const done = spawnSync(program(shell), [...flags(shell), '-n'], {
      input: composeScript({ set, nonce }),
      encoding: 'utf8',
    })
    expect(done.stderr).toBe('')
    expect(done.status).toBe(0)
  })

  it('gives facts of this machine, none of them unparsable or lost', () => {
    const answer = parseAnswer(run(shell, composeScript({ set: 'full', nonce })), options())
    expect(answer.problems).toEqual([])
    expect(answer.facts.kernel).toMatchObject({ status: 'ok', value: { release: os.release() } })
    expect(answer.facts.cpu).toMatchObject({ status: 'ok', value: { logicalCount: os.cpus().length } })
    expect(answer.facts.identity).toMatchObject({ status: 'ok', value: { hostname: os.hostname() } })
    const broken = Object.entries(answer.facts).filter(
      ([, fact]) =>
        fact.status === 'unavailable' && ['unparsable', 'lost', 'too-large'].includes(fact.reason),
    )
    expect(broken).toEqual([])
  })

  it('goes on behind a section that floods', () => {
    const answer = collect(shell, [
      echo('lsm', 'echo before'),
      echo('csi', 'yes flood', { maxBytes: 5000 }),
      echo('versionlock', 'yes again; echo never', { maxBytes: 5000 }),
      echo('trustAnchors', 'echo after'),
    ])
    expect(answer.problems).toEqual([])
    expect(answer.facts.lsm).toMatchObject({ status: 'ok', value: { active: ['before'] } })
    expect(answer.facts.csi).toMatchObject({ status: 'unavailable', reason: 'too-large' })
    expect(answer.facts.versionlock).toMatchObject({ status: 'unavailable', reason: 'too-large' })
    expect(answer.facts.trustAnchors).toMatchObject({ status: 'ok', value: { files: ['after'] } })
  })

  it('goes on behind a section that hangs, and ends its processes', () => {
    const mark = `31.${process.pid}${shell.length}`
    const answer = collect(shell, [
      echo('lsm', `echo begun; sleep ${mark} | sleep ${mark}`, { timeoutMs: 1000 }),
      echo('versionlock', 'echo after'),
    ])
    expect(answer.facts.lsm).toMatchObject({ status: 'unavailable', reason: 'timeout' })
    expect(answer.facts.versionlock).toMatchObject({ status: 'ok' })
    const left = spawnSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null'], { encoding: 'utf8' })
    expect(left.stdout).not.toContain(mark)
  })

  it('loses no section and signals nobody else in a storm of alarms', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-alarms-'))
    try {
      const log = path.join(directory, 'signals')
      const names = ['lsm', 'csi', 'versionlock', 'trustAnchors'] as const
      const bodies = names.map((_, index) => `echo begin; sleep 0.00${index + 1}; (:); echo end ${index}`)
      const plan = planCollection([], 'full')
      const sections = Array.from({ length: 24 }, (_, index) => ({
        id: `storm-${index}`,
        script: bodies[index % bodies.length] ?? '',
        timeoutSeconds: 10,
        maxBytes: 5000,
        facts: [],
      }))
      // An alarm a millisecond instead of one in 3 s; every signal is written down with who it is for.
      const calm = scriptOf({ ...plan, sections }, { set: 'full', nonce })
      const watched = [
        // An alarm interrupts the read of dash: once more while the process is there.
        `kill() { for pid; do :; done; entry=gone`,
        `until read -r entry <"/proc/$pid/stat" || ! [ -e "/proc/$pid" ]; do :; done`,
        `printf '%s / %s\\n' "$*" "$entry" >>${log}; command kill "$@"; }`,
        'main',
      ].join('\n')
      const stormy = calm.replace('tick=3\n', 'tick=0\n').replace(/^main$/m, () => watched)
      expect(stormy).not.toBe(calm)
      const frames = readFrames(run(shell, stormy), nonce)
      expect(frames.problems).toEqual([])
      const texts = sections.map(({ id }) => Buffer.from(frames.sections.get(id)?.bytes ?? []).toString())
      expect(texts).toEqual(sections.map((_, index) => `begin\nend ${index % bodies.length}\n`))
      const signals = fs.readFileSync(log, 'utf8').trim().split('\n')
      expect(signals.filter((line) => line.startsWith('-ALRM')).length).toBeGreaterThan(20)
      // pid (name) state parent group: everybody who got a signal is of the one group of the script. A sleep of no time may
      // have ended since its parent looked for it: nobody got that one.
      const got = signals.filter((line) => !line.endsWith('/ gone'))
      const groups = got.map((line) => /\/ \d+ \(.*\) \S \d+ (\d+) /.exec(line)?.[1] ?? line)
      expect([...new Set(groups)]).toHaveLength(1)
    } finally {
      fs.rmSync(directory, { recursive: true, force: true })
    }
  })

  it('runs a long section once where /proc tells nothing of its processes', () => {
    const script = scriptOf(planCollection([echo('lsm', 'echo a; sleep 2.5; echo b')], 'basic'), {
      set: 'basic',
      nonce,
    })
    const blind = script
      .replace('tick=3\n', 'tick=1\n')
      .replaceAll('"/proc/$1/stat"', '"/proc/nobody/$1/stat"')
    expect(blind.match(/nobody/g)).not.toBeNull()
    const { sections } = readFrames(run(shell, blind), nonce)
    expect(Buffer.from(sections.get('lsm')?.bytes ?? []).toString()).toBe('a\nb\n')
  })

  it('leaves no process behind on the host', () => {
    const mark = `7.${process.pid}${shell.length}`
    const script = scriptOf(planCollection([echo('lsm', 'echo done')], 'basic'), { set: 'basic', nonce })
    run(shell, script.replaceAll('tick=3\n', `tick=${mark}\n`))
    const left = spawnSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null'], { encoding: 'utf8' })
    expect(left.stdout).not.toContain(`sleep\0${mark}`)
  })

  it('loses only the section whose line never ends', () => {
    const answer = collect(shell, [
      echo('lsm', 'echo before'),
      echo('csi', 'exec 2>/dev/null; cat /dev/zero'),
      echo('versionlock', 'echo after'),
    ])
    expect(answer.facts.lsm).toMatchObject({ status: 'ok' })
    expect(answer.facts.csi).toMatchObject({ status: 'unavailable', reason: 'lost' })
    expect(answer.facts.versionlock).toMatchObject({ status: 'ok' })
  })

  it('cannot be deceived by output that looks like a frame', () => {
    const forged = `OSFERRY ${'f'.repeat(32)} section csi 0 - 4`
    const answer = collect(shell, [
      echo('lsm', `echo '${forged}'; echo evil; printf '@mark end 0 -'`),
      echo('csi', 'exit 3'),
    ])
    expect(answer.facts.lsm).toMatchObject({
      status: 'ok',
      value: { active: [forged, 'evil', '@mark end 0 -'] },
    })
    expect(answer.facts.csi).toMatchObject({ status: 'ok', value: { sockets: [] } })
  })

  it('keeps output byte for byte, whether or not it ends in a line feed', () => {
    const all = [
      echo('lsm', `printf 'a\\n\\nb'`),
      echo('csi', `printf '\\n\\n'`),
      echo('versionlock', `printf '\\377\\000x\\n'`),
      echo('trustAnchors', ':'),
    ]
    const { sections } = readFrames(
      run(shell, scriptOf(planCollection(all, 'basic'), { set: 'basic', nonce })),
      nonce,
    )
    const text = (id: string): string => Buffer.from(sections.get(id)?.bytes ?? []).toString('latin1')
    expect(text('lsm')).toBe('a\n\nb\n')
    expect(text('csi')).toBe('\n\n')
    expect(text('versionlock')).toBe('\u00ff\u0000x\n')
    expect(text('trustAnchors')).toBe('')
  })

  it('does nothing when it was cut on its way', () => {
    const script = composeScript({ set: 'basic', nonce })
    for (const part of [0.2, 0.5, 0.9])
      expect(run(shell, script.slice(0, script.length * part)).length).toBe(0)
  })

  it('tells files that are missing, empty, denied, without a last line feed, or special', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-files-'))
    try {
      fs.writeFileSync(path.join(directory, 'plain'), 'one\n\ntwo')
      fs.writeFileSync(path.join(directory, 'empty'), '')
      fs.mkdirSync(path.join(directory, 'folder'))
      spawnSync('mkfifo', [path.join(directory, 'fifo')])
      const files = ['plain', 'empty', 'missing', 'folder', 'fifo', 'none*', 'pl*'].map(
        (name) => `${directory}/${name}`,
      )
      let seen: object = {}
      const reader = { ...echo('lsm', ':'), files, paths: [`${directory}/*`] } as Collector
      reader.parse = (input) => {
        seen = {
          files: Object.fromEntries([...input.files].map(([name, answer]) => [path.basename(name), answer])),
          matched: input.matching(`${directory}/pl*`),
          kinds: input.pathsMatching(`${directory}/*`).map((name) => input.paths.get(name)?.kind),
        }
        return { active: [] }
      }
      collect(shell, [reader])
      expect(seen).toMatchObject({
        files: {
          // Asked for by name and by pattern: read twice, taken once.
          plain: { status: 'read', text: 'one\n\ntwo\n', truncated: false },
          empty: { status: 'read', text: '' },
          missing: { status: 'missing' },
          folder: { status: 'failed', message: 'Is a directory' },
          fifo: { status: 'read', text: '' },
        },
        matched: [`${directory}/plain`],
        kinds: ['file', 'other', 'directory', 'file'],
      })
    } finally {
      fs.rmSync(directory, { recursive: true, force: true })
    }
  })

  it('reads more matches than one command line takes', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-many-'))
    try {
      for (let index = 0; index < 13_000; index += 1)
        fs.writeFileSync(path.join(directory, `f${index}`), 'x\n')
      let count = [0, 0]
      const reader = {
        ...echo('lsm', ':'),
        files: [`${directory}/f*`],
        paths: [`${directory}/f*`],
      } as Collector
      reader.parse = (input) => {
        count = [input.matching(`${directory}/f*`).length, input.pathsMatching(`${directory}/f*`).length]
        return { active: [] }
      }
      collect(shell, [reader])
      expect(count).toEqual([13_000, 13_000])
    } finally {
      fs.rmSync(directory, { recursive: true, force: true })
    }
  })
})

describe('composeScript', () => {
  it('holds no redirection that writes a file, no here-document and no program outside the base system', () => {
    const code = withoutComments(composeScript({ set: 'deep', nonce }))
    const bare = code.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/gs, "''")
    const writes = [...bare.matchAll(/>+\s*[^&\s>]\S*/g)].map(([found]) => found)
    expect(writes.filter((found) => !/^>\s*\/dev\/null[;)]*$/.test(found))).toEqual([])
    expect(code).not.toContain('<<')
    expect(
      bare.match(
        /(?<=^|[;|&(]\s*)(?:python3?|perl|dnf|yum|curl|wget|tee|dd|mktemp|touch|mkdir|rm|mv|cp)\s/gm,
      ),
    ).toBeNull()
  })

  it('says in its head what it is and how to run it', () => {
    const head = composeScript({ set: 'full', nonce }).split('\n').slice(0, 8).join('\n')
    expect(head).toMatch(/^#!\/bin\/sh\n/)
    expect(head).toContain('only reads')
    expect(head).toContain('--from-bundle')
  })

  it('refuses a nonce or a path that a shell would read as something else', () => {
    expect(() => composeScript({ set: 'full', nonce: '$(reboot)' })).toThrow('nonce')
    const evil = { ...echo('lsm', ':'), files: ['/etc/$(reboot)'] } as Collector
    expect(() => planCollection([evil], 'full')).toThrow('unsafe path')
  })

  it('runs a script that several collectors share only once', () => {
    const plan = planCollection([echo('lsm', 'echo same'), echo('csi', ' echo same\n')], 'full')
    expect(plan.sections).toHaveLength(1)
    expect(plan.sections[0]?.facts).toEqual(['lsm', 'csi'])
  })
})

function withoutComments(script: string): string {
  return script.replace(/^\s*#.*$/gm, '')
}
