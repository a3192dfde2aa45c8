import * as fc from 'fast-check'
import { IgnitionConfig } from '../../src/ignition/config.ts'

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined })
const source = fc.constantFrom('data:,a', 'data:,b', 'data:,c').map((text) => ({ source: text }))
const names = ['/etc/hostname', '/etc/one', '/etc/two', '/var/three'] as const

/** A few nodes on few paths, so that two configurations meet; no path twice in one of them. */
const storage = fc
  .array(
    fc.record({
      path: fc.constantFrom(...names),
      kind: fc.constantFrom('files', 'files', 'directories', 'links'),
      mode: optional(fc.constantFrom(0o644, 0o600, 0o755)),
      contents: optional(source),
      append: fc.array(source, { maxLength: 2 }),
      id: optional(fc.integer({ min: 0, max: 9 })),
      target: fc.constantFrom('/etc/x', '/etc/y'),
    }),
    { maxLength: 4 },
  )
  .map((nodes) => {
    const single = [...new Map(nodes.map((node) => [node.path, node])).values()]
    const of = (kind: string) => single.filter((node) => node.kind === kind)
    const owner = (id: number | undefined) => (id === undefined ? {} : { user: { id } })
    return {
      files: of('files').map(({ path, mode, contents, append, id }) => ({
        path,
        ...owner(id),
        ...(mode === undefined ? {} : { mode }),
        ...(contents === undefined ? {} : { contents, overwrite: true }),
        ...(append.length === 0 ? {} : { append }),
      })),
      directories: of('directories').map(({ path, mode, id }) => ({
        path,
        ...owner(id),
        ...(mode === undefined ? {} : { mode }),
      })),
      links: of('links').map(({ path, target }) => ({ path, target })),
    }
  })

const section = (word: string): string => `[Service]\nExecStart=/bin/${word}\n`
const units = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('kubelet.service', 'a.service', 'b.service'),
      contents: optional(fc.constantFrom(section('one'), section('two'))),
      mask: optional(fc.boolean()),
      dropins: fc.uniqueArray(
        fc.record({
          name: fc.constantFrom('a.conf', '90-osferry.conf'),
          contents: fc.constantFrom(section('x')),
        }),
        { selector: ({ name }) => name, maxLength: 2 },
      ),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  )
  .map((list) =>
    list.map((unit) => Object.fromEntries(Object.entries(unit).filter(([, value]) => value !== undefined))),
  )

const users = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('ops', 'dev'),
    uid: fc.integer({ min: 1000, max: 1003 }),
    groups: fc.uniqueArray(fc.constantFrom('wheel', 'adm', 'docker'), { maxLength: 2 }),
    sshAuthorizedKeys: fc.uniqueArray(fc.constantFrom('ssh-ed25519 AAAA a', 'ssh-ed25519 BBBB b'), {
      maxLength: 2,
    }),
  }),
  { selector: ({ name }) => name, maxLength: 2 },
)

const filesystems = fc.uniqueArray(
  fc.record({
    device: fc.constantFrom('/dev/vdb1', '/dev/vdc1'),
    format: fc.constantFrom('ext4', 'xfs'),
    path: fc.constantFrom('/var/a', '/var/b'),
    wipeFilesystem: fc.boolean(),
    options: fc.array(fc.constantFrom('-q', '-f'), { maxLength: 2 }),
    mountOptions: fc.array(fc.constantFrom('noatime', 'discard'), { maxLength: 2 }),
  }),
  { selector: ({ device }) => device, maxLength: 2 },
)

const disks = fc.uniqueArray(
  fc.record({
    device: fc.constantFrom('/dev/vdb', '/dev/vdc'),
    wipeTable: fc.boolean(),
    partitions: fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 1, max: 3 }),
        label: fc.constantFrom('data', 'more'),
        sizeMiB: fc.constantFrom(0, 100),
      }),
      { selector: ({ number }) => number, maxLength: 2 },
    ),
  }),
  { selector: ({ device }) => device, maxLength: 2 },
)

/** A configuration of specification 3.3.0 whose parts another one of these has often as well. */
export const anyConfig: fc.Arbitrary<IgnitionConfig> = fc
  .record({
    storage,
    units,
    users,
    filesystems,
    disks,
    should: fc.subarray(['a=1', 'b', 'quiet']),
    total: optional(fc.integer({ min: 1, max: 9 })),
  })
  .map(({ storage, units, users, filesystems, disks, should, total }) =>
    IgnitionConfig.parse({
      ignition: { version: '3.3.0', ...(total === undefined ? {} : { timeouts: { httpTotal: total } }) },
      kernelArguments: { shouldExist: should },
      passwd: { users },
      storage: { ...storage, filesystems, disks },
      systemd: { units },
    }),
  )
