import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canonicalJson } from '../model/canonical-json.ts'
import { MigrationError } from '../model/errors.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import { playbookIssues } from '../model/playbook-rules.ts'
import { phases, Playbook } from '../model/playbook.ts'
import { stepRow } from '../model/step-parameters.ts'
import { inLanguage, type Language } from '../model/text.ts'
import { describeIssues, formatPath, issueLanguage } from './issues.ts'
import { isDocumentPath, noDocumentOfName } from './name-or-path.ts'
import { readYamlDocument, type YamlDocument } from './yaml-document.ts'

/** A playbook, and what tells it from every other one. */
export interface PlaybookFile {
  /** As its file says it: defaults of parameters are not filled in. */
  playbook: Playbook
  path: string
  builtIn: boolean
  /** Of the canonical JSON of `playbook`: comments and layout do not count. */
  sha256: string
}

export interface PlaybookOptions {
  /** Paths are relative to it. */
  cwd: string
  /** Of the validation messages; default English. */
  language?: Language
}

const maxBytes = 256 * 1024
const maxShown = 20

/**
 * Reads a playbook by the name of a built-in one, or by a path: what holds a slash or ends with .yaml, .yml or .json. Throws
 * PLAYBOOK_UNKNOWN, and PLAYBOOK_INVALID with file:line:column of everything that is wrong.
 */
export async function readPlaybook(nameOrPath: string, options: PlaybookOptions): Promise<PlaybookFile> {
  const builtIn = builtInPlaybooks.some((name) => name === nameOrPath)
  if (!builtIn && !isDocumentPath(nameOrPath)) throw unknownPlaybook(nameOrPath)
  const path = builtIn ? builtInPath(nameOrPath) : resolve(options.cwd, nameOrPath)
  const language = options.language ?? 'en'
  const document = await readYamlDocument({
    path,
    schema: Playbook,
    name: 'playbook',
    code: 'PLAYBOOK_INVALID',
    maxBytes,
    language,
  })
  refuseIssues(document, { path, language })
  const { value: playbook } = document
  return {
    playbook,
    path,
    builtIn,
    sha256: hash('sha256', canonicalJson(playbook)),
  }
}

/** They lie in the package beside src or dist. */
function builtInPath(name: string): string {
  const places = ['../../', '../../../'].map((up) =>
    fileURLToPath(new URL(`${up}playbooks/${name}.yaml`, import.meta.url)),
  )
  return places.find((path) => existsSync(path)) ?? places[0] ?? ''
}

function unknownPlaybook(name: string): MigrationError {
  return noDocumentOfName(name, { code: 'PLAYBOOK_UNKNOWN', kind: 'playbook', names: builtInPlaybooks })
}

function refuseIssues(
  { value, placeOf }: YamlDocument<Playbook>,
  { path, language }: { path: string; language: Language },
): void {
  const lines = [
    ...playbookIssues(value).map(
      (issue) => `${placeOf(issue.path)}: ${formatPath(issue.path)}: ${inLanguage(issue.message, language)}`,
    ),
    ...phases.flatMap((phase) =>
      value.phases[phase].flatMap((step, index) => {
        const schema = stepRow(step.uses).with
        const given = step.with ?? {}
        const { error } = schema.safeParse(given, { error: issueLanguage(language), jitless: true })
        if (error === undefined) return []
        const under = ['phases', phase, index, 'with']
        return [describeIssues(error, { document: given, schema, language, place: placeOf, under }).message]
      }),
    ),
  ]
  if (lines.length === 0) return
  const more = lines.length > maxShown ? [`... ${lines.length - maxShown} more`] : []
  throw new MigrationError('PLAYBOOK_INVALID', [...lines.slice(0, maxShown), ...more].join('\n'), {
    hint: 'the format is playbook/v1: osferry schema playbook; osferry playbooks show lists what steps take',
    details: { file: path },
  })
}
