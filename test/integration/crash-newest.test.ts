import { crashTests } from '../support/crash-tests.ts'

crashTests('newest')
