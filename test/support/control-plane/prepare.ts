import { buildAssets } from './assets.ts'

/** `npm test` runs this first: the control planes of the tests, built once and kept in the cache. */
await buildAssets('oldest')
await buildAssets('newest')
