import { describe, expect, it } from 'vitest'
import { selinuxMode } from '../../checks/selinux-mode.ts'
import { commandsOf, judge, judgeDegraded, judgeWithout } from '../support/judge.ts'

describe('selinux-mode', () => {
  it('passes when mode and configuration agree', () => {
    expect(judge(selinuxMode, {}).status).toBe('pass')
  })

  it('fails when the reboot changes the mode', () => {
    expect(judge(selinuxMode, { selinux: { mode: 'permissive', configured: 'enforcing' } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('configured: enforcing') },
    })
  })

  it('is graver from disabled', () => {
    expect(judge(selinuxMode, { selinux: { mode: 'disabled', configured: 'enforcing' } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('In force: disabled') },
    })
  })

  it('says nothing without a configuration', () => {
    expect(judge(selinuxMode, { selinux: { mode: 'disabled', configured: null } }).status).toBe('pass')
  })

  it.each([
    ['enforcing', 'permissive', ['SELINUX=enforcing', 'setenforce 0']],
    ['permissive', 'enforcing', ['setenforce 1', 'SELINUX=permissive']],
    ['disabled', 'enforcing', ['fixfiles -F onboot', 'SELINUX=disabled']],
  ] as const)('offers both ways out of %s against %s, the stricter first', (mode, configured, ways) => {
    const commands = commandsOf(judge(selinuxMode, { selinux: { mode, configured } }))
    expect(commands.map((argv) => argv.join(' '))).toEqual(ways.map((way) => expect.stringContaining(way)))
  })

  it('needs no list of policy modules, but the configured mode', () => {
    expect(judgeDegraded(selinuxMode, 'selinux').status).toBe('pass')
    expect(judgeDegraded(selinuxMode, 'selinux', { selinux: { configured: null } }).status).toBe('unknown')
  })

  it.each([...selinuxMode.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(selinuxMode, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
