import { describe, expect, it } from 'vitest'
import { builtInProfiles } from '../../src/ignition/built-in-profiles.ts'
import { ignitionSpecs, OsProfile } from '../../src/model/os-profile.ts'
import { profileRows, profileValue, requireKnown, unknownFields } from '../../src/model/profile-fields.ts'

/** An address, a path in a repository or a titled paper; of kernel lines also what osferry itself has data of. */
const place = /[\w.-]+\/[\w.-]+|^LifseaOS introduction, |osferry has data of$|^uname -r of ACK nodes/
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

  it.each(builtInProfiles)('$name names the page, file or paper that each value was read in', (profile) => {
    const vague = profileRows(profile).flatMap(({ path, field }) =>
      'value' in field && !place.test(field.source) ? [path] : [],
    )
    expect(vague).toEqual([])
  })

  it('does not guess what is not public of LifseaOS', () => {
    const unknown = unknownFields(named('lifseaos')).map(({ path }) => path)
    expect(unknown).toContain('ignition.maxSpec')
    expect(unknown).toContain('ignition.platformIds')
    expect(unknown).toContain('network.stack')
    expect(unknown).not.toContain('identity.osReleaseId')
  })

  it('makes certificate authorities count on Flatcar by its own program', () => {
    expect(profileValue(named('flatcar'), 'trust.update')).toEqual(['/usr/sbin/update-ca-certificates'])
  })

  it('knows the newest specification of the three others', () => {
    const specs = ['nestos', 'fedora-coreos', 'flatcar'].map((name) =>
      profileValue(named(name), 'ignition.maxSpec'),
    )
    expect(specs).toEqual(['3.3.0', '3.5.0', '3.4.0'])
    expect(ignitionSpecs).toEqual(expect.arrayContaining(specs))
  })
})

it('a profile that was written before it was asked for programs of storage says that they are not known', () => {
  const { mdadm: _mdadm, lvm: _lvm, ...packages } = named('nestos').packages
  const old = OsProfile.parse({ ...named('nestos'), packages })
  expect(unknownFields(old).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['packages.mdadm', 'packages.lvm']),
  )
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
