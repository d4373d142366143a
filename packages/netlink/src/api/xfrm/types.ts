import type { SecretKey } from '../../codec/secret-key.js'
import type { IPPROTO } from '../../constants/ip.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Named } from '../values/names.js'

/** A mark of packets, with its mask. */
export interface XfrmMark {
  readonly value: number
  readonly mask: number
}

/** A port, or a port with a mask: 0xffff for one port. */
export type XfrmPort = number | XfrmMark

/** Packets that a state or policy is for. */
export interface XfrmSelector {
  /** Source network: `10.0.0.0/24`, a host without its length, or `default` for all. */
  readonly src: string
  /** Destination network. */
  readonly dst: string
  /** IPPROTO_*: `tcp`, `udp`, `icmp`, …; left out for all. */
  readonly proto?: Named<typeof IPPROTO>
  /** Source port; of ICMP, the type. */
  readonly sport?: XfrmPort
  /** Destination port; of ICMP, the code. */
  readonly dport?: XfrmPort
  /** Index of the link. */
  readonly dev?: number
}

/** A selector to send. What is left out matches all packets. */
export interface NewXfrmSelector {
  readonly src?: string | undefined
  readonly dst?: string | undefined
  readonly proto?: Named<typeof IPPROTO> | undefined
  readonly sport?: XfrmPort | undefined
  readonly dport?: XfrmPort | undefined
  readonly dev?: LinkRef | undefined
}

/** Limits after which a state or policy expires: soft ones are announced, hard ones delete it. What is left out has no limit. */
export interface XfrmLimits<Count = bigint> {
  /** In bytes. */
  readonly byteSoft?: Count | undefined
  readonly byteHard?: Count | undefined
  readonly packetSoft?: Count | undefined
  readonly packetHard?: Count | undefined
  /** Seconds since it was added. */
  readonly timeSoft?: number | undefined
  readonly timeHard?: number | undefined
  /** Seconds since its first use. */
  readonly timeUseSoft?: number | undefined
  readonly timeUseHard?: number | undefined
}

/** Limits to set. */
export type NewXfrmLimits = XfrmLimits<number | bigint>

/** Counters of the use of a state or policy. */
export interface XfrmUse {
  readonly bytes: bigint
  readonly packets: bigint
  readonly added: Date
  /** Left out if it has not been used. */
  readonly used?: Date
}

/** An algorithm with its key. */
export interface XfrmAlgorithm {
  /** The kernel's name: `cbc(aes)`, `hmac(sha256)`, `rfc4106(gcm(aes))`. */
  readonly name: string
  /** Hexadecimal digits. Printing and JSON hide it. Left out if there is none, as of `cipher_null`. */
  readonly key?: SecretKey
}

/** An algorithm to set. */
export interface NewXfrmAlgorithm {
  readonly name: string
  /** Hexadecimal digits, with or without `0x`, or a key that was read. */
  readonly key?: string | SecretKey | undefined
}

/** The device that encrypts and decrypts. */
export interface XfrmOffload {
  /** Index of the link. */
  readonly dev: number
  readonly dir: 'in' | 'out'
  /** True if it does so for whole packets, and not only for their contents. */
  readonly packet: boolean
}

/** The offload to set. */
export interface NewXfrmOffload {
  readonly dev: LinkRef
  readonly dir?: 'in' | 'out' | undefined
  readonly packet?: boolean | undefined
}
