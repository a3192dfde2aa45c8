import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import { diffConfigs } from '../../src/ignition/diff-configs.ts'
import { ignitionRequest, settingsOf } from '../support/ignition-request.ts'
import { anyRequest } from '../support/random-host.ts'

const built = (facts: object, settings = settingsOf()) =>
  buildIgnition(ignitionRequest(facts, { settings })).config

describe('diffConfigs', () => {
  it('has nothing to say of a configuration and itself, in whatever order', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { config } = buildIgnition(request)
        const files = config.storage?.files?.toReversed()
        expect(diffConfigs(config, { ...config, storage: { ...config.storage, files } })).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it('names lines of files, arguments and units that are others', () => {
    const cmdline = { kernel: { cmdline: ['net.ifnames=0'] } }
    const before = built({ ...cmdline, time: { servers: ['a.example.com', 'b.example.com'] } })
    const after = built({ time: { servers: ['a.example.com', 'c.example.com'] }, kernel: { cmdline: [] } })
    expect(diffConfigs(before, after)).toEqual([
      {
        kind: 'changed',
        what: 'file /etc/chrony.conf',
        lines: ['-server b.example.com iburst', '+server c.example.com iburst'],
      },
      { kind: 'removed', what: 'kernel argument net.ifnames=0', lines: ['-wanted'] },
    ])
    const labels = built({ ...cmdline, kubelet: { args: ['--node-labels=a=b'] } })
    const kinds = diffConfigs(built({ ...cmdline, kubelet: { args: [] } }), labels)
    expect(kinds).toMatchObject([{ kind: 'changed', what: 'unit kubelet.service' }])
    expect(kinds[0]?.lines.join('\n')).toContain('+  --node-labels=a=b')
  })

  it('sees any change of mode', () => {
    const config = built({})
    const [first, ...rest] = config.storage?.files ?? []
    const files = [{ ...first!, mode: 0o600 }, ...rest]
    expect(diffConfigs(config, { ...config, storage: { ...config.storage, files } })).toMatchObject([
      { kind: 'changed', what: `file ${first?.path}` },
    ])
  })
})
