import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hostProject, type HostProject } from '../support/host-project.ts'
import { applyWords } from '../support/osferry.ts'

const seconds = 4

/** Does with each verb what the file \`VERB-HOST\` says. */
const script = `
read -r request
field() { printf '%s' "$request" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
verb=$(field verb) host=$(field host)
test "$verb" = observe || echo "$host" >> acts
case $(cat "$verb-$host" 2>/dev/null) in
  fails) echo 'no such image' >&2; exit 3 ;;
  hangs) echo 'still waiting for the image' >&2; sleep 600 ;;
esac
test "$verb" = act && { : > "new-$host"; exit; }
test -e "new-$host"
`

let planned: HostProject
let digest = ''
beforeAll(async () => {
  planned = hostProject(['a', 'b'])
  const file = (name: string): string => path.join(planned.cwd, name)
  const change = (name: string, from: string, to: string): void =>
    writeFileSync(file(name), readFileSync(file(name), 'utf8').replace(from, to))
  writeFileSync(file('provision.sh'), script)
  change('options.yaml', './provision.sh] }', './provision.sh], observe: [/bin/sh, ./provision.sh] }')
  change('hosts-only.yaml', 'timeout: 5m', `timeout: ${seconds}s`)
  digest = await planned.plan()
})
afterAll(() => planned.remove())

const hung = /\/bin\/sh did not end in [\d.]+ s and was ended: still waiting for the image/
const failed = /\/bin\/sh ended with 3: no such image/

it.each([
  { verb: 'observe', what: 'fails', exitCode: 8, state: '↩ returned as found', message: failed },
  { verb: 'observe', what: 'hangs', exitCode: 8, state: '↩ returned as found', message: hung },
  {
    verb: 'act',
    what: 'fails',
    exitCode: 7,
    state: '✖ failed, past the point of no return',
    message: failed,
  },
  { verb: 'act', what: 'hangs', exitCode: 7, state: '✖ failed, past the point of no return', message: hung },
])(
  'says what to do when the program that replaces $what at $verb: exit $exitCode, and the next command ends the run',
  async ({ verb, what, exitCode, state, message }) => {
    const project = hostProject(planned)
    try {
      const fault = path.join(project.cwd, `${verb}-a`)
      writeFileSync(fault, what)
      const { stdout, stderr, ...end } = await project.run(applyWords('hosts-only.yaml', digest))
      expect([end.exitCode, stdout]).toEqual([exitCode, expect.stringContaining(state)])
      expect(stdout).toMatch(/^b +not started/m)
      expect(stdout).toMatch(message)
      // Before its point of no return nothing was done to the host.
      expect(project.acts()).toEqual(verb === 'act' ? ['a'] : [])
      const [, next = ''] = /next: osferry (runs resume .*--retry a)$/m.exec(stderr) ?? []
      expect(/osferry rollback a --approve [0-9a-f]{12}$/m.test(stderr)).toBe(verb === 'act')
      rmSync(fault)
      const again = await project.run(next.split(' '))
      expect([again.exitCode, again.stdout]).toEqual([
        0,
        expect.stringMatching(/^a +✔ done\nb +not started$/m),
      ])
      // The others were not meant by the retry; the run goes on with them.
      const [, onward = ''] = /next: osferry (runs resume \S+)$/m.exec(again.stderr) ?? []
      const rest = await project.run(onward.split(' '))
      expect([rest.exitCode, rest.stdout]).toEqual([0, expect.stringMatching(/^a +✔ done\nb +✔ done$/m)])
      expect(project.acts()).toEqual(verb === 'act' ? ['a', 'a', 'b'] : ['a', 'b'])
    } finally {
      project.remove()
    }
  },
)
