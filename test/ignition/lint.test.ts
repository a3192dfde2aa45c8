import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { IgnitionConfig } from '../../src/ignition/config.ts'
import { lintIgnition, lintIgnitionText } from '../../src/ignition/lint.ts'

const Oracle = z.object({
  rows: z.array(
    z.object({
      name: z.string(),
      text: z.string(),
      exit: z.int(),
      warns: z.boolean(),
      at: z.string().nullable(),
    }),
  ),
})
const { rows } = Oracle.parse(
  JSON.parse(readFileSync(new URL('../fixtures/ignition/oracle.json', import.meta.url), 'utf8')),
)

/** By Ignition 2.14, as the validator. */
const errorsOf = (text: string) =>
  lintIgnitionText(text, { maxSpec: '3.3.0' }).issues.filter(({ severity }) => severity === 'error')
const rulesOf = (config: unknown) => lintIgnition(config).issues.map(({ rule }) => rule)
const withParts = (parts: Omit<IgnitionConfig, 'ignition'>): IgnitionConfig => ({
  ignition: { version: '3.3.0' },
  ...parts,
})
const withUnits = (units: { name: string; contents: string }[]) =>
  withParts({ systemd: { units: units.map((unit) => ({ ...unit, enabled: true })) } })

/** What the validator lets through and we do not: it works on no machine, or not as it is written. */
const stricter = [
  'decimal644',
  'fspathconflict',
  'kargs30',
  'luksclevis',
  'setuid',
  'unitnoinstall',
  'unknownkey',
  'version34exp',
]

describe('the linter beside ignition-validate, on 39 configurations', () => {
  it('has all of them', () => {
    expect(rows).toHaveLength(39)
  })

  it.each(rows.filter(({ exit }) => exit !== 0))('refuses $name, as the validator does', ({ text, at }) => {
    const errors = errorsOf(text)
    expect(errors).not.toEqual([])
    // Of a document that it cannot parse the validator tells no place.
    expect([null, ...errors.map(({ path }) => path.join('.'))]).toContain(at)
  })

  it('is stricter where the validator only warns, or says nothing, about what would go wrong', () => {
    const refused = rows.filter(({ exit, text }) => exit === 0 && errorsOf(text).length > 0)
    expect(refused.map(({ name }) => name)).toEqual(stricter)
  })

  it('says something about everything that the validator warns of', () => {
    const silent = rows.filter(({ warns, text }) => warns && lintIgnitionText(text).issues.length === 0)
    expect(silent).toEqual([])
  })
})

