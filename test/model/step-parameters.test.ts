import { describe, expect, it } from 'vitest'
import { phases } from '../../src/model/playbook.ts'
import { stepNames } from '../../src/model/step-names.ts'
import { plannedParameters, stepRow } from '../../src/model/step-parameters.ts'

const order = (name: (typeof stepNames)[number]): number => phases.indexOf(stepRow(name).phase)

describe('step rows', () => {
  it.each(stepNames)(
    '%s: words in both languages, a time, defaults for everything that a playbook may leave out',
    (name) => {
      const row = stepRow(name)
      expect(row.title.en).not.toBe('')
      expect(row.title.zh).toMatch(/\p{Script=Han}/u)
      expect(row.timeoutMs).toBeGreaterThan(0)
      expect(row.with.safeParse({}).success).toBe(true)
      expect(row.with.safeParse({ nonsense: 1 }).success).toBe(false)
    },
  )

  it.each(stepNames)('%s stands in no earlier phase than what it must come after', (name) => {
    for (const before of stepRow(name).after) expect(order(before)).toBeLessThanOrEqual(order(name))
    expect(stepRow(name).after).not.toContain(name)
  })

  it.each(stepNames)('%s: only what options may give is ever missing', (name) => {
    const { error } = plannedParameters({ uses: name, with: {} }, {})
    for (const { path } of error?.issues ?? []) expect(stepRow(name).fromOptions).toContain(path[0])
  })
})

describe('plannedParameters', () => {
  it('takes the word of the playbook before that of the options, and both before the defaults', () => {
    const options = { store: '/var/parked', compression: 'none', maxBytesPerSecond: 65_536 }
    const given = { compression: 'gzip' }
    expect(plannedParameters({ uses: 'data.park', with: given }, options).data).toEqual({
      store: '/var/parked',
      compression: 'gzip',
    })
    const store = { store: 's3://parked/fleet' }
    expect(plannedParameters({ uses: 'data.park', with: store }, options).data).toMatchObject(store)
  })

  it.each([
    ['data.park', {}, {}, ['store']],
    ['images.park', {}, {}, ['registry']],
    ['images.park', { to: 'archive' }, { registry: 'r.example.com' }, ['store']],
    ['host.provision', {}, {}, ['provider']],
    ['host.provision', {}, { provider: 'command' }, ['argv']],
    ['host.provision', {}, { provider: 'redfish' }, ['redfish']],
    ['node.verify-os', { kernelPrefixes: ['5.10.'] }, {}, ['osRelease']],
    ['ignition.render', {}, {}, ['profile']],
  ] as const)('%s with %j and options %j: what is missing is named', (...row) => {
    const [uses, given, options, missing] = row
    const { error } = plannedParameters({ uses, with: given }, options)
    expect(error?.issues.map(({ path }) => path[0])).toEqual(missing)
  })

  it.each([
    ['host.provision', { provider: 'lab', argv: ['x'] }],
    ['host.provision', { provider: 'redfish', redfish: { bmc: 'dell' }, argv: ['x'] }],
    ['host.provision', { provider: 'command', argv: ['x'], redfish: { bmc: 'dell' } }],
    ['host.provision', { provider: 'redfish', redfish: { bmc: 'dell', boot: 'cd' } }],
    ['host.provision', { provider: 'redfish', redfish: { bmc: 'dell', image: 'https://192.0.2.1/i.iso' } }],
    [
      'host.provision',
      { provider: 'redfish', redfish: { bmc: 'dell', boot: 'cd', image: 'https://u:p@192.0.2.1/i.iso' } },
    ],
    ['host.provision', { provider: 'command', argv: [] }],
    ['host.provision', { provider: 'command', argv: ['a\0b'] }],
    ['host.provision', { environment: ['A-B'] }],
    ['host.provision', { observe: ['/opt/look'], retryExitCodes: [1] }],
    ['host.provision', { provider: 'lab', undo: ['/opt/undo'] }],
    ['host.provision', { retryExitCodes: [0] }],
    ['data.park', { store: 'https://user:secret@example.com/x' }],
    ['data.park', { store: 's3://user:secret@bucket' }],
    ['data.park', { store: 'a\nb' }],
    ['images.park', { registry: 'https://r.example.com' }],
    ['images.park', { registry: 'user:secret@r.example.com' }],
    ['cluster.drain', { forcePods: ['a/b'] }],
    ['cluster.drain', { forcePods: ['b'], escalate: 'force' }],
    ['cluster.drain', { deleteByRules: ['x'] }],
    ['cluster.drain', { settle: '0s' }],
    ['cluster.drain', { gracePeriodSeconds: 0 }],
    ['workloads.verify', { compare: [] }],
  ] as const)('%s refuses %j', (uses, given) => {
    expect(stepRow(uses).with.safeParse(given).success).toBe(false)
  })

  it('takes the choices of a drain by the names of its flags', () => {
    const rules = [{ name: 'jobs', match: { namespaces: ['batch'] }, behavior: 'Delete' as const }]
    const { data } = plannedParameters(
      { uses: 'cluster.drain', with: { rules, deleteByRules: ['jobs'] } },
      { deleteEmptyDirData: true, escalate: 'force', forcePods: ['shop/db-0'], timeout: 'not a parameter' },
    )
    expect(data).toMatchObject({ rules, deleteEmptyDirData: true, naked: 'refuse', settle: '30s' })
    expect(data).not.toHaveProperty('timeout')
  })
})
