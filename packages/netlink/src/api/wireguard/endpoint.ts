import { AF, ArgumentError, show } from '../../codec/index.js'
import type { Sockaddr } from '../../generic/sockaddr.js'
import { canonicalAddress, familyOf } from '../../ip/index.js'

/** `192.0.2.1:51820`, `[2001:db8::1]:51820`, `[fe80::1%7]:51820` */
const ENDPOINT = /^(?:\[([0-9a-f:.]+)(?:%(\d{1,10}))?\]|([0-9.]+)):(\d{1,5})$/i

/** Parses an address with a port. @throws {TypeError} naming the option */
export function parseEndpoint(option: string, text: string): Sockaddr {
  const [, address6, scope, address4, digits] = (typeof text === 'string' && ENDPOINT.exec(text)) || []
  const address = canonicalAddress(address6 ?? address4 ?? '')
  const [port, scopeId] = [Number(digits), Number(scope ?? 0)]
  const isPort = port > 0 && port <= 0xffff
  const family = address6 === undefined ? AF.INET : AF.INET6
  if (address === undefined || familyOf(address) !== family || !isPort || scopeId > 0x7fffffff)
    throw new ArgumentError(
      `expected ${option} to be an address and a port like 192.0.2.1:51820 or [2001:db8::1]:51820, got ${show(text)}`,
    )
  return family === AF.INET ? { family, port, address } : { family, port, address, scopeId, flowinfo: 0 }
}

/** Returns a socket address as text; undefined for one that is no IP address. */
export function endpointText(endpoint: Sockaddr | undefined): string | undefined {
  if (endpoint === undefined || 'data' in endpoint) return undefined
  const { address, port } = endpoint
  if (!('scopeId' in endpoint)) return `${address}:${port}`
  return `[${address}${endpoint.scopeId === 0 ? '' : `%${endpoint.scopeId}`}]:${port}`
}
