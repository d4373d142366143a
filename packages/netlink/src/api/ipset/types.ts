import type { IpFamily } from '../values/ip-text.js'

/** Types of sets, as `ipset` names them: the method, and what an entry consists of. */
export type IpSetType =
  | 'bitmap:ip'
  | 'bitmap:ip,mac'
  | 'bitmap:port'
  | 'hash:ip'
  | 'hash:ip,mac'
  | 'hash:ip,mark'
  | 'hash:ip,port'
  | 'hash:ip,port,ip'
  | 'hash:ip,port,net'
  | 'hash:mac'
  | 'hash:net'
  | 'hash:net,iface'
  | 'hash:net,net'
  | 'hash:net,port'
  | 'hash:net,port,net'
  | 'list:set'

/** The options with which a set is created. Their names are those of `ipset create`. */
interface IpSetOptions {
  /** Default timeout of entries in seconds, 0 to 2147483. With 0, entries stay unless they have a timeout of their own. Without it, entries have none. */
  readonly timeout?: number
  /** True if entries count packets and bytes. */
  readonly counters?: boolean
  /** True if entries can have comments. */
  readonly comment?: boolean
  /** True if entries can have a mark, a priority and a queue for packets. */
  readonly skbinfo?: boolean
  /** True if a new entry replaces a random one when the set is full. For `hash:`. */
  readonly forceadd?: boolean
  /** Initial number of buckets, which the kernel rounds up to a power of two. For `hash:`. */
  readonly hashsize?: number
  /** Largest number of entries. For `hash:`. */
  readonly maxelem?: number
  /** Largest number of entries in a bucket, an even number from 2 to 14. For `hash:`. */
  readonly bucketsize?: number
  /** Start value of the hash function. For `hash:`. */
  readonly initval?: number
  /** Length of the prefix that is stored of each address. For `bitmap:ip`, `hash:ip`, `hash:ip,port` and `hash:net,net`. */
  readonly netmask?: number
  /** Bits that are stored of each address: `255.255.0.255`. For `hash:ip`, `hash:ip,port` and `hash:net,net`. */
  readonly bitmask?: string
  /** Bits that are stored of each mark. For `hash:ip,mark`. */
  readonly markmask?: number
  /** Addresses or ports that a bitmap has room for: `10.0.0.0-10.0.0.255`, `10.0.0.0/24`, `0-1023`. For `bitmap:`. */
  readonly range?: string
  /** Largest number of sets. For `list:set`. Default: 8. */
  readonly size?: number
}

/** A set to create. */
export interface NewIpSet extends IpSetOptions {
  /** Up to 31 bytes. */
  readonly name: string
  readonly type: IpSetType
  /** Family of the addresses. For `hash:`, except `hash:mac`. Default: `inet`. */
  readonly family?: IpFamily
}

/** A set, as it was read. Options that are not set are left out. */
export interface IpSet extends IpSetOptions {
  readonly name: string
  /** A type that this library does not know has the kernel's name. */
  readonly type: IpSetType | (string & Record<never, never>)
  /** Version of the type: newer ones have more options. */
  readonly revision: number
  readonly family?: IpFamily
  /** Number of rules and sets that use the set. It cannot be destroyed until there are none. */
  readonly references: number
  /** Size in memory, in bytes. */
  readonly memsize: number
  /** Number of entries. The kernel may count entries that have timed out. */
  readonly elements: number
}

/** Options of an entry in addition to its `elem`. The set must have been created with them. */
interface IpSetEntryOptions {
  /** Remaining time in seconds; 0 if the entry does not time out. */
  readonly timeout?: number
  readonly packets?: bigint
  readonly bytes?: bigint
  readonly comment?: string
  /** Mark of packets that match, with the bits that are set: `0x1111/0xff00ffff`, or `0x5` for all bits. */
  readonly skbmark?: string
  /** Priority of packets that match, as a class of traffic control: `1:10`. */
  readonly skbprio?: string
  /** Queue of packets that match. */
  readonly skbqueue?: number
  /** True for an exception: what matches the entry does not match the set. For types with `net`. */
  readonly nomatch?: boolean
  /** True if the interface is the start of a name. For `hash:net,iface`. */
  readonly wildcard?: boolean
}

/** An entry to add, delete or test. */
export interface NewIpSetEntry extends IpSetEntryOptions {
  /**
   * The parts of the entry in the order of the type, like `ipset add`: `10.0.0.1`, `10.0.0.0/24`, `10.0.0.1-10.0.0.9`,
   * `10.0.0.0/24,tcp:80`, `10.0.0.1,icmp:echo-request`, `10.0.0.0/24,physdev:eth0`. A port without a protocol is one of TCP. A range adds
   * each address and port in it.
   */
  readonly elem: string
  /** The set before which to insert it. For `list:set`. */
  readonly before?: string
  /** The set after which to insert it. For `list:set`. */
  readonly after?: string
}

/** One entry or several, as objects or as their texts: `'10.0.0.0/24,tcp:80'`. */
export type IpSetEntries = NewIpSetEntry | string | readonly (NewIpSetEntry | string)[]

/** An entry, as it was read. It can be added again. */
export interface IpSetEntry extends IpSetEntryOptions {
  /** The parts of the entry as `ipset list` prints them: `10.0.0.0/24,tcp:80`. */
  readonly elem: string
}
