import { constants } from 'node:os'
import { forbid } from '../support/seccomp.js'
import { testUdpBatches } from './udp-batches.js'

/** asm/unistd.h */
const [SETSOCKOPT, GETSOCKOPT] = process.arch === 'x64' ? [54, 55] : [208, 209]
const SOL_UDP = 17

// As a kernel before Linux 4.18, which does not know the options.
for (const call of [SETSOCKOPT, GETSOCKOPT]) forbid(constants.errno.ENOPROTOOPT, call, { second: SOL_UDP })
testUdpBatches({ method: 'mmsg', offload: false })
