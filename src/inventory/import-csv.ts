import { MigrationError } from '../model/errors.ts'
import { SshSettings, type Labels } from '../model/inventory.ts'
import { nearest } from '../model/nearest.ts'
import { parseCsv, type CsvRow } from './csv.ts'
import { createNotes, labelFor, toLabelKey, type ImportedHost, type ImportedSource } from './imported.ts'
import { readBounded } from './read-bounded.ts'

export interface ImportCsvOptions {
  path: string
  /** Field -> column name: `name`, `address`, `user`, `port`, `group`, `key`, `jump`, `become`, or `label.KEY`. */
  map?: Readonly<Record<string, string>> | undefined
  /** Take the columns that nothing else uses as labels. */
  restAsLabels?: boolean | undefined
}

const columnNames: Readonly<Record<string, readonly string[]>> = {
  name: [
    'name',
    'hostname',
    'host',
    'fqdn',
    'node',
    'nodename',
    '主机名',
    '主机名称',
    '主机',
    '名称',
    '服务器名称',
    '节点',
  ],
  address: [
    'address',
    'ip',
    'ipaddress',
    'addr',
    'ansiblehost',
    'managementip',
    'ip地址',
    'ip地址v4',
    '管理ip',
    '内网ip',
    '地址',
  ],
  user: ['user', 'username', 'sshuser', 'login', '用户', '用户名', '登录用户'],
  port: ['port', 'sshport', '端口', 'ssh端口'],
  group: ['group', 'groups', 'cluster', '分组', '主机组', '组', '集群'],
  key: ['key', 'keyfile', 'identityfile', 'privatekey', '密钥', '私钥', '密钥文件'],
  jump: ['jump', 'jumphost', 'bastion', 'proxyjump', '跳板机', '堡垒机'],
  become: ['become', 'sudo', '提权'],
}

/** Where each thing stands in a row. */
interface Columns {
  fields: ReadonlyMap<string, number>
  labels: readonly { key: string; index: number }[]
}

/** Imports hosts from a CSV file (a CMDB export). Throws INVENTORY_INVALID with file:line and column. */
export async function importCsv(options: ImportCsvOptions): Promise<ImportedSource> {
  const { path } = options
  const [header, ...rows] = parseCsv(await readBounded(path, { notFound: 'INVENTORY_NOT_FOUND' }), path)
  if (!header) throw new MigrationError('INVENTORY_EMPTY', `${path} is empty`)
  const columns = findColumns(header, options)
  const hosts = rows.map((row) => toHost(row, header, { path, columns }))
  const groups = Object.fromEntries(hosts.flatMap((host) => host.groups.map((group) => [group, {}])))
  return { hosts, groups, notes: createNotes().list() }
}

/** The index of the column that names hosts, or undefined: used to recognise host lists. */
export function hostColumn(header: readonly string[]): number | undefined {
  const name = indexOf(header, 'name') ?? indexOf(header, 'address')
  return name
}

function findColumns(header: CsvRow, { path, map = {}, restAsLabels = false }: ImportCsvOptions): Columns {
  const fields = new Map<string, number>()
  const labels: { key: string; index: number }[] = []
  const used = new Set<number>()
  for (const [field, column] of Object.entries(map)) {
    const index = header.fields.findIndex((name) => name.trim() === column.trim())
    if (index < 0) throw unknownColumn(path, column, header.fields)
    const label = field.startsWith('label.') ? toLabelKey(field.slice(6)) : labelFor(field)
    if (field in columnNames) fields.set(field, index)
    else if (label !== undefined) labels.push({ key: label, index })
    else throw unknownField(field)
    used.add(index)
  }
  for (const field of Object.keys(columnNames)) {
    const index = fields.has(field) ? undefined : indexOf(header.fields, field)
    if (index === undefined || used.has(index)) continue
    fields.set(field, index)
    used.add(index)
  }
  for (const [index, name] of header.fields.entries()) {
    const key = labelFor(name) ?? (restAsLabels ? (toLabelKey(name) ?? `column_${index + 1}`) : undefined)
    if (key !== undefined && !used.has(index) && !labels.some((label) => label.key === key))
      labels.push({ key, index })
  }
  if (!fields.has('name') && !fields.has('address')) throw noNames(path, header.fields)
  return { fields, labels }
}

