import { describe, expect, it } from 'vitest'
import { dnfPlugins } from '../../checks/dnf-plugins.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('dnf-plugins', () => {
  it('passes with the defaults', () => {
    expect(judge(dnfPlugins, {}).status).toBe('pass')
  })

  it('fails when plugins are switched off', () => {
    expect(judge(dnfPlugins, { dnfConfig: { plugins: false } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('plugins=0') },
    })
  })

  it('fails on a plugin path of its own', () => {
    expect(judge(dnfPlugins, { dnfConfig: { pluginpath: '/opt/dnf' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('pluginpath=/opt/dnf') },
    })
  })

  it('takes an unset value for the default', () => {
    expect(judge(dnfPlugins, { dnfConfig: { plugins: null } }).status).toBe('pass')
  })

  it.each([...dnfPlugins.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(dnfPlugins, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
