import type { Compute } from './tc-compute.js'
import { netem } from './tc-netem.js'
import { cbs, etf, mqprio } from './tc-queues.js'
import { sfq } from './tc-sfq.js'
import { hfscClass, htbClass, tbf } from './tc-shapers.js'

/** Kinds of qdiscs whose options tc computes. */
export const computedQdiscs: Readonly<Record<string, Compute>> = { tbf, netem, sfq, mqprio, etf, cbs }

/** Kinds of qdiscs whose classes have options that tc computes. */
export const computedClasses: Readonly<Record<string, Compute>> = { htb: htbClass, hfsc: hfscClass }
