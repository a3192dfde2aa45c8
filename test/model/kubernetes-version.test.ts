import { describe, expect, it } from 'vitest'
import { kubernetesVersion } from '../../src/model/kubernetes-version.ts'

describe('kubernetesVersion', () => {
  it.each([
    ['v1.20.2', 1, 20],
    ['1.26.15', 1, 26],
    ['Kubernetes v1.31.0-rc.1', 1, 31],
    ['v1.24.6-aliyun.1', 1, 24],
    ['1.28', 1, 28],
  ])('reads %s', (text, major, minor) => {
    expect(kubernetesVersion(text)).toEqual({ major, minor })
  })

  it.each([null, '', 'unknown', 'v1', 'x1.2y'])('reads nothing from %s', (text) => {
    expect(kubernetesVersion(text)).toBeNull()
  })
})