describe('traps that only a machine would show', () => {
  it.each([644, 755, 600, 1777])('mode %i was meant to be octal', (mode) => {
    const { issues } = lintIgnition(withParts({ storage: { files: [{ path: '/etc/a', mode }] } }))
    expect(issues).toMatchObject([
      { severity: 'error', rule: 'mode', message: { en: expect.stringContaining('is decimal here') } },
    ])
  })

  it.each([420, 384, 493, 448])('mode %i is what it says', (mode) => {
    expect(rulesOf(withParts({ storage: { files: [{ path: '/etc/a', mode }] } }))).toEqual([])
  })

  it('a file of the image is written over without overwrite', () => {
    const file = { path: '/etc/hostname', mode: 420, contents: { source: 'data:,a' } }
    expect(rulesOf(withParts({ storage: { files: [file] } }))).toEqual(['overwrite'])
    expect(rulesOf(withParts({ storage: { files: [{ ...file, overwrite: true }] } }))).toEqual([])
  })

  it('an empty machine id drops every enabled unit', () => {
    const unit = { name: 'a.service', enabled: true, contents: '[Install]\nWantedBy=multi-user.target\n' }
    const config = (source: string) =>
      withParts({
        storage: { files: [{ path: '/etc/machine-id', mode: 292, overwrite: true, contents: { source } }] },
        systemd: { units: [unit] },
      })
    expect(rulesOf(config('data:,'))).toEqual(['machine-id'])
    expect(rulesOf(config('data:,4f6f2a1c9b0d4e5f8a7b6c5d4e3f2a1b'))).toEqual(['machine-id'])
    expect(rulesOf(config('data:,uninitialized%0A'))).toEqual([])
  })

  it('something is fetched with no end of trying, or with no hash', () => {
    const fetched = (timeouts: { httpTotal: number } | undefined, hash: string | undefined) => ({
      ignition: {
        version: '3.3.0',
        ...(timeouts === undefined ? {} : { timeouts }),
        config: { merge: [{ source: 'https://a/b', ...(hash ? { verification: { hash } } : {}) }] },
      },
    })
    expect(rulesOf(fetched(undefined, `sha256-${'a'.repeat(64)}`))).toEqual(['http-total'])
    expect(rulesOf(fetched({ httpTotal: 0 }, `sha256-${'a'.repeat(64)}`))).toEqual(['http-total'])
    expect(rulesOf(fetched({ httpTotal: 60 }, undefined))).toEqual(['hash'])
    expect(rulesOf(fetched({ httpTotal: 60 }, `sha512-${'a'.repeat(128)}`))).toEqual([])
  })

  it('a profile of NetworkManager that others may read', () => {
    const file = { path: '/etc/NetworkManager/system-connections/a.nmconnection', mode: 420 }
    expect(rulesOf(withParts({ storage: { files: [file] } }))).toEqual(['mode'])
    expect(rulesOf(withParts({ storage: { files: [{ path: file.path }] } }))).toEqual(['mode'])
  })

  it('the same path twice, whatever its kind or slashes', () => {
    const files = [{ path: '/etc/a', mode: 420 }]
    expect(rulesOf(withParts({ storage: { files, links: [{ path: '/etc//a', target: '/b' }] } }))).toEqual([
      'duplicate-path',
    ])
  })

  it('an older specification that has not what is used', () => {
    const config = { ignition: { version: '3.2.0' }, kernelArguments: { shouldExist: ['quiet'] } }
    expect(rulesOf(config)).toEqual(['version'])
    expect(rulesOf({ ...config, ignition: { version: '3.3.0' } })).toEqual([])
  })
})

describe('ordering cycles', () => {
  const install = '[Install]\nWantedBy=multi-user.target\n'

  it('finds a unit that waits for the target that wants it', () => {
    const contents = `[Unit]\nAfter=multi-user.target\n${install}`
    expect(rulesOf(withUnits([{ name: 'join.service', contents }]))).toEqual(['unit-order'])
  })

  it('finds a circle of several units, also through Before', () => {
    const units = [
      { name: 'a.service', contents: `[Unit]\nAfter=b.service\n${install}` },
      { name: 'b.service', contents: `[Unit]\nAfter=c.service\n${install}` },
      { name: 'c.service', contents: `[Unit]\nAfter=graphical.target\n${install}` },
    ]
    expect(rulesOf(withUnits(units))).toEqual(['unit-order'])
    const early = `[Unit]\nBefore=sysinit.target\n${install}`
    expect(rulesOf(withUnits([{ name: 'a.service', contents: early }]))).toEqual(['unit-order'])
  })

  it('leaves an order without a circle alone', () => {
    const units = [
      { name: 'restore.service', contents: `[Unit]\nBefore=kubelet.service\n${install}` },
      {
        name: 'kubelet.service',
        contents: `[Unit]\nAfter=network-online.target restore.service\n${install}`,
      },
      {
        name: 'early.service',
        contents: `[Unit]\nDefaultDependencies=no\nBefore=sysinit.target\n${install}`,
      },
      {
        name: 'var-data.mount',
        contents: `[Mount]\nWhat=/dev/vdb\nWhere=/var/data\n[Install]\nWantedBy=local-fs.target\n`,
      },
    ]
    expect(rulesOf(withUnits(units))).toEqual([])
  })

  it('counts an empty After as taking back those before it', () => {
    const contents = `[Unit]\nAfter=multi-user.target\nAfter=\n${install}`
    expect(rulesOf(withUnits([{ name: 'a.service', contents }]))).toEqual([])
  })
})
