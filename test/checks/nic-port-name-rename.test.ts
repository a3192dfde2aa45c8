import { describe, expect, it } from 'vitest'
import { nicPortNameRename } from '../../checks/nic-port-name-rename.ts'
import { nic } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('nic-port-name-rename', () => {
  it('passes virtio cards', () => {
    expect(judge(nicPortNameRename, {}).status).toBe('pass')
  })

  it('names a card whose driver reports ports', () => {
    expect(
      judge(nicPortNameRename, { nics: { interfaces: [nic({ name: 'ens1f0', driver: 'mlx5_core' })] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('ens1f0') } })
  })

  it('passes a name that already has the port', () => {
    expect(
      judge(nicPortNameRename, { nics: { interfaces: [nic({ name: 'ens1f0np0', driver: 'mlx5_core' })] } })
        .status,
    ).toBe('pass')
  })

  it('passes kernel names', () => {
    expect(
      judge(nicPortNameRename, { nics: { interfaces: [nic({ name: 'eth0', driver: 'ice' })] } }).status,
    ).toBe('pass')
  })

  it.each([...nicPortNameRename.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(nicPortNameRename, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
