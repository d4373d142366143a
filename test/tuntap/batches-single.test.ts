import { constants } from 'node:os'
import { testBatches } from './batches.js'
import { forbidAio } from './wire.js'

// As in a sandbox. Beyond `fs.aio-max-nr`, the call fails in the same way, with EAGAIN.
forbidAio(constants.errno.EPERM)
testBatches('single')
