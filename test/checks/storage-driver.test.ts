import { describe, expect, it } from 'vitest'
import { storageDriver } from '../../checks/storage-driver.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { crioNode, dockerNode } from '../support/runtimes.ts'

describe('storage-driver', () => {
  it('has nothing to say with containerd alone', () => {
    expect(judge(storageDriver, {}).status).toBe('not-applicable')
  })

  it('passes overlay2', () => {
    expect(judge(storageDriver, { containerRuntimes: { docker: dockerNode } }).status).toBe('pass')
  })

  it('names devicemapper', () => {
    expect(
      judge(storageDriver, {
        containerRuntimes: { docker: { ...dockerNode, storageDriver: 'devicemapper' } },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('docker: devicemapper') },
    })
  })

  it('accepts overlay of CRI-O, which is another one', () => {
    expect(judge(storageDriver, { containerRuntimes: { crio: crioNode } }).status).toBe('pass')
  })

  it('names the old overlay of Docker', () => {
    expect(
      judge(storageDriver, { containerRuntimes: { docker: { ...dockerNode, storageDriver: 'overlay' } } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('docker: overlay') } })
  })

  it('is mild where all is new', () => {
    expect(
      judge(
        storageDriver,
        { containerRuntimes: { docker: { ...dockerNode, storageDriver: 'aufs' } } },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', severity: 'low', here: { en: expect.stringContaining('aufs') } })
  })

  it('is unknown when the driver of docker could not be read', () => {
    const docker = { ...dockerNode, storageDriver: null }
    expect(judge(storageDriver, { containerRuntimes: { docker } }).status).toBe('unknown')
  })

  it('is unknown when the driver of CRI-O could not be read', () => {
    const crio = { ...crioNode, storageDriver: null }
    expect(judge(storageDriver, { containerRuntimes: { crio } })).toMatchObject({
      status: 'unknown',
      reason: { en: 'The storage driver of cri-o is not known.' },
    })
    expect(judge(storageDriver, { containerRuntimes: { crio, docker: dockerNode } }).status).toBe('unknown')
  })

  it('names an old driver although the other one is not known', () => {
    const crio = { ...crioNode, storageDriver: null }
    const docker = { ...dockerNode, storageDriver: 'aufs' }
    expect(judge(storageDriver, { containerRuntimes: { crio, docker } }).status).toBe('fail')
  })

  it.each([...storageDriver.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(storageDriver, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
