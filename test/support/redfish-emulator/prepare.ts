import { installRedfishEmulator } from './assets.ts'

/** `npm test` runs this first: the Redfish emulator of the tests, installed once and kept in the cache. */
await installRedfishEmulator()
