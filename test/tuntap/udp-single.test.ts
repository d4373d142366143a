import { constants } from 'node:os'
import { forbid } from '../support/seccomp.js'
import { testUdpBatches } from './udp-batches.js'

/** asm/unistd.h */
const [RECVMMSG, SENDMMSG] = process.arch === 'x64' ? [299, 307] : [243, 269]

// As in a sandbox, and on a kernel without the calls.
forbid(constants.errno.EPERM, SENDMMSG)
forbid(constants.errno.ENOSYS, RECVMMSG)
testUdpBatches({ method: 'single', offload: true })
