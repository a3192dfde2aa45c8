import { defineCollector } from '../model/collector.ts'
import { distinct, wholeNumber } from './marked.ts'
import { readable } from './readable.ts'

const main = '/etc/ssh/sshd_config'
const files = [main, '/etc/ssh/sshd_config.d/*.conf'] as const

/** How people may come in by SSH, and who we came in as (before sudo). */
export const sshd = defineCollector({
  fact: 'sshd',
  set: 'full',
  command: 'sshd -T | grep -i "permitrootlogin\\|passwordauthentication\\|port"',
  script: `u=\${SUDO_USER:-\${LOGNAME:-\${USER:-}}}
if [ -n "$u" ]; then printf '%s\\n' "$u"; else id -un; fi
`,
  files,
  parse(input) {
    const { texts, note } = readable(input, files)
    const included = input.matching(files[1]).map((file) => texts.get(file) ?? '')
    const settings = sshdSettings(texts.get(main) ?? '', included)
    const first = (key: string): string | null => settings.find(([name]) => name === key)?.[1] ?? null
    const ports = settings.flatMap(([key, value]) => (key === 'port' ? (wholeNumber(value) ?? []) : []))
    return note({
      permitRootLogin: first('permitrootlogin')?.toLowerCase() ?? null,
      passwordAuthentication: first('passwordauthentication')?.toLowerCase() ?? null,
      ports: ports.length > 0 ? distinct(ports.filter((port) => port > 0 && port <= 65_535)) : [22],
      loginUser: input.stdout.trim().split('\n')[0] ?? '',
    })
  },
})

/** Settings outside of Match blocks in the order in which sshd reads them: for each key the first one counts. */
function sshdSettings(text: string, included: readonly string[]): [string, string][] {
  const settings: [string, string][] = []
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^\s*(\w+)(?:\s+|\s*=\s*)(.*?)\s*$/.exec(line) ?? []
    const name = key.toLowerCase()
    if (name === 'match') break
    if (name === 'include' && value.includes('sshd_config.d')) {
      settings.push(...included.flatMap((part) => sshdSettings(part, [])))
    } else if (name !== '') {
      settings.push([name, value.replaceAll(/^"|"$/g, '')])
    }
  }
  return settings
}
