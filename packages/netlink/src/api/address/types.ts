import type { AddressMessage, IFA_F, IFAPROT, RT_SCOPE } from '../../route/index.js'
import type { ProtoName, ScopeName } from '../values/file-names.js'
import type { IpFamily } from '../values/ip-text.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { FileNamed, Flag, Named } from '../values/names.js'

export type AddressFlag = Flag<typeof IFA_F>

/** An address of a link. */
export interface Address {
  readonly family: IpFamily
  /** `10.0.0.1/24`; without its prefix length if there is a `peer`, which has it. */
  readonly address: string
  /** The other end of a point-to-point link: `10.0.0.2/32`. */
  readonly peer?: string
  /** Index of the link. */
  readonly dev: number
  readonly broadcast?: string
  readonly label?: string
  readonly scope: Named<typeof RT_SCOPE>
  readonly flags: readonly AddressFlag[]
  /** Seconds until the kernel removes the address; Infinity for a permanent one. */
  readonly validLifetime: number
  /** Seconds until the kernel no longer uses it for new connections. */
  readonly preferredLifetime: number
  /** Metric of the route to its network. */
  readonly metric?: number
  /** IFAPROT_*: the program that added the address. */
  readonly proto?: Named<typeof IFAPROT>
  /** The decoded message. Not enumerable. */
  readonly message: AddressMessage
}

/** An address with the names of what its numbers refer to: the result of reading with `{ names: true }`. */
export interface NamedAddress extends Address, DevName, ScopeName, ProtoName {}

/** An address to add. */
export interface NewAddress {
  /** `10.0.0.1/24`; an address without a prefix length is a network of one host. */
  readonly address: string
  readonly dev: LinkRef
  /** Must match `address`. It exists so that an address that was read can be written. */
  readonly family?: IpFamily | undefined
  readonly peer?: string | undefined
  /** IPv4 only. `+`: the network's address with all host bits set; `-`: with none. */
  readonly broadcast?: string | undefined
  /** IPv4 only: 1 to 15 bytes. */
  readonly label?: string | undefined
  /** Names in `rt_scopes` of iproute2 are accepted too, but not by the type. */
  readonly scope?: Named<typeof RT_SCOPE> | undefined
  readonly flags?: readonly AddressFlag[] | undefined
  /** Seconds from 1; Infinity if left out. */
  readonly validLifetime?: number | undefined
  /** Seconds from 0; at most the valid lifetime, which is the default. */
  readonly preferredLifetime?: number | undefined
  /** Metric of the route to its network. */
  readonly metric?: number | undefined
  /** IFAPROT_* */
  readonly proto?: FileNamed<typeof IFAPROT> | undefined
}

/** Identifies an address by its link, network and, on a point-to-point link, its peer. */
export type AddressKey = Pick<NewAddress, 'address' | 'dev' | 'peer'>

/** Restricts a list of addresses, and selects those that `flush` deletes. */
export interface AddressFilter {
  readonly dev?: LinkRef | undefined
  readonly family?: IpFamily | undefined
  readonly scope?: Address['scope'] | undefined
}
