import { mkdirSync, writeFileSync } from 'node:fs'
import { schemaFiles } from './schema-files.ts'

const folder = new URL('../../reports/schema/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const { name, content } of schemaFiles()) writeFileSync(new URL(name, folder), content)
