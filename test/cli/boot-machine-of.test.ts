import { expect, it } from 'vitest'
import { bootMachineOf } from '../../src/cli/boot-machine-of.ts'
import type { HostFacts } from '../../src/model/facts.ts'

const known = (uuid: string | null, serial: string | null): unknown => {
  const hardware = { status: 'ok', value: { uuid, serial } }
  const { uuid: told, serial: number } = bootMachineOf({ facts: { hardware } } as unknown as HostFacts)
  return [told, number]
}

it('knows no machine by what every board of its model says', () => {
  expect(known('4C4C4544-0043-3510-8052-B4C04F564433', 'CN7016')).toEqual([
    '4c4c4544-0043-3510-8052-b4c04f564433',
    'cn7016',
  ])
  for (const serial of ['Default string', 'To be filled by O.E.M.', '0', ' ', 'None'])
    expect(known('03000200-0400-0500-0006-000700080009', serial)).toEqual([null, null])
  expect(known(null, null)).toEqual([null, null])
})