function indexOf(header: readonly string[], field: string): number | undefined {
  const plain = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_.-]/g, ''),
  )
  for (const known of columnNames[field] ?? []) {
    const index = plain.indexOf(known)
    if (index >= 0) return index
  }
  return undefined
}

interface RowContext {
  path: string
  columns: Columns
}

function toHost(row: CsvRow, header: CsvRow, { path, columns }: RowContext): ImportedHost {
  if (row.fields.length > header.fields.length)
    throw bad(path, row, `the row has ${row.fields.length} fields, the header ${header.fields.length}`)
  const cell = (field: string): string => row.fields[columns.fields.get(field) ?? -1]?.trim() ?? ''
  const column = (field: string): string => header.fields[columns.fields.get(field) ?? -1] ?? field
  const name = cell('name') === '' ? cell('address') : cell('name')
  if (name === '') throw bad(path, row, `column ${column('name')} is empty`)
  const address = cell('address')
  for (const [field, value] of [
    ['name', name],
    ['address', address],
  ] as const)
    if (value !== '' && !/^[A-Za-z0-9_:]([A-Za-z0-9_.:%-]*[A-Za-z0-9_:])?$/.test(value))
      throw bad(
        path,
        row,
        `column ${column(field)}: ${JSON.stringify(value)} is not a host name or an IP address`,
      )
  return {
    name,
    ...(address !== '' && address !== name && { address }),
    groups: cell('group')
      .split(/[\s,;、]+/)
      .flatMap((group) => toLabelKey(group) ?? []),
    labels: labelsOf(row, columns),
    ssh: sshOf(cell, (field, what) => bad(path, row, `column ${column(field)}: ${what}`)),
    place: { file: path, line: row.line },
  }
}

function labelsOf(row: CsvRow, { labels }: Columns): Labels {
  const present = labels.map(
    ({ key, index }) => [key, (row.fields[index] ?? '').trim().slice(0, 256)] as const,
  )
  return Object.fromEntries(present.filter(([, value]) => value !== ''))
}

function sshOf(
  cell: (field: string) => string,
  wrong: (field: string, what: string) => MigrationError,
): SshSettings {
  const ssh: SshSettings = {}
  if (cell('user') !== '') ssh.user = cell('user')
  if (cell('key') !== '') ssh.identityFiles = [cell('key')]
  if (cell('jump') !== '') ssh.jump = cell('jump').split(/[\s,;]+/)
  const become = cell('become').toLowerCase()
  if (/^(sudo|yes|true|1|y|是)$/.test(become)) ssh.become = 'sudo'
  else if (become !== '' && !/^(no|none|false|0|n|否)$/.test(become))
    throw wrong('become', `${JSON.stringify(become)}, expected yes or no`)
  const port = cell('port')
  if (port !== '') {
    if (!SshSettings.shape.port.safeParse(Number(port)).success)
      throw wrong('port', `${JSON.stringify(port)} is not a port (1 to 65535)`)
    ssh.port = Number(port)
  }
  return ssh
}

function bad(path: string, row: CsvRow, what: string): MigrationError {
  return new MigrationError('INVENTORY_INVALID', `${path}:${row.line}: ${what}`, {
    details: { file: path, line: row.line },
  })
}

function unknownColumn(path: string, column: string, header: readonly string[]): MigrationError {
  const meant = nearest(column, header)
  return new MigrationError('INVENTORY_INVALID', `${path}:1: there is no column ${JSON.stringify(column)}`, {
    hint: `columns: ${header.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  })
}

function unknownField(field: string): MigrationError {
  const known = [...Object.keys(columnNames), 'zone', 'role', 'businessUnit', 'owner', 'label.KEY']
  const meant = nearest(field, known)
  return new MigrationError('USAGE', `--map ${field}=...: ${field} is not a field`, {
    hint: `fields: ${known.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  })
}

function noNames(path: string, header: readonly string[]): MigrationError {
  return new MigrationError('INVENTORY_INVALID', `${path}:1: no column names the hosts`, {
    hint: `say which one does: --map name=COLUMN (columns: ${header.join(', ')})`,
    details: { file: path, line: 1 },
  })
}
