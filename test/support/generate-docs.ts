import { writeFileSync } from 'node:fs'
import { docFiles } from './doc-files.ts'

const folder = new URL('../../docs/', import.meta.url)
for (const { name, content } of docFiles()) writeFileSync(new URL(name, folder), content)
