import { join } from 'node:path'
import { array, assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCsv, renderCsv } from '../../src/inventory/csv.ts'
import { importCsv, type ImportCsvOptions } from '../../src/inventory/import-csv.ts'
import { tempDirectory } from './temp.ts'

async function read(text: string, options: Partial<ImportCsvOptions> = {}) {
  const directory = await tempDirectory({ 'cmdb.csv': text })
  return importCsv({ path: join(directory, 'cmdb.csv'), ...options })
}

describe('importCsv', () => {
  it('knows usual column names in English and Chinese', async () => {
    const { hosts } = await read(
      '\uFEFF主机名;管理IP;业务线;负责人;可用区;角色;备注\r\nnode1;10.0.0.1;支付;李伟;cn-1a;worker;"a;b"\r\n',
    )
    expect(hosts).toMatchObject([
      {
        name: 'node1',
        address: '10.0.0.1',
        labels: { businessUnit: '支付', owner: '李伟', zone: 'cn-1a', role: 'worker' },
        place: { line: 2 },
      },
    ])
  })

  it('maps columns by name, and takes the others as labels when asked', async () => {
    const { hosts } = await read('asset\tmgmt\tssh_port\tteam\track\nn1\t192.0.2.1\t2200\tpay\tr7\n', {
      map: { name: 'asset', address: 'mgmt', owner: 'team', 'label.pos': 'rack' },
      restAsLabels: true,
    })
    expect(hosts[0]).toMatchObject({
      name: 'n1',
      address: '192.0.2.1',
      labels: { owner: 'pay', pos: 'r7' },
      ssh: { port: 2200 },
    })
  })

  it('uses the address for hosts without a name', async () => {
    const { hosts } = await read('ip,user\n10.0.0.1,ops\n')
    expect(hosts[0]).toMatchObject({ name: '10.0.0.1', ssh: { user: 'ops' } })
  })

  it.each([
    ['name,port\nok,22\n\nbad,99999\n', /cmdb\.csv:4: column port: "99999" is not a port/],
    ['name\n"a\nb"\n', /cmdb\.csv:2: column name: .* is not a host name/],
    ['name,ip\n,\n', /cmdb\.csv:2: column name is empty/],
    ['name\na,b\n', /cmdb\.csv:2: the row has 2 fields, the header 1/],
    ['name,become\na,maybe\n', /cmdb\.csv:2: column become: "maybe"/],
    ['colour,size\nred,1\n', /cmdb\.csv:1: no column names the hosts/],
    ['name\n"a\n', /cmdb\.csv:2: a quoted field does not end/],
    ['name\n"a"b\n', /cmdb\.csv:2: text after the closing quote/],
  ])('refuses %j with line and column', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message)
  })

  it('suggests the column and the field that were meant', async () => {
    await expect(read('name,owner\na,b\n', { map: { owner: 'ownr' } })).rejects.toThrow(
      expect.objectContaining({ hint: expect.stringContaining('did you mean owner?') }),
    )
    await expect(read('name,x\na,b\n', { map: { addres: 'x' } })).rejects.toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('did you mean address?') }),
    )
  })
})

describe('parseCsv', () => {
  it('reads back what was written, whatever is in the fields', () => {
    const field = string({
      unit: constantFrom('a', '支', '"', ',', ';', '\t', '\n', '\r\n', ' ', '\uFEFF'),
      maxLength: 8,
    })
    const rows = array(array(field, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 6 })
    const roundTrip = property(rows, (written) => {
      const text = renderCsv([['h1', 'h2', 'h3', 'h4', 'h5'], ...written])
      expect(
        parseCsv(text, 'f')
          .slice(1)
          .map(({ fields }) => fields),
      ).toEqual(written)
    })
    expect(() => assert(roundTrip)).not.toThrow()
  })
})
