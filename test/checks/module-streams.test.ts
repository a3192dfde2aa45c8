import { describe, expect, it } from 'vitest'
import { moduleStreams } from '../../checks/module-streams.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('module-streams', () => {
  it('passes without streams', () => {
    expect(judge(moduleStreams, {}).status).toBe('pass')
  })

  it('fails on a stream named after RHEL 8', () => {
    expect(
      judge(moduleStreams, {
        moduleStreams: {
          streams: [{ name: 'container-tools', stream: 'rhel8', state: 'enabled', profiles: [] }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('container-tools:rhel8') } })
  })

  it('accepts a stream with a version of its own', () => {
    expect(
      judge(moduleStreams, {
        moduleStreams: { streams: [{ name: 'nodejs', stream: '14', state: 'enabled', profiles: [] }] },
      }).status,
    ).toBe('pass')
  })

  it('ignores a disabled stream', () => {
    expect(
      judge(moduleStreams, {
        moduleStreams: { streams: [{ name: 'virt', stream: 'rhel', state: 'disabled', profiles: [] }] },
      }).status,
    ).toBe('pass')
  })

  it('knows the short name', () => {
    expect(
      judge(moduleStreams, {
        moduleStreams: { streams: [{ name: 'virt', stream: 'rhel', state: 'enabled', profiles: [] }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('virt:rhel') } })
  })

  it.each([...moduleStreams.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(moduleStreams, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
