import { describe, expect, it } from 'vitest'
import { packageDatabasePartial } from '../../checks/package-database-partial.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeDegraded, judgeWithout } from '../support/judge.ts'

describe('package-database-partial', () => {
  it('passes when the packages every host has are listed', () => {
    expect(judge(packageDatabasePartial, {}).status).toBe('pass')
  })

  it('fails when systemd is not in the database', () => {
    expect(judge(packageDatabasePartial, { packages: { packages: [rpm({ name: 'bash' })] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('systemd') },
    })
  })

  it('fails on an empty database', () => {
    expect(judge(packageDatabasePartial, { packages: { packages: [] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('lists 0 packages') },
    })
  })

  it('asks for nothing beyond the two core packages', () => {
    expect(
      judge(packageDatabasePartial, {
        packages: { packages: [rpm({ name: 'bash' }), rpm({ name: 'systemd' })] },
      }).status,
    ).toBe('pass')
  })

  it('is unknown when rpm complained, even though it listed the core', () => {
    expect(judgeDegraded(packageDatabasePartial, 'packages')).toMatchObject({
      status: 'unknown',
      missing: [{ fact: 'packages', reason: 'degraded' }],
    })
  })

  it('copies the database before it is rebuilt', () => {
    const argv = packageDatabasePartial.remedies.flatMap((each) =>
      each.kind === 'command' ? [each.argv] : [],
    )
    const copy = argv.findIndex(([command]) => command === 'cp')
    expect(copy).toBeGreaterThan(-1)
    expect(argv.findIndex((words) => words.includes('--rebuilddb'))).toBeGreaterThan(copy)
  })

  it.each([...packageDatabasePartial.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(packageDatabasePartial, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
