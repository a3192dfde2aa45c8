import { describe, expect, it } from 'vitest'
import { madeAgain, whoMakesAgain } from '../../src/model/made-again.ts'

describe('madeAgain', () => {
  it('holds absolute directories without a slash at the end, each with a source', () => {
    for (const { path, source } of madeAgain) {
      expect(path).toMatch(/^(\/[a-z0-9_.-]+)+$/)
      expect(source).toMatch(/^https:\/\//)
    }
  })

  it('covers what is below, and nothing that is only named alike', () => {
    expect(whoMakesAgain('/opt/cni/bin/bridge')).toBeDefined()
    expect(whoMakesAgain('/opt/cni/binaries')).toBeUndefined()
    for (const path of ['/', '/usr', '/usr/local/mysql/data', '/usr/src/x', '/etc/cni/net.d'])
      expect(whoMakesAgain(path)).toBeUndefined()
  })
})
