import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ConfigFile } from '../../src/cli/config-schema.ts'
import { errorCodes } from '../../src/model/errors.ts'
import { Inventory } from '../../src/model/inventory.ts'
import { PlaybookDocument } from '../../src/model/playbook-document.ts'
import { Waivers } from '../../src/model/waivers.ts'

const guides = ['guide.md', 'guide.zh-CN.md'].map((name) => ({
  name,
  text: readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'),
}))

describe.each(guides)('$name', ({ text }) => {
  const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml)
  const example = (word: string): unknown => parse(examples.find((yaml) => yaml.includes(word)) ?? '')

  it('shows an inventory, waivers, a playbook and a configuration that osferry takes', () => {
    expect(Inventory.safeParse(example('inventory/v1')).error).toBeUndefined()
    expect(Waivers.safeParse(example('waivers/v1')).error).toBeUndefined()
    expect(PlaybookDocument.safeParse(example('playbook/v1')).error).toBeUndefined()
    expect(ConfigFile.safeParse(example('# osferry.yaml')).error).toBeUndefined()
  })

  it('says what to do for every error code of a host and of a cluster', () => {
    const codes = Object.keys(errorCodes).filter((code) => /^(HOST|CLUSTER)_/.test(code))
    expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([])
  })

  it('links to files that exist', () => {
    for (const [, file = ''] of text.matchAll(/\]\(([a-zA-Z.-]+\.(?:md|yaml))\)/g)) {
      expect(readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8')).not.toBe('')
    }
  })
})
