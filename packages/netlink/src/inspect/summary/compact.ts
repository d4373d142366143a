import { isMembers, type Members } from './members.js'

/** Returns a value of several members that has a short form; undefined for others. */
export function compactText(value: unknown): string | undefined {
  return isMembers(value) ? (endpointText(value) ?? prefixText(value) ?? bitsetText(value)) : undefined
}

/** A socket address: `192.0.2.1:6118`, `[2001:db8::1]:53`. */
function endpointText({ family, port, address, addr }: Members): string | undefined {
  const host = address ?? addr
  if (family === undefined || typeof host !== 'string' || typeof port !== 'number') return undefined
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** An allowed address of WireGuard: `10.0.0.0/24`. */
const prefixText = ({ ipaddr, cidrMask }: Members): string | undefined =>
  typeof ipaddr === 'string' && typeof cidrMask === 'number' ? `${ipaddr}/${cidrMask}` : undefined

/** A bit set of ethtool: the names of its bits. Those that a change clears have a minus. */
function bitsetText({ bits, nomask, size }: Members): string | undefined {
  const list = isMembers(bits) ? bits.bit : undefined
  if (typeof size !== 'number' && nomask === undefined && list === undefined) return undefined
  if (!Array.isArray(list) || !list.every(isMembers)) return undefined
  // Without a mask, the set contains only bits that are set.
  const names = list.map(({ name, index, value }) => {
    const text = String(name ?? index)
    return nomask === true || value === true ? text : `-${text}`
  })
  return names.length === 0 ? '(none)' : names.join(',')
}
