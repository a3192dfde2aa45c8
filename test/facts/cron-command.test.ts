import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cronCommand } from '../../src/facts/cron-command.ts'
import { canariesIn, secretCommands } from '../support/canaries.ts'

describe('cronCommand', () => {
  it.each([
    ['/opt/x', '/opt/x'],
    ['[ -x /usr/bin/foo ] && /usr/bin/foo --all', '[ -x /usr/bin/foo ] && /usr/bin/foo --all'],
    ['cd /opt/app && ./run.sh >/dev/null 2>&1', 'cd /opt/app && ./run.sh > /dev/null 2>&1'],
    ['flock -n /tmp/l python3 -u /opt/job.py now', 'flock -n /tmp/l python3 -u /opt/job.py …'],
    ['LANG=C A="b c" /opt/x | gzip > /backup/x.gz', 'LANG=… A=… /opt/x | gzip > /backup/x.gz'],
    [`su - app -c "python3 run.py secret" ; /opt/y`, `su … -c 'python3 run.py …' ; /opt/y`],
    ['mysqldump -uroot -psecret db one two > /b/$(date).sql', 'mysqldump -u… -p*** … > … ( date ) …'],
    ['tool --key=secret --file /etc/x secret/x', 'tool --key=… --file /etc/x …'],
    ['redis-cli -a /9j4AAQSk ping', 'redis-cli -a ***'],
    [`x 'a && secret' \`y secret\` "open secret`, 'x …'],
    [String.raw`date +\%F; mail -s x root%secret`, 'date … ; mail -s …'],
  ])('makes %j %j', (command, expected) => {
    expect(cronCommand(command)).toBe(expected)
  })

  it('keeps nothing of an argument that could be a secret', () => {
    const opaque = [
      'tool CANARY',
      'tool -xCANARY',
      'tool -x /CANARY+/9',
      'echo CANARY | sudo -S /opt/x',
      'echo root:CANARY|chpasswd',
      'A=CANARY B=x tool',
      'tool "$(echo CANARY)"',
      '/opt/x; tool --opt=CANARY',
      'tool <<<CANARY',
      'tool $(date)CANARY',
      'tool%CANARY%CANARY',
    ]
    expect(
      canariesIn([...secretCommands, ...opaque].map((command) => cronCommand(command)).join('\n')),
    ).toEqual([])
  })

  it('is short and takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cronCommand(text).length).toBeLessThanOrEqual(200)
      }),
    )
    expect(cronCommand('"'.repeat(100_001)).length).toBeLessThanOrEqual(200)
    expect(cronCommand("sh -c '".repeat(10_000)).length).toBeLessThanOrEqual(200)
  })
})
