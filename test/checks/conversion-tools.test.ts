import { describe, expect, it } from 'vitest'
import { conversionTools } from '../../checks/conversion-tools.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('conversion-tools', () => {
  it('passes when dnf, its plugins, grubby and curl are there', () => {
    expect(
      judge(conversionTools, {
        packages: {
          packages: [
            rpm({ name: 'dnf' }),
            rpm({ name: 'dnf-plugins-core' }),
            rpm({ name: 'grubby' }),
            rpm({ name: 'curl' }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('names the one that is missing', () => {
    expect(
      judge(conversionTools, {
        packages: { packages: [rpm({ name: 'dnf' }), rpm({ name: 'grubby' }), rpm({ name: 'curl' })] },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('Not installed: dnf-plugins-core.') },
    })
  })

  it('is not content with a package of a similar name', () => {
    expect(
      judge(conversionTools, {
        packages: {
          packages: [
            rpm({ name: 'dnf' }),
            rpm({ name: 'dnf-plugins-core' }),
            rpm({ name: 'grubby' }),
            rpm({ name: 'libcurl' }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('curl') } })
  })

  it('names all of them on an image without dnf', () => {
    expect(judge(conversionTools, { packages: { packages: [] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('dnf, dnf-plugins-core, grubby, curl') },
    })
  })

  it.each([...conversionTools.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(conversionTools, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
