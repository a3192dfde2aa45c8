import { buildS3Server } from './assets.ts'

/** `npm test` runs this first: the S3 server of the tests, built once and kept in the cache. */
await buildS3Server()
