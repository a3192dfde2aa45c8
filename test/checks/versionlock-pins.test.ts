import { describe, expect, it } from 'vitest'
import { versionlockPins } from '../../checks/versionlock-pins.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('versionlock-pins', () => {
  it('passes without locks', () => {
    expect(judge(versionlockPins, {}).status).toBe('pass')
  })

  it('is grave when a lock holds the kubelet', () => {
    expect(judge(versionlockPins, { versionlock: { entries: ['kubelet-0:1.20.2-0.*'] } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('kubelet') },
    })
  })

  it('is milder for other packages', () => {
    expect(
      judge(versionlockPins, { versionlock: { entries: ['java-1.8.0-openjdk-1:1.8.0.312.b07-2.el8_5.*'] } }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('1 version locks') },
    })
  })

  it('knows a lock by its bare name', () => {
    expect(judge(versionlockPins, { versionlock: { entries: ['containerd.io'] } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('containerd.io') },
    })
  })

  it('does not take kubelet-exporter for the kubelet', () => {
    expect(
      judge(versionlockPins, { versionlock: { entries: ['kubelet-exporter-0:1.0-1.*'] } }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('1 version locks') },
    })
  })

  it.each([...versionlockPins.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(versionlockPins, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
