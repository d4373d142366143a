import { constants } from 'node:os'
import { testBatches } from './batches.js'
import { forbidAio } from './wire.js'

// A sandbox that forbids only one call: io_setup(2) succeeds.
forbidAio(constants.errno.EACCES, 'io_getevents')
testBatches('single')
