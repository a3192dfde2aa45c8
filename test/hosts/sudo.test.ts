import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sudoDialogue, sudoError, watchSudo } from '../../src/hosts/sudo.ts'

const dialogue = sudoDialogue(['sh', '-s'], 'abc123', true)

describe('sudoDialogue', () => {
  it('asks for the password always, or never, and holds no secret', () => {
    const without = sudoDialogue(['sh', '-s'], 'abc123', false)
    expect(dialogue.argv.slice(3, 9)).toEqual(['sudo', '-k', '-S', '-p', '[osferry-abc123-password]', '--'])
    expect(without.argv.slice(3, 6)).toEqual(['sudo', '-n', '--'])
    expect([dialogue.waits, without.waits]).toEqual([true, false])
    expect(without.argv.slice(-2)).toEqual(['sh', '-s'])
  })
})

describe('watchSudo', () => {
  it('finds prompt and start however the bytes are cut, and passes on only what the command says', () => {
    const said = Buffer.from(
      `lecture\n${dialogue.prompt}Sorry\n${dialogue.prompt}${dialogue.ready}\nown ${dialogue.prompt} words\n`,
    )
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: said.length })), (cuts) => {
        const watcher = watchSudo(dialogue)
        let prompts = 0
        let rest = ''
        const edges = [...new Set([0, ...cuts, said.length])].sort((a, b) => a - b)
        for (const [index, edge] of edges.slice(1).entries()) {
          const heard = watcher.feed(said.subarray(edges[index], edge))
          prompts += heard.prompts
          rest += Buffer.from(heard.rest).toString()
        }
        expect({ prompts, rest, ready: watcher.isReady() }).toEqual({
          prompts: 2,
          rest: `own ${dialogue.prompt} words\n`,
          ready: true,
        })
        expect(watcher.said()).toBe('lecture\nSorry\n')
      }),
    )
  })

  it('holds a bounded part of endless talk', () => {
    const watcher = watchSudo(dialogue)
    for (let index = 0; index < 100; index++) watcher.feed(Buffer.alloc(10_000, 'x'))
    expect(watcher.said().length).toBeLessThanOrEqual(64 * 1024)
  })
})

describe('sudoError', () => {
  it.each([
    ['sudo: a password is required\n', false, 'HOST_SUDO_PASSWORD'],
    [
      'sudo: a terminal is required to read the password; either use the -S option',
      false,
      'HOST_SUDO_PASSWORD',
    ],
    [
      'Sorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n',
      true,
      'HOST_SUDO_PASSWORD',
    ],
    ['ops is not in the sudoers file.  This incident will be reported.\n', true, 'HOST_SUDO_REFUSED'],
    ["Sorry, user ops is not allowed to execute '/bin/sh' as root on node1.\n", true, 'HOST_SUDO_REFUSED'],
    ['Sorry, user ops may not run sudo on node1.\n', true, 'HOST_SUDO_REFUSED'],
    ['sudo: sorry, you must have a tty to run sudo\n', true, 'HOST_SUDO_REFUSED'],
    ["env: 'sudo': No such file or directory\n", false, 'HOST_SUDO_REFUSED'],
    ['sudo: account validation failure, is your account locked?\n', true, 'HOST_SUDO_REFUSED'],
    ['', true, 'HOST_SUDO_REFUSED'],
  ])('reads %j', (...row) => {
    const [said, hadPassword, code] = row
    expect(sudoError('node1', said, hadPassword)).toMatchObject({ code, details: { host: 'node1' } })
  })

  it('shows no control characters of the host', () => {
    expect(sudoError('node1', '\u001b[2J\u202eevil\u0007', false).message).not.toMatch(/\p{Cc}|\p{Cf}/u)
  })
})
