import { objectOf, parseJsonObject } from './json.ts'

/** The settings of a KubeletConfiguration that osferry needs, whatever its serialization. */
export interface KubeletSettings {
  /** Top-level scalars as text. */
  scalars: ReadonlyMap<string, string>
  featureGates: ReadonlyMap<string, boolean>
}

/**
 * Reads top-level scalars and `featureGates` of a KubeletConfiguration in YAML's block style, or in JSON.
 * Source: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
export function parseKubeletConfig(lines: readonly string[]): KubeletSettings {
  const json = parseJsonObject(lines.join('\n'))
  if (json !== null) return fromJson(json)
  const scalars = new Map<string, string>()
  const featureGates = new Map<string, boolean>()
  let section = ''
  for (const line of lines) {
    const [, indent = '', key, raw = ''] = /^(\s*)["']?([A-Za-z][\w-]*)["']?:(?:\s+(.*))?$/.exec(line) ?? []
    if (key === undefined) continue
    const value = scalarOf(raw)
    if (indent === '') section = key
    if (indent === '' && value !== '') scalars.set(key, value)
    if (section === 'featureGates') readGates(indent === '' ? value : `${key}: ${value}`, featureGates)
  }
  return { scalars, featureGates }
}

/** `A=true,B=false` of the flag, or `{A: true}` and `A: true` of the file. */
export function readGates(text: string, into: Map<string, boolean>): void {
  for (const [, name, value] of text.matchAll(/["']?(\w+)["']?\s*[=:]\s*["']?(true|false)\b/gi)) {
    if (name !== undefined && value !== undefined) into.set(name, value.toLowerCase() === 'true')
  }
}

function fromJson(json: ReadonlyMap<string, unknown>): KubeletSettings {
  const scalars = [...json].flatMap(([key, value]): [string, string][] =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [[key, String(value)]] : [],
  )
  const gates = [...(objectOf(json.get('featureGates')) ?? [])].flatMap(([key, value]): [string, boolean][] =>
    typeof value === 'boolean' ? [[key, value]] : [],
  )
  return { scalars: new Map(scalars), featureGates: new Map(gates) }
}

function scalarOf(raw: string): string {
  const text = raw.trim()
  const quoted = /^"([^"]*)"|^'([^']*)'/.exec(text)
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? ''
  return text.replace(/(?:^|\s)#.*$/, '').trim()
}
