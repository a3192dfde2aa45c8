import { defineCollector } from '../model/collector.ts'
import type { CollectorInput } from '../model/collector.ts'

const files = [
  '/etc/crypto-policies/state/current',
  '/etc/crypto-policies/config',
  '/proc/sys/crypto/fips_enabled',
  '/proc/cmdline',
] as const

/** System-wide crypto policy and FIPS mode. */
export const crypto = defineCollector({
  fact: 'crypto',
  set: 'full',
  command: 'update-crypto-policies --show; cat /proc/sys/crypto/fips_enabled',
  files,
  parse(input) {
    const fips = textOf(input, '/proc/sys/crypto/fips_enabled')?.trim()
    const words = (textOf(input, '/proc/cmdline') ?? '').split(/\s+/)
    return {
      policy: policyOf(textOf(input, files[0])) ?? policyOf(textOf(input, files[1])),
      fipsKernel: fips === '1' ? true : fips === '0' ? false : null,
      fipsArg: words.includes('fips=1'),
    }
  },
})

function textOf(input: CollectorInput, path: string): string | undefined {
  const answer = input.files.get(path)
  return answer?.status === 'read' ? answer.text : undefined
}

/** First word that is not a comment: `DEFAULT`, `FUTURE`, `DEFAULT:SHA1`. */
function policyOf(text: string | undefined): string | null {
  const line = text?.split('\n').find((line) => /^\s*[A-Z]/.test(line))
  return /^\s*([\w:.-]+)/.exec(line ?? '')?.[1] ?? null
}
