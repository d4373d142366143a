import { type Alternative, type Choice, choice, type Infer, ipv4, u8, u16be, u32be } from '@netloom/netlink/codec'
import { ICMP, ICMP_FRAG_NEEDED } from '../numbers.js'
import { header } from './header.js'

const start = { type: u8, code: u8, checksum: u16be }

/** Echo and timestamp messages: RFC 792. */
const icmpEcho = header('icmp', { ...start, id: u16be, sequence: u16be })
/** Redirect: the address of the better router. */
const icmpRedirect = header('icmp', { ...start, gateway: ipv4 })
/** Destination unreachable with code 4: the MTU of the next hop (RFC 1191). */
const icmpFragmentationNeeded = header('icmp', { ...start, unused: u16be, mtu: u16be })
/** Parameter problem: the offset of the wrong byte. */
const icmpParameter = header('icmp', { ...start, pointer: u8, unusedByte: u8, unused: u16be })
/** Other messages: the last four bytes. */
const icmpOther = header('icmp', { ...start, rest: u32be })

const echoes: readonly number[] = [ICMP.ECHO, ICMP.ECHOREPLY, ICMP.TIMESTAMP, ICMP.TIMESTAMPREPLY]

function layoutOf(type: number, code: number): Alternative {
  if (echoes.includes(type)) return icmpEcho
  if (type === ICMP.REDIRECT) return icmpRedirect
  if (type === ICMP.PARAMETERPROB) return icmpParameter
  return type === ICMP.DEST_UNREACH && code === ICMP_FRAG_NEEDED ? icmpFragmentationNeeded : icmpOther
}

type Start = { type: number; code: number; checksum: number }

/** Members of the first 8 bytes of an ICMP message. The ones after `checksum` depend on `type` and `code`. */
export type IcmpMembers = Start &
  Partial<Infer<typeof icmpEcho>> &
  Partial<Infer<typeof icmpRedirect>> &
  Partial<Infer<typeof icmpFragmentationNeeded>> &
  Partial<Infer<typeof icmpParameter>> &
  Partial<Infer<typeof icmpOther>>

/** The first 8 bytes of an ICMP message: RFC 792, `struct icmphdr`, linux/icmp.h. What follows is data, or a quoted packet. */
export const icmpHeader: Choice<IcmpMembers> = choice(
  'icmp',
  [icmpEcho, icmpRedirect, icmpFragmentationNeeded, icmpParameter, icmpOther],
  {
    ofBytes: (bytes, at) => layoutOf(bytes[at] as number, bytes[at + 1] as number),
    ofValue: ({ type, code }) => layoutOf(type, code ?? 0),
  },
)
