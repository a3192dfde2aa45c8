import { redact } from '../model/redact.ts'
import type { Text } from '../model/text.ts'
import type { AnsibleVars } from './ansible-tree.ts'
import { encryptedValue } from './ansible-yaml.ts'
import { labelFor, toLabelKey, type Notes, type Place } from './imported.ts'

export interface AnsibleLabelsOptions {
  /** Variables that the host itself sets, not its groups. */
  own: ReadonlySet<string>
  notes: Notes
  /** Gathers the variables of groups that were left out. */
  leftOut: LeftOut
  /** The value of a variable as text, templates filled in; undefined when it has none. */
  text(name: string): string | undefined
}

/** Variables of groups that no label was made of, and where each was first seen. */
export type LeftOut = Map<string, Place>

/** As many labels are taken from one host's variables; what follows is noted. */
const maxLabels = 32
const maxValue = 256

/** Words of which a variable's name is made when it may hold a secret, beside those that `redact` knows. */
const secretWord =
  /^(pass\w*|pwd?|psk|pin|otp|secrets?|tokens?|tok|keys?|apikey|vault|cred\w*|private|auth|bearer|jwt|cookies?|salt|certs?|certificates?|community|login|dsn|cmd|command|args)$/i
/** What hardly anybody writes but machines: keys, tokens, hashes. */
const opaque = /[A-Za-z0-9+/_=-]{24,}/
/** `$ANSIBLE_VAULT` and what else stands for an encrypted or hashed value. */
const sealed = /-----BEGIN|^\$(ANSIBLE_VAULT|[0-9a-z]{1,4}\$)/

/** By the words of its name, by the forms in which secrets are known, and by how it looks. */
function maybeSecret(name: string, text: string): boolean {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z0-9]+/)
  if (words.some((word) => secretWord.test(word)) || sealed.test(text)) return true
  const line = ` .${name}=${text}`
  if (redact(line) !== line || redact(` ${text}`) !== ` ${text}`) return true
  return opaque.test(text) && /[0-9]/.test(text) && /[A-Za-z]/.test(text)
}

/**
 * Labels from a host's variables: the four that every inventory knows from wherever they are set, and the host's own
 * other ones when they are single values. What is left out is noted by name, so that nothing goes missing unseen.
 */
export function labelsFromVars(vars: AnsibleVars, options: AnsibleLabelsOptions): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const name of vars.keys()) {
    const label = labelFor(name)
    const value = label === undefined ? undefined : options.text(name)
    if (label === undefined || value === undefined || value.length > maxValue) continue
    const place = vars.get(name)?.place
    if (!maybeSecret(name, value)) labels[label] ??= value
    else if (place !== undefined) options.notes.add(refusedText(name, secret), place)
  }
  for (const [name, { value, place }] of vars) {
    if (name.startsWith('ansible_') || labelFor(name) !== undefined) continue
    if (!options.own.has(name)) {
      if (!options.leftOut.has(name)) options.leftOut.set(name, place)
      continue
    }
    const why = refusal(name, value, Object.keys(labels).length)
    if (why !== undefined) {
      options.notes.add(refusedText(name, why), place)
      continue
    }
    const key = toLabelKey(name)
    const text = scalarText(value)
    if (key !== undefined && text !== undefined) labels[key] ??= text
  }
  return labels
}

interface Refusal {
  en: string
  zh: string
}

const secret: Refusal = { en: 'may be a secret and was not copied', zh: '可能是密钥或密码，未复制' }

function refusedText(name: string, why: Refusal): Text {
  return { en: `variable ${name} ${why.en}`, zh: `变量 ${name} 未作为标签：${why.zh}` }
}

function refusal(name: string, value: unknown, count: number): Refusal | undefined {
  if (value === encryptedValue) return secret
  const text = scalarText(value)
  if (text === undefined) {
    return maybeSecret(name, '')
      ? secret
      : { en: 'is no label: labels hold single values', zh: '标签只能是单个值' }
  }
  if (maybeSecret(name, text)) return secret
  if (text.length > maxValue || /\p{Cc}/u.test(text)) {
    return {
      en: `is no label: more than ${maxValue} characters or several lines`,
      zh: `超过 ${maxValue} 个字符或有多行`,
    }
  }
  // What a template names may be a secret, through however many others.
  if (/\{\{|\{%/.test(text)) return { en: 'is no label: it is a template', zh: '其值为模板' }
  if (count >= maxLabels) {
    return { en: `is no label: the host has ${maxLabels} already`, zh: `该主机已有 ${maxLabels} 个标签` }
  }
  return undefined
}

/** A single value as text; undefined for lists, maps and nothing. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

const named = 12

/** One note for all variables of groups that were left out: there may be hundreds. */
export function noteLeftOut(leftOut: LeftOut, notes: Notes): void {
  const [first] = leftOut.values()
  if (first === undefined) return
  const names = [...leftOut.keys()]
  const list = `${names.slice(0, named).join(', ')}${names.length > named ? ', ...' : ''}`
  notes.add(
    {
      en: `variables of groups are no labels here (${names.length}: ${list}): write labels into groups of the inventory`,
      zh: `主机组的变量未作为标签（${names.length} 个：${list}）；如需要请写入清单的 groups`,
    },
    first,
  )
}
