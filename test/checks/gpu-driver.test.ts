import { describe, expect, it } from 'vitest'
import { gpuDriver } from '../../checks/gpu-driver.ts'
import { factsWith, hostFacts, runCheck, without } from '../support/facts-fixture.ts'

describe('gpu-driver', () => {
  it('passes a host without GPUs', () => {
    const facts = hostFacts()
    expect(runCheck(gpuDriver, facts, { target: 'containeros' })).toMatchObject({ status: 'pass' })
  })

  it('asks for the driver in place', () => {
    const facts = factsWith({
      gpu: {
        devices: [{ slot: '0000:00:07.0', vendor: '10de', device: '1eb8', driver: 'nvidia' }],
        drivers: [{ name: 'nvidia', version: '470.57.02' }],
      },
    })
    expect(runCheck(gpuDriver, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('nvidia 470.57.02') },
    })
  })

  it('blocks ContainerOS', () => {
    const facts = factsWith({
      gpu: {
        devices: [{ slot: '0000:00:07.0', vendor: '10de', device: '1eb8', driver: 'nvidia' }],
        drivers: [],
      },
    })
    expect(runCheck(gpuDriver, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('this host has 1') },
    })
  })

  it('blocks ContainerOS for a GPU without a driver', () => {
    const facts = factsWith({
      gpu: { devices: [{ slot: '0000:00:07.0', vendor: '10de', device: '1eb8', driver: null }], drivers: [] },
    })
    expect(runCheck(gpuDriver, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it.each([
    [{ slot: '0000:81:00.0', class: '120000', vendor: '19e5', device: 'd801', driver: null }],
    [{ slot: '0000:81:00.0', vendor: '1da3', device: '1020', driver: 'habanalabs' }],
  ])('blocks ContainerOS for an accelerator that is no GPU: %j', (device) => {
    const facts = factsWith({ gpu: { devices: [device], drivers: [] } })
    expect(runCheck(gpuDriver, facts, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'block',
    })
  })

  it('asks for an Ascend driver in place', () => {
    const facts = factsWith({
      gpu: { devices: [], drivers: [{ name: 'drv_davinci_intf_host', version: null }] },
    })
    expect(runCheck(gpuDriver, facts, { target: 'anolis-anck' })).toMatchObject({ status: 'fail' })
  })

  it('passes a GPU without a driver in place', () => {
    const facts = factsWith({
      gpu: { devices: [{ slot: '0000:00:07.0', vendor: '10de', device: '1eb8', driver: null }], drivers: [] },
    })
    expect(runCheck(gpuDriver, facts, { target: 'anolis-rhck' })).toMatchObject({ status: 'pass' })
  })

  it('does not take a console for a GPU', () => {
    const facts = factsWith({
      gpu: {
        devices: [{ slot: '0000:00:07.0', vendor: '1013', device: '1eb8', driver: 'cirrus' }],
        drivers: [],
      },
    })
    expect(runCheck(gpuDriver, facts, { target: 'containeros' })).toMatchObject({ status: 'pass' })
  })

  it('is unknown, not pass, when gpu could not be read', () => {
    const facts = without('gpu', 'permission-denied')
    expect(runCheck(gpuDriver, facts, { target: 'anolis-rhck' })).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'gpu', reason: 'permission-denied' }],
    })
  })
})
