import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseAnswer } from '../../src/facts/answer.ts'
import { collectors } from '../../src/facts/index.ts'
import { composeScript, planCollection } from '../../src/facts/script.ts'
import { canariesIn } from '../support/canaries.ts'
import { runInCanaryRoot } from '../support/canary-root.ts'

const nonce = '0123456789abcdef0123456789abcdef'
const decoder = new TextDecoder()

describe('a host whose every file holds secrets', () => {
  const { stdout, planted } = runInCanaryRoot(
    composeScript({ set: 'full', nonce }),
    planCollection(collectors, 'full').files,
  )
  const answer = parseAnswer(stdout, {
    nonce,
    set: 'full',
    collectedAt: '2026-01-01T00:00:00Z',
    receivedAtSeconds: 1_800_000_000,
    hash: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  })
  const json = JSON.stringify(answer)
  const sent = decoder.decode(stdout)

  it('gives facts without any of them', () => {
    expect(canariesIn(json)).toEqual([])
  })

  it('did read the planted files', () => {
    expect(planted.length).toBeGreaterThan(80)
    expect(sent).toContain('/etc/environment\0password=***\n')
    expect(answer.facts.networkConfig).toMatchObject({
      status: 'ok',
      value: { ifcfg: [{ device: 'eth0' }], keyfiles: [{ id: 'eth0' }] },
    })
    expect(answer.facts.fstab).toMatchObject({
      value: { entries: [{}, { options: ['username=u', 'password=***'] }, { source: '//files/x' }] },
    })
    expect(answer.facts.osRelease).toMatchObject({ value: { id: 'centos' } })
  })

  it('sends none of them: a bundle is a file that lies about', () => {
    expect(canariesIn(sent)).toEqual([])
  })

  it('runs on a root that is mounted read-only', () => {
    expect(answer.problems).toEqual([])
    expect(answer.status).not.toBe('failed')
  })
})
