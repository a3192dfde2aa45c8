import { expect, it } from 'vitest'
import { byteText } from '../../src/model/byte-text.ts'

it.each([
  [0, '0 B'],
  [1, '1 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [10 * 1024, '10 KiB'],
  [1024 ** 2 - 1, '1.0 MiB'],
  [17 * 1024 ** 3, '17 GiB'],
  [5 * 1024 ** 4, '5.0 TiB'],
  [2048 * 1024 ** 5, '2048 PiB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(byteText(bytes)).toBe(text)
})
