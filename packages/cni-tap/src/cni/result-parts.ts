import { int, list, parsed, record, string, type Type, type TypeOf, uint8, uint32 } from './json.js'
import { parseCidr, parseIp } from './prefix.js'

/** An empty string counts as absent. */
const ip = parsed('IP address', (text) => (text === '' ? text : parseIp(text)))
const cidr = parsed('CIDR address', parseCidr)

const dnsKeys = record({ nameservers: list(string), domain: string, search: list(string), options: list(string) })
export type Dns = TypeOf<typeof dnsKeys>

/** Name resolution, the same in every version and in the configuration. Empty lists count as absent. */
export const dns: Type<Dns> = {
  name: dnsKeys.name,
  decode: (value, path) =>
    Object.fromEntries(Object.entries(dnsKeys.decode(value, path)).filter(([, given]) => given.length > 0)),
  unknownKeys: (value, path) => dnsKeys.unknownKeys?.(value, path) ?? [],
}

const routeKeys = record(
  { dst: cidr, gw: ip, mtu: uint32, advmss: uint32, priority: uint32, table: uint32, scope: uint8 },
  ['dst'],
)

/**
 * A route of any version. `mtu`, `advmss`, `priority`, `table` and `scope` exist since 1.1.0. For the first three, 0 counts as absent,
 * also in a printed result.
 */
export const route: Type<TypeOf<typeof routeKeys>> = {
  name: routeKeys.name,
  decode(value, path) {
    const read = routeKeys.decode(value, path)
    if (read.mtu === 0) delete read.mtu
    if (read.advmss === 0) delete read.advmss
    if (read.priority === 0) delete read.priority
    return read
  },
}
export const networkInterface = record(
  { name: string, mac: string, mtu: int, sandbox: string, socketPath: string, pciID: string },
  ['name'],
)
export const address = record({ interface: int, address: cidr, gateway: ip }, ['address'])
export const family = record({ ip: cidr, gateway: ip, routes: list(route) }, ['ip'])

export type Route = TypeOf<typeof route>
export type Interface = TypeOf<typeof networkInterface>

/** An address. `interface` is an index into the interfaces of the result. */
export type Address = TypeOf<typeof address>
