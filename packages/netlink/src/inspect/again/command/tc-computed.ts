import type { Compute } from './tc-compute.js'
import { netem } from './tc-netem.js'
import { multiq, plug, sfb } from './tc-plain.js'
import { cbs, etf, mqprio } from './tc-queues.js'
import { choke, gred, red } from './tc-red.js'
import { sfq } from './tc-sfq.js'
import { hfscClass, htbClass, tbf } from './tc-shapers.js'
import { taprio } from './tc-taprio.js'

/** Kinds of qdiscs whose options tc computes. */
export const computedQdiscs: Readonly<Record<string, Compute>> = {
  ...{ tbf, netem, sfq, mqprio, etf, cbs },
  ...{ red, choke, gred, sfb, plug, multiq, taprio },
}

/** Kinds of qdiscs whose classes have options that tc computes. */
export const computedClasses: Readonly<Record<string, Compute>> = { htb: htbClass, hfsc: hfscClass }
