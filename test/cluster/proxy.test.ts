import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../src/cluster/proxy.ts'

const env = { HTTPS_PROXY: 'http://proxy:3128' }
const server = 'https://api.prod.example:6443'

describe('proxyFor', () => {
  it('prefers the proxy of the kubeconfig, and takes a name without a scheme for http', () => {
    expect(proxyFor(server, 'socks5://inner:1080', env)).toBe('socks5://inner:1080')
    expect(proxyFor(server, undefined, { https_proxy: 'proxy:3128' })).toBe('http://proxy:3128')
    expect(proxyFor(server, undefined, {})).toBeUndefined()
  })

  it('never goes through a proxy to this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]'])
      expect(proxyFor(`https://${host}:6443`, undefined, env)).toBeUndefined()
  })

  it.each([
    ['*', true],
    ['api.prod.example', true],
    ['prod.example', true],
    ['.prod.example', true],
    ['*.example', true],
    ['api.prod.example:6443', true],
    ['api.prod.example:443', false],
    ['od.example', false],
    ['.api.prod.example', false],
    ['other.example, prod.example', true],
    ['', false],
    ['10.0.0.0/8', false],
  ])('with NO_PROXY %j a name is left out: %j', (noProxy, exempt) => {
    expect(proxyFor(server, undefined, { ...env, NO_PROXY: noProxy }) === undefined).toBe(exempt)
  })

  it.each([
    ['10.0.0.0/8', true],
    ['10.2.0.0/16', false],
    ['10.1.2.3', true],
    ['10.1.2.3:6443', true],
    ['10.1.2', false],
    ['fd00::/8', false],
    ['10.0.0.0/99', false],
  ])('with NO_PROXY %j the address 10.1.2.3 is left out: %j', (noProxy, exempt) => {
    const found = proxyFor('https://10.1.2.3:6443', undefined, { ...env, NO_PROXY: noProxy })
    expect(found === undefined).toBe(exempt)
  })
})
