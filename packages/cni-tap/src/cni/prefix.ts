import { AF } from '@netloom/netlink/codec'
import {
  canonicalAddress,
  type IpFamilyNumber,
  type Prefix,
  parsePrefix,
  unmappedAddress,
  unmappedPrefix,
} from '@netloom/netlink/ip'

export const { INET: AF_INET, INET6: AF_INET6 } = AF

export type Family = IpFamilyNumber

/** Returns the canonical text of an IP address; undefined for any other text. An IPv4-mapped address becomes IPv4, as in Go's plugins. */
export function parseIp(text: string): string | undefined {
  const address = canonicalAddress(text)
  return address === undefined ? undefined : unmappedAddress(address)
}

/** Reads `10.1.2.3/24`, and keeps the host bits. Returns undefined for any other text. An IPv4-mapped prefix becomes IPv4. */
export function parseCidr(text: string): Prefix | undefined {
  const prefix = parsePrefix(text)
  return prefix && unmappedPrefix(prefix)
}
