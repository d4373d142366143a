import { masked, subset } from '../codec/index.js'
import { NF, NF_VERDICT } from './nfnetlink.js'

/**
 * Parts of a verdict for `flagsOf`: `NF_QUEUE|FLAG_QUEUE_BYPASS|0x30000`. The upper half, a queue's number or an errno, has no
 * names.
 */
export const verdictParts = [masked(NF_VERDICT.MASK, NF), subset(NF_VERDICT, 'FLAG_QUEUE_BYPASS')] as const
