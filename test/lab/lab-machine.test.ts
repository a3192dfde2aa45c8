import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createLoopbackKey } from '../../src/hosts/loopback-server.ts'
import { startLabMachine } from '../../src/lab/lab-machine.ts'
import { tempDirectory } from '../inventory/temp.ts'

it('boots a new system whose stages are over faster than it can show them', async () => {
  const power: boolean[] = []
  const errors: unknown[] = []
  const machine = await startLabMachine({
    spec: { name: 'node-01', seed: 1, speed: 10_000_000 },
    directory: join(await tempDirectory(), 'node-01'),
    files: {},
    clientKey: createLoopbackKey(),
    collect: () => new Uint8Array(),
    onPower: ({ isOn }) => power.push(isOn),
    onError: (error) => errors.push(error),
    nowMs: () => performance.now(),
  })
  try {
    for (const token of ['a', 'b', 'c']) {
      machine.order('provision', { token, target: 'containeros' })
      await expect
        .poll(() => machine.describe(), { timeout: 60_000, interval: 5 })
        .toMatchObject({ isOn: true, installation: { token, stage: 'done' } })
      expect(power.at(-1)).toBe(true)
    }
    machine.order('rollback', { token: 'd', target: 'containeros' })
    await expect
      .poll(() => machine.describe(), { timeout: 60_000, interval: 5 })
      .toMatchObject({ isOn: true, installation: { token: 'd', stage: 'back' } })
    expect([power.at(-1), machine.state().generation]).toEqual([true, 2])
    expect(errors).toEqual([])
  } finally {
    await machine.close()
  }
})
