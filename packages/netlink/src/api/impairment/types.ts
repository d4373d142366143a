import type { qdiscWords, WordsIn } from '../tc/kinds.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Rate } from '../values/units.js'

/** Identifies an impairment. */
export interface ImpairmentKey {
  readonly dev: LinkRef
  /** Destination of the packets: an address or a network. The longest network that contains an address applies. */
  readonly to: string
}

/** An impairment of the packets that a link sends to a destination. */
export interface NewImpairment extends ImpairmentKey {
  /** Rate of all packets to this destination. Default: as fast as the link. */
  readonly rate?: Rate | undefined
  /** Delay, loss and other options of netem, in the words of tc. */
  readonly netem?: Omit<WordsIn<typeof qdiscWords, 'netem'>, 'rate'> | undefined
}

/** An impairment that was read. */
export interface Impairment {
  /** Index of the link. */
  readonly dev: number
  readonly to: string
  /** Bits per second. */
  readonly rate?: number
  /** The class of the destination: `4e4d:1`. The qdisc in it is `nl.qdisc.get({ dev, parent: class })`. */
  readonly class: string
  /** True if there is a netem in the class. */
  readonly hasNetem: boolean
}

/** Selects the impairments of a link. */
export interface ImpairmentFilter {
  readonly dev: LinkRef
}
