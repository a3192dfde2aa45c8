import { expect, it } from 'vitest'
import { differences, type FoundSystem } from '../../src/steps/step-verify-os.ts'

const lifsea: FoundSystem = {
  id: 'lifsea',
  versionId: '3.0.1',
  variantId: null,
  kernel: '5.10.134-13.1.lifsea8.x86_64',
}

it.each<[string, Partial<FoundSystem>, Parameters<typeof differences>[1], string[]]>([
  [
    'all that was asked',
    {},
    { osRelease: { id: 'lifsea', versionPrefix: '3.0' }, kernelPrefixes: ['4.19', '5.10'] },
    [],
  ],
  ['the whole version', {}, { osRelease: { id: 'lifsea', versionPrefix: '3.0.1' } }, []],
  ['another system', {}, { osRelease: { id: 'anolis' } }, ['ID is lifsea, not anolis']],
  [
    'a version that only begins with the same signs',
    { versionId: '30' },
    { osRelease: { id: 'lifsea', versionPrefix: '3' } },
    ['VERSION_ID is 30, not 3'],
  ],
  [
    'no version',
    { versionId: null },
    { osRelease: { id: 'lifsea', versionPrefix: '3' } },
    ['VERSION_ID is nothing, not 3'],
  ],
  [
    'another variant, and another kernel',
    { variantId: 'server' },
    { osRelease: { id: 'lifsea', variantId: 'nestos' }, kernelPrefixes: ['6.6', '6.1'] },
    ['VARIANT_ID is server, not nestos', 'the kernel is 5.10.134-13.1.lifsea8.x86_64, not 6.6 or 6.1'],
  ],
])('tells found and wanted: %s', (...[, found, wanted, wrong]) => {
  expect(differences({ ...lifsea, ...found }, wanted)).toEqual(wrong)
})
