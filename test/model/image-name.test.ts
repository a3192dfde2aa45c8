import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longImageName, parseImageName, pushedReference } from '../../src/model/image-name.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('the name of an image', () => {
  it.each([
    ['app:1', 'docker.io/library/app:1'],
    ['team/app:1', 'docker.io/team/app:1'],
    ['docker.io/app:1', 'docker.io/library/app:1'],
    ['localhost/app:latest', 'localhost/app:latest'],
    ['registry.example.com:5000/team/app_x:v1.2-rc', 'registry.example.com:5000/team/app_x:v1.2-rc'],
    ['REGISTRY/app:1', 'REGISTRY/app:1'],
  ])('%s is %s in its long form', (short, long) => {
    const name = parseImageName(short)
    expect(name === undefined ? undefined : longImageName(name)).toBe(long)
  })

  it.each([
    '',
    'app',
    ':1',
    '--help:1',
    '-o:1',
    'app:1 x',
    'app:$(id)',
    "app':1",
    'app:1\n',
    '../app:1',
    'a//b:1',
    'App:1',
    'app@sha256:abc',
    `app@${digest}`,
    digest,
    'host:99999999/app:1',
    `${'a'.repeat(600)}:1`,
  ])('refuses %j', (text) => {
    expect(parseImageName(text)).toBeUndefined()
  })

  it('lets nothing through that a shell or an option could be made of', () => {
    const unit = fc.constantFrom('a', 'A', '0', '.', ':', '/', '-', '_', '@', ' ', '$', ';', '\n', '"')
    const isSafe = (text: string): boolean =>
      parseImageName(text) === undefined || /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/.test(text)
    expect(() => fc.assert(fc.property(fc.string({ unit }), isSafe))).not.toThrow()
  })

  it('is the same however often its long form is taken', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/)
    const domain = fc.constantFrom('', 'localhost/', 'docker.io/', 'a.b:5000/')
    const paths = fc.array(part, { minLength: 1, maxLength: 3 })
    const isStable = fc.property(domain, paths, part, (host, path, tag) => {
      const name = parseImageName(`${host}${path.join('/')}:${tag}`)
      if (name === undefined) return false
      const again = parseImageName(longImageName(name))
      return again !== undefined && longImageName(again) === longImageName(name)
    })
    expect(() => fc.assert(isStable)).not.toThrow()
  })
})

it('keeps images with one name and other content apart in a registry', () => {
  const name = parseImageName('localhost/team/app:1')!
  expect(pushedReference('r.example.com/moved', name, digest)).toBe(
    `r.example.com/moved/team/app:sha256-${'a'.repeat(64)}`,
  )
})
