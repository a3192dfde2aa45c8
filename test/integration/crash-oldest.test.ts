import { crashTests } from '../support/crash-tests.ts'

crashTests('oldest')
