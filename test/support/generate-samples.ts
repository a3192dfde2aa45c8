import { mkdirSync, writeFileSync } from 'node:fs'
import { sampleFiles } from './sample-reports.ts'

const folder = new URL('../../reports/samples/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const { name, content } of sampleFiles()) writeFileSync(new URL(name, folder), content)
