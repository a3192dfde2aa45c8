import * as fc from 'fast-check'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import { lintIgnitionText } from '../../src/ignition/lint.ts'
import { anyRequest } from '../support/random-host.ts'
import { printTable } from './measure.ts'

/** Configurations of a fleet, made and read again by the linter. To reach: 1,000 nodes under 10 s. */
const count = Number(process.argv[2] ?? 1000)
const requests = fc.sample(anyRequest, { numRuns: count, seed: 1 })

const began = performance.now()
const texts = requests.map((request) => JSON.stringify(buildIgnition(request).config))
const made = performance.now()
const issues = texts.reduce((sum, text) => sum + lintIgnitionText(text).issues.length, 0)
const read = performance.now()

const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(2)
printTable([
  ['nodes', 'made and checked, s', 'read and checked again, s', 'KiB a node', 'issues'],
  [
    String(count),
    seconds(began, made),
    seconds(made, read),
    (texts.reduce((sum, { length }) => sum + length, 0) / count / 1024).toFixed(1),
    String(issues),
  ],
])
