import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modifiedFiles, parseVerifyLine } from '../../src/facts/modified-files.ts'
import { collectorInput } from '../support/collector-input.ts'

const stdout = `\u001efiles
S.5....T.  c /etc/ssh/sshd_config
.M.......  g /run/x
missing     /usr/share/doc/a (Permission denied)
missing   d /usr/share/man/b c
.........  c /etc/same
Unsatisfied dependencies for foo-1-1.el8.x86_64:
`

describe('modifiedFiles', () => {
  it('reads flags, kind and path of what differs', () => {
    expect(modifiedFiles.parse(collectorInput({ stdout: `${stdout}\u001eend\n` }))).toEqual({
      files: [
        { path: '/etc/ssh/sshd_config', flags: 'S.5....T.', attribute: 'c' },
        { path: '/run/x', flags: '.M.......', attribute: 'g' },
        { path: '/usr/share/doc/a', flags: 'missing', attribute: null },
        { path: '/usr/share/man/b c', flags: 'missing', attribute: 'd' },
      ],
      truncated: false,
    })
  })

  it('says when the list was cut, on the host or here', () => {
    expect(modifiedFiles.parse(collectorInput({ stdout }))).toMatchObject({ truncated: true })
    const many = `\u001efiles\n${'S.5....T.  c /etc/x\n'.repeat(6000)}\u001eend\n`
    const value = modifiedFiles.parse(collectorInput({ stdout: many }))
    expect(value).toMatchObject({ truncated: true })
    expect('files' in value && value.files.length).toBe(5000)
  })

  it('is a gap without rpm', () => {
    expect(() => modifiedFiles.parse(collectorInput({ stdout: '\u001eno rpm\n' }))).toThrow(/not installed/)
    expect(() => modifiedFiles.parse(collectorInput())).toThrow(/did not start/)
  })

  it('runs no scriptlet of a package', () => {
    expect(modifiedFiles.script).toContain('--noscripts')
  })

  it('gives absolute paths or nothing for any line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const row = parseVerifyLine(`S.5....T.  c ${noise}`)
        expect(row === null || row.path.startsWith('/')).toBe(true)
      }),
    )
  })
})
