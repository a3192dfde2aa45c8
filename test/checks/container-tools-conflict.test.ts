import { describe, expect, it } from 'vitest'
import { containerToolsConflict } from '../../checks/container-tools-conflict.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('container-tools-conflict', () => {
  it('passes without containerd.io', () => {
    expect(judge(containerToolsConflict, {}).status).toBe('pass')
  })

  it('fails when the module is enabled beside containerd.io', () => {
    expect(
      judge(containerToolsConflict, {
        packages: {
          packages: [
            rpm({ name: 'containerd.io', version: '1.6.33' }),
            rpm({ name: 'runc', version: '1.0' }),
          ],
        },
        moduleStreams: {
          streams: [{ name: 'container-tools', stream: 'rhel8', state: 'enabled', profiles: [] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('runc-1.0') } })
  })

  it('passes when the module is disabled', () => {
    expect(
      judge(containerToolsConflict, {
        packages: { packages: [rpm({ name: 'containerd.io' })] },
        moduleStreams: {
          streams: [{ name: 'container-tools', stream: 'rhel8', state: 'disabled', profiles: [] }],
        },
      }).status,
    ).toBe('pass')
  })

  it('passes podman from the module alone', () => {
    expect(
      judge(containerToolsConflict, {
        packages: { packages: [rpm({ name: 'podman' })] },
        moduleStreams: {
          streams: [{ name: 'container-tools', stream: 'rhel8', state: 'enabled', profiles: [] }],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...containerToolsConflict.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(containerToolsConflict, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
