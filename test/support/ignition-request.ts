import type { IgnitionConfig } from '../../src/ignition/config.ts'
import type { IgnitionRequest } from '../../src/ignition/request.ts'
import { textOf } from '../../src/ignition/text-file.ts'
import type { LocalData } from '../../src/model/data-decision.ts'
import { IgnitionSettings } from '../../src/model/ignition-settings.ts'
import { factsWith, type FactOverrides } from './facts-fixture.ts'
import { wholeProfile } from './whole-profile.ts'

export const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

/** What the healthy worker is asked to become, with facts and everything else changed. */
export function ignitionRequest(
  facts: FactOverrides = {},
  more: Partial<Omit<IgnitionRequest, 'facts'>> = {},
): IgnitionRequest {
  return {
    node: { name: 'worker-1', data: [] },
    facts: factsWith(facts).facts,
    profile: wholeProfile(),
    settings: settingsOf({ join: { server: 'https://10.0.0.1:6443', certificateAuthority: certificate } }),
    renamedModules: new Map(),
    ...more,
  }
}

export function settingsOf(settings: Partial<IgnitionSettings> = {}): IgnitionSettings {
  return IgnitionSettings.parse({ schema: 'ignition-settings/v1', ...settings })
}

/** Data on a node with its decision. */
export function localData(path: string, action: LocalData['action']): LocalData {
  return { id: `host-path:${path}`, kind: 'host-path', path, usedBy: [], bytes: null, action, reason: null }
}

/** The text of a file in a configuration. */
export function fileText(config: IgnitionConfig, path: string): string | undefined {
  const file = config.storage?.files?.find((one) => one.path === path)
  return file === undefined ? undefined : textOf(file)
}
