import { describe, expect, it } from 'vitest'
import { builtInProfiles } from '../../src/ignition/built-in-profiles.ts'
import { ignitionSpecs } from '../../src/model/os-profile.ts'
import { profileRows, profileValue, requireKnown, unknownFields } from '../../src/model/profile-fields.ts'

const named = (name: string) => builtInProfiles.find((profile) => profile.name === name)!

describe('built-in os profiles', () => {
  it('are the four systems, each under its own name', () => {
    expect(builtInProfiles.map(({ name }) => name)).toEqual([
      'lifseaos',
      'nestos',
      'fedora-coreos',
      'flatcar',
    ])
  })

  it.each(builtInProfiles)('$name has a source or a way to find out for every field', (profile) => {
    const told = profileRows(profile).map(({ field }) => ('value' in field ? field.source : field.unknown))
    expect(told.filter((words) => words.trim() === '')).toEqual([])
  })

  it('does not guess what is not public of LifseaOS', () => {
    const unknown = unknownFields(named('lifseaos')).map(({ path }) => path)
    expect(unknown).toContain('ignition.maxSpec')
    expect(unknown).toContain('network.stack')
    expect(unknown).not.toContain('identity.osReleaseId')
  })

  it('knows the newest specification of the three others', () => {
    const specs = ['nestos', 'fedora-coreos', 'flatcar'].map((name) =>
      profileValue(named(name), 'ignition.maxSpec'),
    )
    expect(specs).toEqual(['3.3.0', '3.5.0', '3.4.0'])
    expect(ignitionSpecs).toEqual(expect.arrayContaining(specs))
  })
})

describe('requireKnown', () => {
  it('names every missing field and how each one is found out', () => {
    const refused = () =>
      requireKnown(named('lifseaos'), [
        'ignition.maxSpec',
        'paths.writable',
        'network.stack',
        'network.stack',
      ])
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'PROFILE_INCOMPLETE',
        message: expect.stringMatching(
          /^os profile lifseaos: ignition\.maxSpec is not known: .*\nnetwork\.stack is not known: [^\n]*$/,
        ),
      }),
    )
  })

  it('takes a field whose known value is "none"', () => {
    expect(profileValue(named('flatcar'), 'kubernetes.kubeletPath')).toBeNull()
  })
})
